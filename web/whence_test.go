package web_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/web"
)

// behindNginx lets a site believe a proxy on the same machine.
func behindNginx(o *web.Options) {
	o.TrustedProxies = web.Proxies{netip.MustParsePrefix("127.0.0.1/32")}
}

// TestADeliveryNotesWhoSentIt delivers through a proxy, and past it with a false claim.
func TestADeliveryNotesWhoSentIt(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*web.Options){
		"203.0.113.9": behindNginx, "127.0.0.1": func(*web.Options) {},
	} {
		s := newSite(t, change)
		s.deliver("veo3.1", fmt.Sprintf(veoDone, "v"), "X-Forwarded-For: 1.1.1.1, 203.0.113.9")
		delivery := s.getJSON("/api/v1/deliveries")["deliveries"].([]any)[0].(map[string]any)
		if delivery["remote_addr"] != want {
			t.Errorf("it came from %v, want %s", delivery["remote_addr"], want)
		}
		if !strings.Contains(s.log.String(), "remote="+want) {
			t.Errorf("the log lacks %s", want)
		}
	}
}

// TestOneSendersFloodHidesNobodyElses refuses more than is kept of one address, all of it
// through the same proxy.
func TestOneSendersFloodHidesNobodyElses(t *testing.T) {
	t.Parallel()
	s := newSite(t, behindNginx)
	for range 80 {
		s.ask(http.MethodPost, "/callbacks/veo3.1/x", "{}", "X-Forwarded-For: 203.0.113.9")
	}
	s.ask(http.MethodPost, "/callbacks/veo3.1/x", "{}", "X-Forwarded-For: 198.51.100.7")
	by := make(map[any]int)
	for _, item := range s.getJSON("/api/v1/deliveries?limit=500")["deliveries"].([]any) {
		by[item.(map[string]any)["remote_addr"]]++
	}
	if by["203.0.113.9"] != 60 || by["198.51.100.7"] != 1 {
		t.Errorf("kept by address: %v", by)
	}
}

// TestLinksAndCookiesKnowTheScheme asks through a proxy that ends TLS.
func TestLinksAndCookiesKnowTheScheme(t *testing.T) {
	t.Parallel()
	const https, named = "X-Forwarded-Proto: https", "X-Forwarded-Host: v.example.com"
	for _, trusted := range []bool{true, false} {
		s := newSite(t, func(o *web.Options) {
			if trusted {
				behindNginx(o)
			}
		})
		w := s.ask(http.MethodGet, "/setup?lang=en", "", browser, https, named, "Host: inner:1")
		if got := strings.Contains(w.Body.String(), "https://v.example.com/callbacks/"); got != trusted {
			t.Errorf("trusted: %t, but the callback addresses are the proxy's: %t", trusted, got)
		}
		if cookie := w.Result().Cookies()[0]; cookie.Secure != trusted {
			t.Errorf("trusted: %t, but the cookie is secure: %t", trusted, cookie.Secure)
		}
	}
}

// TestHTTPSIsInsistedOn tells browsers that came by https to stay with it, and no one else.
func TestHTTPSIsInsistedOn(t *testing.T) {
	t.Parallel()
	public := func(o *web.Options) { o.Links = route.New("https://V.example.com/x") }
	for _, test := range []struct {
		change func(*web.Options)
		line   string
		want   bool
	}{
		{func(*web.Options) {}, "Host: v.example.com", false},
		{func(*web.Options) {}, "X-Forwarded-Proto: https", false},
		{behindNginx, "X-Forwarded-Proto: https", true},
		{behindNginx, "X-Forwarded-Proto: http", false},
		{public, "Host: v.example.com", true},
		{public, "Host: localhost:8080", false},
	} {
		s := newSite(t, test.change)
		for _, path := range []string{"/", "/nothing", "/healthz", "/static/nothing"} {
			h := s.ask(http.MethodGet, path, "", test.line).Header()
			if got := h.Get("Strict-Transport-Security"); (got == "max-age=31536000") != test.want {
				t.Errorf("%s with %s: %q, want one: %t", path, test.line, got, test.want)
			}
		}
	}
}
