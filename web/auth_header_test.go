package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/web"
)

// newNamed starts a site before which a proxy at 127.0.0.1 names who is signed in.
func newNamed(t *testing.T) *closedSite {
	t.Helper()
	return newClosedSite(t, func(o *web.Options) {
		o.TrustedProxies = web.Proxies{netip.MustParsePrefix("127.0.0.1/32")}
		o.AuthHeader = web.AuthHeader{User: "Remote-User", Role: "Remote-Groups", Else: auth.Viewer}
	})
}

// from makes a request as one who connects from an address.
func (s *closedSite) from(peer, target string, lines ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := newRequest(http.MethodGet, target, "", append(lines, "Accept-Language: en")...)
	r.RemoteAddr = peer + ":40000"
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	return w
}

func TestATrustedProxyNamesWhoIsIn(t *testing.T) {
	t.Parallel()
	s := newNamed(t)
	for _, c := range []struct {
		lines []string
		in    bool
		name  string
		role  auth.Role
	}{
		{[]string{"Remote-User: anna"}, true, "anna", auth.Viewer},
		{[]string{"Remote-User: anna", "Remote-Groups: staff, admin,viewer"}, true, "anna", auth.Admin},
		{[]string{"Remote-User: anna", "Remote-Groups: staff"}, true, "anna", auth.Viewer},
		{[]string{"Remote-User: bert", "Remote-Groups: operator"}, true, "bert", auth.Operator},
		{[]string{"remote-user: bert", "X-Forwarded-For: 198.51.100.7"}, true, "bert", auth.Viewer},
		{[]string{"Remote-User: eve", "Remote-User: anna"}, false, "eve", ""},
		{[]string{"Remote-User: eve,anna"}, false, "eve", ""},
		{[]string{"Remote-User: "}, false, "", ""},
		{[]string{"Remote-User: " + strings.Repeat("e", 300)}, false, "", ""},
		{[]string{"Remote_User: eve"}, false, "eve", ""},
		{[]string{"Remote-Groups: admin"}, false, "", ""},
	} {
		w := s.from("127.0.0.1", "/tasks", append(c.lines, browser)...)
		if in := w.Code == 200; in != c.in {
			t.Errorf("%v: %d", c.lines, w.Code)
			continue
		}
		if u, err := s.store.FindUser(t.Context(), c.name); c.in != (err == nil) ||
			c.in && (u.Role != c.role || u.Issuer != auth.ByProxy) {
			t.Errorf("%v: %+v, %v", c.lines, u, err)
		}
	}
	w := s.from("127.0.0.1", "/settings/audit", browser, "Remote-User: anna", "Remote-Groups: admin")
	if !strings.Contains(w.Body.String(), "Created a user") ||
		!strings.Contains(w.Body.String(), "bert") || strings.Contains(w.Body.String(), "/sign-out") {
		t.Errorf("the audit trail: %d", w.Code)
	}
	if w := s.from("127.0.0.1", "/account", browser, "Remote-User: anna"); w.Code != 200 ||
		!strings.Contains(w.Body.String(), "The proxy before this server") {
		t.Errorf("the account: %d", w.Code)
	}
	if w := s.from("127.0.0.1", "/sign-in", browser, "Remote-User: anna"); w.Code != 303 {
		t.Errorf("who is in is asked to sign in: %d", w.Code)
	}
}

// TestNobodyElseNamesWhoIsIn writes the headers of the proxy as a stranger.
func TestNobodyElseNamesWhoIsIn(t *testing.T) {
	t.Parallel()
	s := newNamed(t)
	s.addUser("carl", auth.Viewer)
	named := []string{browser, "Remote-User: eve", "Remote-Groups: admin"}
	for peer, lines := range map[string][]string{
		"192.0.2.9":   named,
		"127.0.0.2":   named,
		"192.0.2.10":  append([]string{"X-Forwarded-For: 127.0.0.1"}, named...),
		"192.0.2.11":  append([]string{"Forwarded: for=127.0.0.1"}, named...),
		"2001:db8::1": named,
	} {
		if strings.Contains(peer, ":") {
			peer = "[" + peer + "]"
		}
		if w := s.from(peer, "/tasks", lines...); w.Code != 303 {
			t.Errorf("%s is let in: %d", peer, w.Code)
		}
	}
	w := s.from("192.0.2.9", "/account", append(named, s.cookies["carl"])...)
	if w.Code != 200 || !strings.Contains(w.Body.String(), "carl, Viewer") {
		t.Errorf("a session beside the header of a stranger: %d", w.Code)
	}
	if _, err := s.store.FindUser(t.Context(), "eve"); err == nil {
		t.Error("a stranger made a user")
	}
	r := newRequest(http.MethodGet, "/tasks", "", named...)
	out := httptest.NewRecorder()
	s.server.Public().ServeHTTP(out, r)
	if out.Code != http.StatusNotFound {
		t.Errorf("at the public address: %d", out.Code)
	}
}

func TestAProxyTakesOverNoLocalName(t *testing.T) {
	t.Parallel()
	s := newNamed(t)
	s.addUser("anna", auth.Admin)
	if w := s.from("127.0.0.1", "/settings/audit", browser, "Remote-User: anna"); w.Code != 403 {
		t.Errorf("%d", w.Code)
	}
	u := must(s.store.FindUser(t.Context(), "anna@proxy"))
	if u.Role != auth.Viewer {
		t.Errorf("%+v", u)
	}
	if err := s.store.EnableUser(t.Context(), u.ID, false); err != nil {
		t.Fatal(err)
	}
	w := s.from("127.0.0.1", "/tasks", browser, "Remote-User: anna")
	if w.Code != 403 || !strings.Contains(w.Body.String(), "is disabled") {
		t.Errorf("disabled: %d", w.Code)
	}
	w = s.from("127.0.0.1", "/tasks", browser, "Remote-User: anna", s.cookies["anna"])
	if w.Code != 403 {
		t.Errorf("the word of the proxy does not come first: %d", w.Code)
	}
}
