package sim

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestCommandSendsTheDayAndServesItsMedia(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, nil)
	ctx, interrupt := context.WithCancel(t.Context())
	c := parse(t, "--to="+r.URL, "--listen=127.0.0.1:0", "--rate=0s", "--duplicates=0.1")
	out := newScreen("serving media until interrupted")
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx, out) }()
	<-out.seen

	if got, want := len(r.requests()), len(Day(1).Callbacks)+4; got != want {
		t.Errorf("%d callbacks arrive, want %d", got, want)
	}
	if text := out.String(); !strings.Contains(text, "38 callbacks: 42 accepted, 4 sent twice") {
		t.Errorf("prints\n%s", text)
	}
	links := linksIn(r.requests())
	if len(links) < 30 {
		t.Fatalf("%d links, want some for every success", len(links))
	}
	for _, link := range links {
		want := http.StatusOK
		if strings.Contains(link, "/gone.mp4") {
			want = http.StatusNotFound
		}
		if res, _ := get(t, link); res.StatusCode != want {
			t.Errorf("%s answers %d, want %d", link, res.StatusCode, want)
		}
	}
	interrupt()
	if err := <-done; err != nil {
		t.Errorf("ends with %v", err)
	}
}

func TestCommandEndsWhenAllIsSent(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, nil)
	c := parse(t, "--url=veo3.1="+r.URL, "--listen=127.0.0.1:0", "--rate=0s", "--no-keep-serving",
		"--scenario=documented")
	if err := c.Run(t.Context(), new(bytes.Buffer)); err != nil {
		t.Fatal(err)
	}
	if got, want := len(r.requests()), len(documentedVeo()); got != want {
		t.Errorf("%d callbacks arrive, want the %d of the source given", got, want)
	}
}

func TestCommandFailsWhereNothingIsAccepted(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, func(int) int { return http.StatusUnauthorized })
	c := parse(t, "--to="+r.URL, "--listen=127.0.0.1:0", "--rate=0s", "--retry=1ms")
	out := newScreen("")
	err := c.Run(t.Context(), out)
	if err == nil || !strings.Contains(err.Error(), "no callback was accepted") {
		t.Errorf("error is %v", err)
	}
	text := out.String()
	if !strings.Contains(text, "401") || !strings.Contains(text, "attempt 2 of 2") {
		t.Errorf("prints\n%s", text)
	}
}

func TestCommandFailsWithoutAServerOrAFreePort(t *testing.T) {
	t.Parallel()
	busy, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := busy.Addr().String()
	c := parse(t, "--to=http://"+address, "--listen="+address)
	if err := c.Run(t.Context(), new(bytes.Buffer)); err == nil ||
		!strings.Contains(err.Error(), "serve media") {
		t.Errorf("on a busy port: error is %v", err)
	}
	if err := busy.Close(); err != nil {
		t.Fatal(err)
	}
	c = parse(t, "--to=http://"+address, "--listen=127.0.0.1:0", "--wait=0s")
	if err := c.Run(t.Context(), new(bytes.Buffer)); err == nil ||
		!strings.Contains(err.Error(), "no server at "+address) {
		t.Errorf("without a server: error is %v", err)
	}
}

// linksIn returns every media link of the bodies, once.
func linksIn(requests []received) []string {
	var links []string
	for _, r := range requests {
		for _, part := range strings.Split(r.body, `"`) {
			if strings.HasPrefix(part, "http://") && strings.Contains(part, mediaPath) {
				links = append(links, part)
			}
		}
	}
	slices.Sort(links)
	return slices.Compact(links)
}

// screen keeps what is printed and tells when a text has appeared.
type screen struct {
	mu    sync.Mutex
	text  bytes.Buffer
	until string
	seen  chan struct{}
}

func newScreen(until string) *screen { return &screen{until: until, seen: make(chan struct{})} }

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.text.Write(b)
	if s.until != "" && strings.Contains(s.text.String(), s.until) {
		s.until = ""
		close(s.seen)
	}
	return n, err
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}
