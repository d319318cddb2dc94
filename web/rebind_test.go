package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/web"
)

// TestNoOtherSitesNameOpensThePages asks by names, where nobody has to sign in.
func TestNoOtherSitesNameOpensThePages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	named := newSite(t, func(o *web.Options) {
		o.Links = route.New("http://videos.example.org:8080")
	})
	for host, want := range map[string]int{
		"localhost:8080": 200, "127.0.0.1": 200, "[::1]:8080": 200, "192.168.1.5:8080": 200,
		"nas": 200, "nas.local:8080": 200, "NAS.lan.": 200, "reelback.localhost": 200,
		"rebind.example.net:8080": 421, "localhost.example.net": 421, "127.0.0.1.example.net": 421,
		"videos.example.org:8080": 421,
	} {
		for _, target := range []string{"/", "/setup", "/api/v1/tasks"} {
			if got := askBy(s, host, target); got != want {
				t.Errorf("%s by %s: %d, want %d", target, host, got, want)
			}
		}
	}
	if got := askBy(named, "Videos.example.org:8080", "/setup"); got != 200 {
		t.Errorf("by its public name: %d", got)
	}
	if got := askBy(s, "rebind.example.net", "/healthz"); got != 200 {
		t.Errorf("what is open to all: %d", got)
	}
}

// TestAnotherSitesNameLearnsNothing looks at the pages that it gets instead.
func TestAnotherSitesNameLearnsNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	for target, want := range map[string]string{"/tasks": "This name is not known here",
		"/nothing": "not on the reel"} {
		r := httptest.NewRequest(http.MethodGet, target, nil)
		r.Header.Set("Accept", "text/html")
		r.Header.Set("Accept-Language", "en")
		for host, foreign := range map[string]bool{"rebind.example.net": true, "nas.local": false} {
			r.Host = host
			w := httptest.NewRecorder()
			s.server.ServeHTTP(w, r)
			page := w.Body.String()
			for _, inside := range []string{`class="edge`, `href="/settings"`, `type="search"`} {
				if strings.Contains(page, inside) == foreign {
					t.Errorf("%s by %s: %q on the page: %t", target, host, inside, !foreign)
				}
			}
			if foreign && !strings.Contains(page, want) || strings.Contains(page, "/sign-in") {
				t.Errorf("%s by %s: %d %s", target, host, w.Code, page)
			}
		}
	}
}

func askBy(s *site, host, target string) int {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Host = host
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	return w.Code
}
