package web_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/reelback/reelback/web"
)

// hosts are values of the Host header and whether they name this very machine.
func hosts() map[string]bool {
	return map[string]bool{
		"localhost": true, "localhost:8080": true, "LocalHost:8080": true, "localhost.": true,
		"localhost.:80": true, "app.localhost": true, "a.b.localhost:9": true,
		"127.0.0.1": true, "127.0.0.1:8080": true, "127.8.8.8": true,
		"[::1]": true, "[::1]:8080": true, "[::ffff:127.0.0.1]:8080": true,
		"": false, ".": false, ":8080": false, "[]": false, "videos.example.com": false,
		"localhost.evil.com": false, "127.0.0.1.evil.com": false, "evil-localhost": false,
		"localhost.evil.com:8080": false, "localhost..": false, "notlocalhost": false,
		"0.0.0.0:8080": false, "[::]:8080": false, "192.168.1.5": false, "10.0.0.1:80": false,
		"[2001:db8::1]": false, "[::2]:8080": false, "127.0.0.1x": false, "128.0.0.1": false,
	}
}

// TestPagesAreForLoopbackNames goes through every route with every name. Only callbacks and
// health are for all.
func TestPagesAreForLoopbackNames(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.LoopbackOnly = true })
	s.deliver("runway-extend", fmt.Sprintf(runwayDone, "run-1"))
	s.saveAll()
	all := []string{"POST " + s.callback("veo3.1"), "POST /callbacks/veo3.1", "GET /healthz",
		"POST /callbacks/veo3.1/x", "POST /runway-extend-callback", "POST /veo3-1-callback?token=x",
		"GET /readyz", "HEAD /healthz", "GET /callbacks/veo3.1/x"}
	ours := []string{"GET /", "GET /tasks", "GET /tasks/kie/run-1", "GET /deliveries",
		"GET /deliveries/1", "GET /setup", "GET /media/2026-11/runway_extend_run-1.mp4",
		"HEAD /media/2026-11/runway_extend_run-1.mp4", "GET /static/js/main.js",
		"POST /tasks/kie/run-1/retry", "POST /tasks/kie/run-1/assets/video/0/retry",
		"POST /setup/sources/kie/tokens", "POST /setup/sources/kie/tokens/rotate",
		"POST /setup/sources/runway/tokens/2/revoke",
		"GET /api/v1/tasks", "POST /api/v1/tasks", "GET /api/v1/tasks/kie/run-1",
		"GET /api/v1/tasks/kie/run-1/events", "GET /api/v1/deliveries", "GET /api/v1/deliveries/1",
		"GET /metrics", "PUT /tasks", "OPTIONS /tasks"}
	for host, loopback := range hosts() {
		for _, asked := range all {
			if w := s.askAs(asked, host); w.Code == http.StatusNotFound {
				t.Errorf("%s of %q: %d", asked, host, w.Code)
			}
		}
		for _, asked := range ours {
			w := s.askAs(asked, host)
			if hidden := w.Code == http.StatusNotFound; hidden == loopback {
				t.Errorf("%s of %q: %d", asked, host, w.Code)
			}
		}
		if w := s.askAs("GET /live", host, "Accept: */*"); !loopback && w.Code != http.StatusNotFound {
			t.Errorf("the event stream of %q: %d", host, w.Code)
		}
	}
}

// TestPagesAreForThisMachine asks by a loopback name from another machine: anybody can write a
// name into a request.
func TestPagesAreForThisMachine(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.LoopbackOnly = true })
	for from, want := range map[string]int{
		"127.0.0.1:5000": 200, "[::1]:5000": 200, "127.8.8.8:1": 200,
		"192.168.1.7:5000": 404, "[fe80::1]:5000": 404, "203.0.113.9:80": 404,
	} {
		for path, code := range map[string]int{"/setup": want, "/api/v1/tasks": want, "/healthz": 200} {
			r := newRequest(http.MethodGet, path, "")
			r.Host, r.RemoteAddr = "localhost:8080", from
			w := httptest.NewRecorder()
			s.server.ServeHTTP(w, r)
			if w.Code != code {
				t.Errorf("%s from %s: %d, want %d", path, from, w.Code, code)
			}
		}
	}
}

// askAs makes a request, "GET /path", by a name for the server. The event stream is given no
// time to be one.
func (s *site) askAs(asked, host string, lines ...string) *httptest.ResponseRecorder {
	var method, path string
	_, _ = fmt.Sscan(asked, &method, &path)
	r := newRequest(method, path, "{}", append(lines, browser)...)
	r.Host = host
	if path == "/live" {
		s.hub.Close()
	}
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	return w
}

// TestAProxyDoesNotMakePagesPublic calls by a public name through a proxy that puts its own
// name for the server into Host.
func TestAProxyDoesNotMakePagesPublic(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.LoopbackOnly = true })
	for line, want := range map[string]int{
		"X-Forwarded-Host: videos.example.com":            404,
		"X-Forwarded-Host: localhost, videos.example.com": 404,
		"X-Forwarded-Host: videos.example.com:443":        404,
		"X-Forwarded-Host: localhost:8080":                200,
		"X-Forwarded-Host: 127.0.0.1, app.localhost":      200,
		"X-Forwarded-Host: ":                              200,
		"X-Forwarded-Proto: https":                        200,
	} {
		w := s.ask(http.MethodGet, "/setup", "", browser, line, "Host: localhost:8080")
		if w.Code != want {
			t.Errorf("%s: %d, want %d", line, w.Code, want)
		}
	}
	w := s.ask(http.MethodPost, s.callback("veo3.1"), fmt.Sprintf(veoDone, "v"),
		"Host: localhost:8080", "X-Forwarded-Host: videos.example.com")
	if w.Code != http.StatusOK {
		t.Errorf("a callback by the public name: %d", w.Code)
	}
}

func TestWithoutTheRuleEveryNameWillDo(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for host := range hosts() {
		if w := s.askAs("GET /tasks", host); w.Code != http.StatusOK {
			t.Errorf("%q: %d", host, w.Code)
		}
	}
}

// TestARequestWithoutAName speaks HTTP/1.0, where there need not be one.
func TestARequestWithoutAName(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.LoopbackOnly = true })
	server := httptest.NewServer(s.server)
	defer server.Close()
	for path, want := range map[string]int{"/setup": 404, "/healthz": 200} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(conn, "GET %s HTTP/1.0\r\n\r\n", path)
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != want {
			t.Errorf("%s: %s, want %d", path, res.Status, want)
		}
		_ = conn.Close()
	}
}
