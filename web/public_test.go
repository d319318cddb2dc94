package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/static"
	"github.com/reelback/reelback/web"
)

// askPublic makes a request at the address for strangers.
func (s *site) askPublic(method, target, body string, lines ...string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.server.Public().ServeHTTP(w, newRequest(method, target, body, lines...))
	return w
}

// TestStrangersReachCallbacksOnly makes every visit at the public address, by a public name. What
// is not for strangers looks exactly like what was never there.
func TestStrangersReachCallbacksOnly(t *testing.T) {
	t.Parallel()
	for _, s := range []*site{newSite(t), newClosedSite(t).site} {
		s.fill()
		for _, v := range visits(s) {
			ours := slices.Contains([]string{route.Callback, route.CallbackToken, route.SampleRunway,
				route.SampleVeo, route.Health, route.Ready, route.Static}, v.route)
			w := s.askPublic(v.method, v.target, "", browser, "Host: 127.0.0.1")
			if ours && w.Code != v.status {
				t.Errorf("%s %s: %d, want %d", v.method, v.target, w.Code, v.status)
			}
			if !ours {
				checkNothing(t, v.method+" "+v.target, w)
			}
			checkSecured(t, v, w.Header())
		}
		for _, r := range s.server.Routes() {
			target := strings.NewReplacer(":provider", "kie", ":id", "1", "*", "x").Replace(r.Path)
			for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut, "PURGE"} {
				w := s.askPublic(method, target, "{}", browser)
				if kind := w.Header().Get("Content-Type"); strings.HasPrefix(kind, "text/html") {
					t.Errorf("%s %s: a page, %d", method, target, w.Code)
				}
			}
		}
	}
}

// checkNothing fails where an answer tells more than that there is nothing.
func checkNothing(t *testing.T, asked string, w *httptest.ResponseRecorder) {
	t.Helper()
	body, _, _ := strings.Cut(w.Body.String(), `,"request_id"`)
	want := `{"type":"about:blank","title":"Not Found","status":404`
	if w.Code != http.StatusNotFound || body != want || w.Header().Get("Allow") != "" ||
		w.Header().Get("Set-Cookie") != "" {
		t.Errorf("%s: %d %v %s", asked, w.Code, w.Header(), w.Body)
	}
}

func TestAStrangersCallbackIsTaken(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.Links = route.New(publicURL) })
	for _, prefix := range []string{"", "/x/y"} {
		w := s.askPublic(http.MethodPost, prefix+strings.TrimPrefix(s.callback("veo3.1"), "/x/y"),
			fmt.Sprintf(veoDone, "v"), "Host: videos.example.com")
		if w.Code != http.StatusOK {
			t.Errorf("%q: %d %s", prefix, w.Code, w.Body)
		}
	}
	sheet := "/x/y/static/" + must(staticFiles()).Name(static.Sheet)
	if w := s.askPublic(http.MethodGet, sheet, ""); w.Code != http.StatusOK {
		t.Errorf("the style sheet: %d", w.Code)
	}
}
