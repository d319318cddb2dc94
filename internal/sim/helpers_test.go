package sim

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// pauses is an Options.Wait that only notes how long it was asked to wait.
type pauses struct {
	mu   sync.Mutex
	asks []time.Duration
}

func (p *pauses) wait(ctx context.Context, d time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asks = append(p.asks, d)
	return ctx.Err()
}

func (p *pauses) list() []time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]time.Duration{}, p.asks...)
}

func (p *pauses) total() (sum time.Duration) {
	for _, d := range p.list() {
		sum += d
	}
	return sum
}

// clock stands still until it is told to go on.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Unix(1790000000, 0)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func provider(t *testing.T, opt Options) (*Provider, *httptest.Server) {
	t.Helper()
	opt.MediaURL = "http://media.example"
	p, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	return p, server
}

func serve(t *testing.T, opt Options) *httptest.Server {
	t.Helper()
	_, server := provider(t, opt)
	return server
}

// get fetches url with the given headers and returns what arrived, however it ended.
func get(t *testing.T, url string, header ...string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		if header[i+1] != "" {
			req.Header.Set(header[i], header[i+1])
		}
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	return res, body
}

// pathOf cuts the provider's public address off a link.
func pathOf(t *testing.T, link string) string {
	t.Helper()
	path, found := strings.CutPrefix(link, "http://media.example")
	if !found {
		t.Fatalf("%s is no link to http://media.example", link)
	}
	return path
}
