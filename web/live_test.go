package web_test

import (
	"bufio"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/reelback/reelback/internal/live"
	"github.com/reelback/reelback/internal/tally"
	"github.com/reelback/reelback/internal/testkit"
	"github.com/reelback/reelback/web"
)

// bareServer is a server of nothing but a hub and a way in, for tests inside a bubble of time.
func bareServer(hub *live.Hub, in web.Receiver) *web.Server {
	return web.New(web.Options{Store: brokenStore{}, Inbox: in, Files: brokenFiles{}, Hub: hub,
		Static: must(staticFiles()), Catalogue: must(catalogue()), Now: time.Now,
		Registry: prometheus.NewRegistry(), Books: tally.New(tally.Options{}),
		Log: testkit.Quiet()})
}

func TestNewsReachTheViewer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	server := httptest.NewServer(s.server)
	defer server.Close()
	res, err := http.Get(server.URL + "/live")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	for name, want := range map[string]string{"Content-Type": "text/event-stream",
		"Cache-Control": "no-store", "X-Accel-Buffering": "no"} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	lines := bufio.NewScanner(res.Body)
	next := func() string { // the next message, its lines joined
		var message []string
		for lines.Scan() && lines.Text() != "" {
			message = append(message, lines.Text())
		}
		return strings.Join(message, "|")
	}
	if first := next(); first != "retry: 2000" {
		t.Errorf("it begins with %q", first)
	}
	for _, tt := range []struct {
		news live.News
		want string
	}{
		{live.News{Name: "task", Data: map[string]string{"task_id": "a"}},
			`event: task|data: {"task_id":"a"}`},
		{live.News{Name: "delivery", Data: map[string]any{"task_id": "two\nlines\r\n\nevent: x"}},
			`event: delivery|data: {"task_id":"two\nlines\r\n\nevent: x"}`},
		{live.News{Name: "progress", Data: map[string]int{"bytes": 5}},
			`event: progress|data: {"bytes":5}`},
	} {
		s.hub.Publish(tt.news)
		if got := next(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
	s.hub.Close()
	if lines.Scan() || lines.Err() != nil {
		t.Errorf("after the end: %q, %v", lines.Text(), lines.Err())
	}
}

// viewer is a response writer that passes on what is written, until it fails.
type viewer struct {
	*httptest.ResponseRecorder
	written chan string
	err     error
}

func (v *viewer) Write(b []byte) (int, error) {
	if v.err != nil {
		return 0, v.err
	}
	v.written <- string(b)
	return len(b), nil
}

// watch runs the event stream for a viewer and returns a channel that is closed at its end.
func watch(ctx context.Context, server *web.Server, v *viewer) <-chan struct{} {
	ended := make(chan struct{})
	r := newRequest(http.MethodGet, "/live", "").WithContext(ctx)
	go func() {
		defer close(ended)
		server.ServeHTTP(v, r)
	}()
	return ended
}

func TestASilentStreamShowsThatItIsThere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hub := live.NewHub()
		v := &viewer{ResponseRecorder: httptest.NewRecorder(), written: make(chan string)}
		ended := watch(t.Context(), bareServer(hub, nil), v)
		<-v.written // "retry"
		for range 3 {
			begun := time.Now()
			if text := <-v.written; text != ": here\n\n" || time.Since(begun) > 25*time.Second {
				t.Errorf("%q after %v", text, time.Since(begun))
			}
		}
		hub.Close()
		<-ended
	})
}

// TestWhoHasGoneIsNotWatching ends streams from the viewer's side.
func TestWhoHasGoneIsNotWatching(t *testing.T) {
	t.Parallel()
	t.Run("the request ends", func(t *testing.T) {
		t.Parallel()
		hub := live.NewHub()
		ctx, leave := context.WithCancel(t.Context())
		v := &viewer{ResponseRecorder: httptest.NewRecorder(), written: make(chan string)}
		ended := watch(ctx, bareServer(hub, nil), v)
		if <-v.written; !hub.Watching() {
			t.Error("nobody is watching")
		}
		leave()
		if <-ended; hub.Watching() {
			t.Error("somebody is still watching")
		}
	})
	t.Run("nothing can be written", func(t *testing.T) {
		t.Parallel()
		hub := live.NewHub()
		v := &viewer{ResponseRecorder: httptest.NewRecorder(), err: errors.New("broken pipe")}
		<-watch(t.Context(), bareServer(hub, nil), v)
		if hub.Watching() {
			t.Error("somebody is still watching")
		}
	})
	t.Run("the program is stopping", func(t *testing.T) {
		t.Parallel()
		hub := live.NewHub()
		hub.Close()
		v := &viewer{ResponseRecorder: httptest.NewRecorder(), written: make(chan string, 1)}
		<-watch(t.Context(), bareServer(hub, nil), v)
	})
}
