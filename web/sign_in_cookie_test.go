package web_test

import (
	"net/http"
	"net/netip"
	"testing"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/web"
)

// TestTheSessionsCookie is never read by script and, wherever the browser came by https, never
// sent without it.
func TestTheSessionsCookie(t *testing.T) {
	t.Parallel()
	trusted := web.Proxies{netip.MustParsePrefix("127.0.0.1/32")}
	tests := map[string]struct {
		publicURL, proto string
		path             string
		secure           bool
	}{
		"by http":                     {"", "", "/", false},
		"said to be https by nobody":  {"", "spoofed", "/", false},
		"by https through a proxy":    {"", "https", "/", true},
		"a public address with https": {"https://videos.example.com/x/y", "", "/x/y/", true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newClosedSite(t, func(o *web.Options) {
				o.Links = route.New(tt.publicURL)
				if tt.proto == "https" {
					o.TrustedProxies = trusted
				}
			})
			s.addUser("mei", auth.Admin)
			lines := []string{}
			if tt.proto != "" {
				lines = append(lines, "X-Forwarded-Proto: https")
			}
			w := s.signIn("mei", password, lines...)
			cookies := w.Result().Cookies()
			if len(cookies) != 1 {
				t.Fatalf("%d %v", w.Code, w.Header())
			}
			c := cookies[0]
			if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != tt.path ||
				c.Secure != tt.secure || c.MaxAge <= 0 {
				t.Errorf("the cookie is %+v", c)
			}
		})
	}
}
