package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/web"
)

func TestACallbackAddressMayEndInASlash(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "/x/y"} {
		s := siteBelow(t, base)
		veo := base + strings.TrimPrefix(s.callback("veo3.1"), base)
		sample := base + "/veo3-1-callback/?token=" + s.tokens["veo3.1"]
		for i, tt := range []struct {
			target string
			want   int
		}{
			{veo, 200}, {veo + "/", 200}, {veo + "//", 200}, {sample, 200},
			{veo + "/?ref=customer-7", 200}, {veo + "%2F", 401}, {veo + "/x", 401}, {veo + "x/", 401},
			{base + "/callbacks/veo3.1/", 401}, {base + "/callbacks/nobody/x/", 404},
			{base + "/callbacks/", 404}, {base + "/" + strings.TrimPrefix(veo, base), 200},
			{base + "//" + strings.TrimPrefix(veo, base) + "/", 200}, {veo + "%2F/", 401},
		} {
			w := s.ask(http.MethodPost, tt.target, fmt.Sprintf(veoDone, fmt.Sprint("veo-", i)))
			if w.Code != tt.want {
				t.Errorf("%s: %d, want %d: %s", tt.target, w.Code, tt.want, w.Body)
			}
		}
		if labels := must(s.store.FindTask(t.Context(), "kie", "veo-4")).Labels; len(labels) != 1 {
			t.Errorf("labels %q", labels)
		}
	}
}

func TestAPageWithASlashBehindItLeadsToThePage(t *testing.T) {
	t.Parallel()
	sites := map[string]*site{"": siteBelow(t, ""), "/x/y": siteBelow(t, "/x/y")}
	for target, want := range map[string]string{
		"/tasks/":                 "/tasks",
		"/tasks//":                "/tasks",
		"/tasks/?status=failed":   "/tasks?status=failed",
		"/tasks/kie/run-1/":       "/tasks/kie/run-1",
		"/tasks/kie/a%2Fb/":       "/tasks/kie/a%2Fb",
		"/tasks/kie/%0d%0aX:%20":  "",
		"/tasks/lost/":            "/tasks/lost",
		"/deliveries/":            "/deliveries",
		"/deliveries/1/":          "/deliveries/1",
		"/deliveries/loss/":       "/deliveries/loss",
		"/settings/users/":        "/settings/users",
		"/setup/":                 "/setup",
		"/sign-in/":               "/sign-in",
		"/":                       "",
		"/tasks/kie/a%2F":         "", // an id that ends in a slash
		"/nothing/":               "",
		"/tasks/kie/run-1/retry/": "",
		"//":                      "",
		"//evil.example/":         "",
		"//evil.example/tasks/":   "",
		"///tasks/":               "",
		"/%2Fevil.example/":       "",
		"/\\evil.example/":        "",
		"/api/v1/tasks/":          "",
		"/media/2026-11/a.mp4/":   "",
		"/healthz/":               "",
	} {
		for base, s := range sites {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				w := s.ask(method, base+target, "", browser)
				to := w.Header().Get("Location")
				if want == "" && to != "" || want != "" && (w.Code != 308 || to != base+want) {
					t.Errorf("%s %s: %d to %q, want %q", method, base+target, w.Code, to, base+want)
				}
			}
		}
	}
	s := sites[""]
	if w := s.ask(http.MethodPost, "/tasks/register/", "", browser, form); w.Code == 308 {
		t.Error("a form is sent elsewhere")
	}
	if w := s.askPublic(http.MethodGet, "/tasks/", "", browser); w.Code != 404 ||
		w.Header().Get("Location") != "" {
		t.Errorf("a stranger is led on: %d", w.Code)
	}
}

// siteBelow is a site with nothing in it, below a path.
func siteBelow(t *testing.T, base string) *site {
	return newSite(t, func(o *web.Options) {
		if base != "" {
			o.Links = route.New("https://videos.example.com" + base)
		}
	})
}
