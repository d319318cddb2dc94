package app

import (
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/testkit"
)

// TestTheFirstStartSaysHowToComeIn says it while there is nobody, and leads to no password where
// none is taken.
func TestTheFirstStartSaysHowToComeIn(t *testing.T) {
	t.Parallel()
	const public = "https://videos.example.com/x"
	elsewhere := config.Config{Auth: "password", PublicURL: public,
		OIDCIssuer: "https://id.example.com", OIDCName: "Example ID"}
	only := elsewhere
	only.OIDCOnly = true
	for name, test := range map[string]struct {
		cfg         config.Config
		says, never string
	}{
		"passwords":      {config.Config{Auth: "password"}, "http://here:8080/welcome/", "sign in"},
		"both":           {elsewhere, public + "/welcome/", "sign in"},
		"only elsewhere": {only, public + "/sign-in and sign in at Example ID", "welcome"},
		"everybody":      {config.Config{Auth: "none"}, "", "First"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := testkit.Store(t, store.Options{})
			a := &App{cfg: test.cfg, store: s, welcome: auth.NewWelcome(),
				links: route.New(test.cfg.PublicURL)}
			var out strings.Builder
			a.greetFirst(&out, a.links.WithOrigin("http://here:8080"))
			if !strings.Contains(out.String(), test.says) || strings.Contains(out.String(), test.never) {
				t.Errorf("it says %q", &out)
			}
			_, err := s.CreateUser(t.Context(), auth.User{Name: "anna", Role: auth.Admin, Hash: "x"})
			if err != nil {
				t.Fatal(err)
			}
			out.Reset()
			if a.greetFirst(&out, a.links); out.Len() > 0 {
				t.Errorf("with a user it says %q", &out)
			}
		})
	}
}
