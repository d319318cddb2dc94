package web_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/route"
)

// TestPagesThatShowSecretsAreNotStored looks at every page for secrets, and at those that have any
// for who may keep them.
func TestPagesThatShowSecretsAreNotStored(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t)
	invitation := "/welcome/" + s.options.Welcome.Token()
	w := s.ask(http.MethodGet, invitation, "", browser)
	if w.Code != 200 || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("the invitation: %d %v", w.Code, w.Header())
	}
	s.peopled()
	s.fill()
	secrets := [][]byte{[]byte(s.options.Welcome.Token())}
	for _, src := range s.options.Sources.Sources() {
		for _, token := range src.Tokens {
			secrets = append(secrets, []byte(token.Token))
		}
	}
	pages, showing := 0, 0
	for of := range rights() {
		method, pattern, _ := strings.Cut(of, " ")
		if method != http.MethodGet || pattern == route.Live {
			continue
		}
		w := s.ask(method, example(pattern), "", browser, s.cookies["admin"])
		pages++
		for _, secret := range secrets {
			if !bytes.Contains(w.Body.Bytes(), secret) {
				continue
			}
			showing++
			if got := w.Header().Get("Cache-Control"); got != "no-store" {
				t.Errorf("%s shows a secret and may be kept: %q", pattern, got)
			}
			break
		}
	}
	if pages < 15 || showing != 1 {
		t.Errorf("%d of %d pages show secrets, one should", showing, pages)
	}
}

// TestHowLongPagesAreKept names the strict ones among them.
func TestHowLongPagesAreKept(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t).peopled()
	for _, c := range []struct{ path, who, want string }{
		{"/setup", "admin", "no-store"}, {"/setup", "viewer", "private, no-cache"},
		{"/settings/tokens", "admin", "no-store"}, {"/settings/users", "admin", "no-store"},
		{"/account", "viewer", "no-store"}, {"/sign-in", "", "no-store"},
		{"/settings", "admin", "private, no-cache"}, {"/tasks", "viewer", "private, no-cache"},
	} {
		w := s.ask(http.MethodGet, c.path, "", browser, s.cookies[c.who])
		if got := w.Header().Get("Cache-Control"); w.Code != 200 || got != c.want {
			t.Errorf("%s for %q: %d, Cache-Control %q, want %q", c.path, c.who, w.Code, got, c.want)
		}
	}
}
