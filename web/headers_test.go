package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/route"
)

// TestEveryAnswerIsSecured asks every route of the server's own list by every method, in good
// ways and bad, so that pages, errors, redirects, 404 and 405 are among the answers.
func TestEveryAnswerIsSecured(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	seen := make(map[int]bool)
	for _, r := range s.server.Routes() {
		for _, id := range []string{"run-1", "1", "nobody"} {
			target := strings.NewReplacer(":source", "veo3.1", ":provider", "kie", ":role", "video",
				":index", "0", ":id", id, ":token", s.tokens["veo3.1"],
				"*", "2026-11/runway_extend_run-1.mp4").Replace(r.Path)
			for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE"} {
				if r.Path == route.Live && method == http.MethodGet {
					continue // never ends; below
				}
				for _, line := range []string{browser, "Accept: */*", "Sec-Fetch-Site: cross-site",
					"Reelback-Fragment: strip"} {
					w := s.ask(method, target, "{}", line, form)
					seen[w.Code] = true
					checkAllSecured(t, method+" "+target, w)
				}
			}
		}
	}
	for _, status := range []int{200, 204, 303, 400, 401, 403, 404, 405} {
		if !seen[status] {
			t.Errorf("nothing was answered %d", status)
		}
	}
	s.hub.Close()
	checkAllSecured(t, "the event stream", s.ask(http.MethodGet, "/live", ""))
}

func checkAllSecured(t *testing.T, asked string, w *httptest.ResponseRecorder) {
	t.Helper()
	method, target, _ := strings.Cut(asked, " ")
	checkSecured(t, visit{method: method, target: target}, w.Header())
	policy := w.Header().Get("Content-Security-Policy")
	media := strings.HasPrefix(w.Header().Get("Content-Type"), "video/")
	if strings.Contains(policy, "sandbox") != media || !media && !strings.Contains(policy,
		"frame-ancestors 'none'") {
		t.Errorf("%s: %s", asked, policy)
	}
}
