package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/web"
)

// TestNoOtherSiteChangesAnything goes through every route that changes something, from the list
// the server itself goes by, as a page of another site would.
func TestNoOtherSiteChangesAnything(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.Links = route.New("https://V.example.com:443/x") })
	changing := 0
	for _, r := range s.server.Routes() {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			continue
		}
		changing++
		target := strings.NewReplacer(":source", "kie", ":provider", "kie", ":role", "video",
			":index", "0", ":id", "1", ":token", "x").Replace(r.Path)
		for line, refused := range map[string]bool{
			"Sec-Fetch-Site: cross-site":         true,
			"Sec-Fetch-Site: same-site":          true,
			"Origin: https://evil.example.com":   true,
			"Origin: null":                       true,
			"Origin: https://v.example.com.evil": true,
			"Origin: http://v.example.com":       true,
			"Sec-Fetch-Site: same-origin":        false,
			"Origin: https://v.example.com":      false,
			"Origin: http://inner:8080":          false,
			"X-Nothing: at all":                  false,
		} {
			w := s.ask(r.Method, target, "{}", line, "Host: inner:8080")
			got := w.Code == http.StatusForbidden && strings.Contains(w.Body.String(), "another site")
			if got != refused {
				t.Errorf("%s %s with %s: %d", r.Method, target, line, w.Code)
			}
		}
	}
	if changing < 9 {
		t.Errorf("only %d routes change anything", changing)
	}
}

// TestATokenNeedsNoOrigin registers from anywhere: no other site's page can send the header.
func TestATokenNeedsNoOrigin(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for line, want := range map[string]int{"X-Nothing: at all": 403, "Authorization: Bearer x": 401} {
		w := s.ask(http.MethodPost, "/api/v1/tasks", "{}", line, "Sec-Fetch-Site: cross-site")
		if w.Code != want {
			t.Errorf("%s: %d, want %d", line, w.Code, want)
		}
	}
}

// TestAPersonIsToldOfTheOtherSite in their language, and what to do where a proxy is the cause.
func TestAPersonIsToldOfTheOtherSite(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t)
	for lang, want := range map[string]string{"en": "another site’s page, or a proxy changes Host",
		"zh-CN": "请求来自其他网站的页面，或代理改写了 Host"} {
		w := s.ask(http.MethodPost, "/sign-in", "name=a", browser, form, "Accept-Language: "+lang,
			"Sec-Fetch-Site: cross-site")
		if page := w.Body.String(); w.Code != http.StatusForbidden || !strings.Contains(page, want) ||
			!strings.Contains(page, "--public-url") {
			t.Errorf("%s: %d %s", lang, w.Code, page)
		}
	}
}
