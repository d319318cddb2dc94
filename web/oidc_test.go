package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/oidc"
	"github.com/reelback/reelback/internal/oidc/oidctest"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/web"
)

// elsewhere is a site at which people can sign in at a provider, below a base path.
type elsewhere struct {
	*closedSite
	provider *oidctest.Provider
}

func newElsewhere(t *testing.T) *elsewhere {
	t.Helper()
	p := oidctest.New(t, publicURL+"/sign-in/oidc/callback")
	p.Is(oidctest.Claims{"sub": "u-1", "preferred_username": "anna", "reelback_role": "operator"})
	links := route.New(publicURL)
	s := newClosedSite(t, func(o *web.Options) {
		o.Links = links
		o.OIDC = web.OIDC{Name: "Example ID", Issuer: p.URL, Provider: oidc.New(oidc.Options{
			Issuer: p.URL, Host: "id.example.com", ClientID: oidctest.ClientID, Now: time.Now,
			ClientSecret: oidctest.ClientSecret, RoleClaim: "reelback_role",
			RedirectURL: links.Absolute(links.OIDCCallback())})}
	})
	return &elsewhere{s, p}
}

// voyage is a way to the provider and back.
type voyage struct {
	cookie string // the line of the cookie that holds the trip
	ask    *url.URL
	back   string // link that the provider leads back to
}

// leave goes to the provider, and returns what leads back.
func (s *elsewhere) leave(next string) voyage {
	s.t.Helper()
	w := s.ask(http.MethodGet, "/x/y/sign-in/oidc?next="+url.QueryEscape(next), "", browser)
	if w.Code != http.StatusSeeOther {
		s.t.Fatalf("the start: %d %s", w.Code, w.Body)
	}
	v := voyage{ask: must(url.Parse(w.Header().Get("Location")))}
	for _, c := range w.Result().Cookies() {
		if c.Path != "/x/y/sign-in/oidc/callback" || !c.HttpOnly || !c.Secure ||
			c.SameSite != http.SameSiteLaxMode || c.MaxAge > 600 {
			s.t.Errorf("the cookie of the trip: %+v", c)
		}
		v.cookie = "Cookie: " + c.Name + "=" + c.Value
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
	res, err := client.Get(v.ask.String())
	if err != nil {
		s.t.Fatal(err)
	}
	_ = res.Body.Close()
	v.back = strings.TrimPrefix(res.Header.Get("Location"), "https://videos.example.com")
	return v
}

// arrive comes back.
func (s *elsewhere) arrive(v voyage) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.ask(http.MethodGet, v.back, "", browser, "Accept-Language: en", v.cookie)
}

// enters signs in and expects to be let in, as somebody with a role.
func (s *elsewhere) enters(name string, role auth.Role) string {
	s.t.Helper()
	w := s.arrive(s.leave("/x/y/tasks"))
	if w.Code != 303 || w.Header().Get("Location") != "/x/y/tasks" {
		s.t.Fatalf("led to %d %q\n%s", w.Code, w.Header().Get("Location"), w.Body)
	}
	u, err := s.store.FindUser(s.t.Context(), name)
	if err != nil || u.Role != role || u.Hash != "" {
		s.t.Errorf("%s: %+v, %v", name, u, err)
	}
	return cookieOf(w)
}

func TestSigningInAtAProvider(t *testing.T) {
	t.Parallel()
	s := newElsewhere(t)
	page := s.ask(http.MethodGet, "/x/y/sign-in?next=%2Fx%2Fy%2Ftasks", "", browser)
	if !strings.Contains(page.Body.String(), "Sign in with Example ID") ||
		!strings.Contains(page.Body.String(), `href="/x/y/sign-in/oidc?next=%2Fx%2Fy%2Ftasks"`) {
		t.Error("the page for signing in does not lead there")
	}
	q := s.leave("").ask.Query()
	if q.Get("redirect_uri") != publicURL+"/sign-in/oidc/callback" || len(q.Get("state")) < 20 ||
		q.Get("code_challenge_method") != "S256" || len(q.Get("nonce")) < 20 {
		t.Errorf("asked for %v", q)
	}
	line := s.enters("anna", auth.Operator)
	w := s.ask(http.MethodGet, "/x/y/account", "", browser, line)
	if w.Code != 200 || strings.Contains(w.Body.String(), `name="old"`) ||
		!strings.Contains(w.Body.String(), s.provider.URL) {
		t.Errorf("the account: %d", w.Code)
	}
	s.provider.Is(oidctest.Claims{"sub": "u-1", "preferred_username": "root",
		"reelback_role": []any{"viewer", 7, "admin", "staff"}})
	s.enters("anna", auth.Admin) // the same person, who has another role now
	if w := s.ask(http.MethodGet, "/x/y/settings/audit", "", browser, line); w.Code != 200 {
		t.Errorf("the new role is not in force: %d", w.Code)
	} else {
		for _, want := range []string{"Created a user", "admin, " + s.provider.URL, "anna"} {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("the audit trail lacks %q", want)
			}
		}
	}
	if w := s.signIn("anna", "-"); w.Code == 303 {
		t.Error("a user of the provider signs in with a password")
	}
}

// TestWhatTheProviderOnlyTellsOnAsking reads claims that are not in the token.
func TestWhatTheProviderOnlyTellsOnAsking(t *testing.T) {
	t.Parallel()
	s := newElsewhere(t)
	s.provider.Is(oidctest.Claims{"sub": "u-1"})
	s.provider.Tells(oidctest.Claims{"reelback_role": "viewer", "email": "a@example.com"})
	s.enters("a@example.com", auth.Viewer)
	s.provider.Tells(oidctest.Claims{"reelback_role": "admin", "sub": "u-2"})
	if w := s.arrive(s.leave("")); w.Code != 400 {
		t.Errorf("told of somebody else: %d", w.Code)
	}
}

func TestNamesAreNotTakenOver(t *testing.T) {
	t.Parallel()
	s := newElsewhere(t)
	hash := must(s.options.Door.Hash(t.Context(), password))
	local := must(s.store.CreateUser(t.Context(), auth.User{Name: "Anna", Role: auth.Admin, Hash: hash}))
	s.enters("anna@id.example.com", auth.Operator)
	s.provider.Is(oidctest.Claims{"sub": "u-2", "preferred_username": "anna",
		"reelback_role": "viewer"})
	s.enters("anna@id.example.com-2", auth.Viewer)
	s.provider.Is(oidctest.Claims{"sub": "u-3", "preferred_username": " \u202e\n ",
		"reelback_role": "viewer"})
	s.enters("u-3", auth.Viewer)
	if u := must(s.store.FindUser(t.Context(), "anna")); u.ID != local.ID || u.Role != auth.Admin {
		t.Errorf("the local user became %+v", u)
	}
}

// TestNobodyElseComesIn tries what must not lead in, and looks that nothing is left of it.
func TestNobodyElseComesIn(t *testing.T) {
	t.Parallel()
	claim := func(name string, value any) func(*elsewhere) {
		return func(s *elsewhere) {
			s.provider.Lie(func(c oidctest.Claims) { c[name] = value })
		}
	}
	param := func(name, value string) func(*voyage) {
		return func(v *voyage) {
			u := must(url.Parse(v.back))
			q := u.Query()
			q.Set(name, value)
			u.RawQuery = q.Encode()
			v.back = u.String()
		}
	}
	for name, c := range map[string]struct {
		before func(*elsewhere)
		onWay  func(*voyage)
		status int
		text   string
	}{
		"wrong state":    {nil, param("state", "guess"), 400, "was not completed"},
		"no state":       {nil, param("state", ""), 400, "was not completed"},
		"no cookie":      {nil, func(v *voyage) { v.cookie = "X-None: 1" }, 400, "was not completed"},
		"changed cookie": {nil, func(v *voyage) { v.cookie += "AA" }, 400, "was not completed"},
		"wrong code":     {nil, param("code", "guess"), 400, "was not completed"},
		"given up":       {nil, param("error", "access_denied"), 400, "cancelled there"},
		"asked wrongly":  {nil, param("error", "invalid_scope"), 502, "does not know this server"},
		"overloaded":     {nil, param("error", "temporarily_unavailable"), 502, "does not answer"},
		"says what":      {nil, param("error", "<script>"), 400, "was not completed"},
		"other issuer":   {nil, param("iss", "https://evil.example.com"), 400, "was not completed"},
		"wrong nonce":    {claim("nonce", "guess"), nil, 400, "was not completed"},
		"no nonce":       {claim("nonce", ""), nil, 400, "was not completed"},
		"expired":        {claim("exp", time.Now().Add(-time.Hour).Unix()), nil, 502, "the time on this"},
		"not yet valid":  {claim("nbf", time.Now().Add(time.Hour).Unix()), nil, 502, "the time on"},
		"wrong audience": {claim("aud", "another"), nil, 502, "does not know this server"},
		"all wrong": {func(s *elsewhere) {
			s.provider.Lie(func(c oidctest.Claims) { c["aud"], c["exp"] = "another", 1 })
		}, nil, 400, "was not completed"},
		"foreign token":   {claim("iss", "https://evil.example.com"), nil, 400, "was not completed"},
		"no subject":      {claim("sub", ""), nil, 400, "was not completed"},
		"no role":         {claim("reelback_role", nil), nil, 403, "gives you no role"},
		"unknown role":    {claim("reelback_role", "owner"), nil, 403, "gives you no role"},
		"unknown roles":   {claim("reelback_role", []string{"x", "Admin"}), nil, 403, "no role"},
		"role in a guise": {claim("reelback_role", map[string]any{"admin": true}), nil, 403, "no role"},
		"without PKCE": {func(s *elsewhere) { s.provider.Lose("code_challenge") }, nil, 502,
			"does not know this server"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newElsewhere(t)
			if c.before != nil {
				c.before(s)
			}
			v := s.leave("/x/y/tasks")
			if c.onWay != nil {
				c.onWay(&v)
			}
			w := s.arrive(v)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.text) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			for _, inside := range []string{"oidc: ", "invalid_", "nonce", "<script>", "evil.example"} {
				if strings.Contains(w.Body.String(), inside) {
					t.Errorf("the page tells of the inside: %q", inside)
				}
			}
			if !strings.Contains(w.Body.String(), `href="/x/y/sign-in?lang=`) {
				t.Error("the other language does not lead to the page for signing in")
			}
			if c.status != 403 && !strings.Contains(s.log.String(), "a sign-in at the provider failed") {
				t.Error("the log does not tell why")
			}
			if has := must(s.store.HasUsers(t.Context())); has || cookieOf(w) != "Cookie: none=1" {
				t.Error("it left a user or a session")
			}
		})
	}
}

func TestAWayBackWorksOnceAndForAWhile(t *testing.T) {
	t.Parallel()
	s := newElsewhere(t)
	v := s.leave("")
	if w := s.arrive(v); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := s.arrive(v); w.Code != 400 || cookieOf(w) != "Cookie: none=1" {
		t.Errorf("a second time: %d", w.Code)
	}
	one, other := s.leave(""), s.leave("")
	one.cookie = other.cookie
	if w := s.arrive(one); w.Code != 400 {
		t.Errorf("with the cookie of another: %d", w.Code)
	}
	late := s.leave("")
	s.clock.Add(10 * time.Minute)
	if w := s.arrive(late); w.Code != 400 {
		t.Errorf("ten minutes later: %d", w.Code)
	}
}

func TestAProviderLeadsToOurPagesOnly(t *testing.T) {
	t.Parallel()
	s := newElsewhere(t)
	for next, want := range map[string]string{"/x/y/tasks?q=a": "/x/y/tasks?q=a",
		"https://evil.example.com/": "/x/y/", "//evil.example.com/": "/x/y/",
		"/x/y/\\evil.example.com": "/x/y/", "/x/y/sign-in/oidc": "/x/y/", "": "/x/y/"} {
		w := s.arrive(s.leave(next))
		if got := w.Header().Get("Location"); w.Code != 303 || got != want {
			t.Errorf("%q leads to %d %q", next, w.Code, got)
		}
	}
}

func TestADisabledUserStaysOut(t *testing.T) {
	t.Parallel()
	s := newElsewhere(t)
	line := s.enters("anna", auth.Operator)
	u := must(s.store.FindUser(t.Context(), "anna"))
	if err := s.store.EnableUser(t.Context(), u.ID, false); err != nil {
		t.Fatal(err)
	}
	if w := s.ask(http.MethodGet, "/x/y/tasks", "", browser, line); w.Code != 303 {
		t.Errorf("the session goes on: %d", w.Code)
	}
	if w := s.arrive(s.leave("")); w.Code != 403 || !strings.Contains(w.Body.String(), "is disabled") {
		t.Errorf("%d", w.Code)
	}
}

func TestAProviderThatIsDownIsToldOf(t *testing.T) {
	t.Parallel()
	s := newElsewhere(t)
	s.provider.Down(true)
	for accept, want := range map[string]string{browser: "does not answer as it should",
		"Accept: */*": "cannot be reached"} {
		w := s.ask(http.MethodGet, "/x/y/sign-in/oidc", "", accept, "Accept-Language: en")
		if w.Code != http.StatusBadGateway || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", accept, w.Code, w.Body)
		}
	}
	s.provider.Down(false)
	v := s.leave("")
	s.provider.Down(true)
	if w := s.arrive(v); w.Code != http.StatusBadGateway {
		t.Errorf("down on the way back: %d", w.Code)
	}
	s.provider.Down(false)
	s.enters("anna", auth.Operator)
}

// TestPasswordsAreTakenNowhere lets people in by the provider alone.
func TestPasswordsAreTakenNowhere(t *testing.T) {
	t.Parallel()
	s := newElsewhere(t)
	admin := s.addUser("root", auth.Admin)
	s.server.OIDC.Only = true
	page := s.ask(http.MethodGet, "/x/y/sign-in", "", browser, "Accept-Language: en").Body.String()
	if strings.Contains(page, `type="password"`) || !strings.Contains(page, "No password is taken") ||
		!strings.Contains(page, "Sign in with Example ID") {
		t.Error("the page for signing in has a form, or does not lead to the provider")
	}
	w := s.ask(http.MethodPost, "/x/y/sign-in", "name=root&password="+password, browser, form,
		"Accept-Language: en")
	if w.Code != http.StatusForbidden || len(w.Result().Cookies()) != 0 ||
		!strings.Contains(w.Body.String(), "Sign in at the provider") {
		t.Errorf("the right password: %d", w.Code)
	}
	s.enters("anna", auth.Operator)
	// The session of before goes on, and its page says where users come from.
	page = s.ask(http.MethodGet, "/x/y/settings/users", "", browser, "Accept-Language: en",
		s.cookies[admin.Name]).Body.String()
	if !strings.Contains(page, "--oidc-only") || strings.Contains(page, `name="name"`) {
		t.Error("the page of the users has a form for one who could not sign in")
	}
	s.server.OIDC.Only = false // the way back
	if w := s.signInBelow("root"); w.Code != http.StatusSeeOther {
		t.Errorf("without the option: %d", w.Code)
	}
}

func (s *elsewhere) signInBelow(name string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.ask(http.MethodPost, "/x/y/sign-in", "name="+name+"&password="+password, browser, form)
}
