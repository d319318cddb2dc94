package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/web"
)

const password = "correct horse"

// closedSite is a site where people have to sign in, with a user of each role, named like it, and
// an API token of each scope.
type closedSite struct {
	*site
	cookies map[string]string // header lines, by user
	bearers map[string]string // the same, by scope
}

// cheapHasher hashes fast.
func cheapHasher() *auth.Hasher {
	return auth.NewHasher(auth.HasherOptions{Cost: auth.Cost{MemoryKiB: 64, Passes: 1, Threads: 1}})
}

// newClosedSite starts a site where people have to sign in, without users.
func newClosedSite(t *testing.T, change ...func(*web.Options)) *closedSite {
	t.Helper()
	s := &closedSite{cookies: make(map[string]string), bearers: make(map[string]string)}
	s.site = newSite(t, append([]func(*web.Options){func(o *web.Options) {
		o.SignIn, o.Welcome = true, auth.NewWelcome()
	}}, change...)...)
	s.options.Door = auth.NewDoor(s.store, cheapHasher(), s.clock.Now)
	s.server.Door = s.options.Door
	return s
}

// addUser adds a user and signs them in.
func (s *closedSite) addUser(name string, role auth.Role) auth.User {
	s.t.Helper()
	hash, err := s.options.Door.Hash(s.t.Context(), password)
	if err != nil {
		s.t.Fatal(err)
	}
	u, err := s.store.CreateUser(s.t.Context(), auth.User{Name: name, Role: role, Hash: hash})
	if err != nil {
		s.t.Fatal(err)
	}
	s.cookies[name] = s.enter(name, password)
	return u
}

// enter signs in and returns the line of the cookie.
func (s *closedSite) enter(name, password string) string {
	s.t.Helper()
	w := s.signIn(name, password)
	if w.Code != http.StatusSeeOther {
		s.t.Fatalf("signing in as %s: %d %s", name, w.Code, w.Body)
	}
	return cookieOf(w)
}

func (s *closedSite) signIn(name, password string, lines ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.ask(http.MethodPost, "/sign-in", "name="+name+"&password="+password,
		append(lines, browser, form)...)
}

// cookieOf returns the line by which a browser sends back the session it was given.
func cookieOf(w *httptest.ResponseRecorder) string {
	for _, c := range w.Result().Cookies() {
		if c.Name == "reelback_session" {
			return "Cookie: " + c.Name + "=" + c.Value
		}
	}
	return "Cookie: none=1"
}

// peopled adds a user of each role and a token of each scope.
func (s *closedSite) peopled() *closedSite {
	s.t.Helper()
	for _, role := range auth.Roles() {
		s.addUser(string(role), role)
	}
	for _, scope := range auth.Scopes() {
		token := "rb_a-long-token-for-" + string(scope)
		if err := s.store.AddAPIToken(s.t.Context(), string(scope), token, scope); err != nil {
			s.t.Fatal(err)
		}
		s.bearers[string(scope)] = "Authorization: Bearer " + token
	}
	return s
}

// right is what the table of rights has to say of a route, written down a second time. Nobody is
// "", a token of a scope is "+scope".
func rights() map[string]string {
	const (
		everybody = "everybody"
		readers   = "viewer operator admin"
		withRead  = readers + " +read"
	)
	return map[string]string{
		"GET " + route.Gallery: readers, "GET " + route.Tasks: readers, "GET " + route.Task: readers,
		"GET " + route.Deliveries: readers, "GET " + route.Delivery: readers,
		"GET " + route.Setup: readers, "GET " + route.Live: readers, "GET " + route.Loss: readers,
		"GET " + route.Lost:       readers,
		"POST " + route.LostRetry: "operator admin", "POST " + route.LostBelieve: "admin",
		"GET " + route.Replays: readers, "GET " + route.Replay: readers,
		"GET " + route.TaskRegister: "operator admin", "POST " + route.TaskRegister: "operator admin",
		"GET " + route.DeliveriesReplay:  "operator admin",
		"POST " + route.DeliveriesReplay: "operator admin",
		"POST " + route.ReplayUndo:       "operator admin",
		"GET " + route.Media:             withRead,
		"POST " + route.TaskRetry:        "operator admin",
		"POST " + route.TaskAdopt:        "operator admin",
		"POST " + route.AssetRetry:       "operator admin",
		"POST " + route.TaskCover:        "operator admin",
		"POST " + route.CoverChoose:      "operator admin",
		"POST " + route.SourceTokens:     "admin", "POST " + route.SourceTokensRotate: "admin",
		"POST " + route.SourceTokenRevoke: "admin",
		"GET " + route.Account:            readers,
		"POST " + route.AccountPassword:   readers,
		"POST " + route.AccountSession:    readers,
		"POST " + route.AccountOthers:     readers,
		"GET " + route.Audit:              "admin",
		"GET " + route.Settings:           "admin", "GET " + route.SettingsUsers: "admin",
		"POST " + route.SettingsUsers: "admin", "POST " + route.SettingsUserRole: "admin",
		"POST " + route.SettingsUserPassword: "admin", "POST " + route.SettingsUserDisable: "admin",
		"POST " + route.SettingsUserEnable: "admin", "POST " + route.SettingsUserSession: "admin",
		"GET " + route.SettingsTokens: "admin", "POST " + route.SettingsTokens: "admin",
		"POST " + route.SettingsTokenRemove: "admin",
		"GET " + route.APITasks:             withRead, "GET " + route.APITask: withRead,
		"GET " + route.APITaskEvents: withRead, "GET " + route.APIDeliveries: withRead,
		"GET " + route.APIAttempts: withRead,
		"GET " + route.APIDelivery: withRead,
		"POST " + route.APITasks:   "+register",
		"GET " + route.Metrics:     "admin +metrics",
		"GET " + route.SignIn:      everybody, "POST " + route.SignIn: everybody,
		"GET " + route.OIDC: everybody, "GET " + route.OIDCCallback: everybody,
		"POST " + route.SignOut: everybody, "GET " + route.Welcome: everybody,
		"POST " + route.Welcome: everybody, "GET " + route.Static: everybody,
		"GET " + route.Health: everybody, "GET " + route.Ready: everybody,
		"POST " + route.Callback: everybody, "POST " + route.CallbackToken: everybody,
		"POST " + route.SampleRunway: everybody, "POST " + route.SampleVeo: everybody,
	}
}

// example fills the parameters of a pattern.
func example(pattern string) string {
	return strings.NewReplacer(":provider", "kie", ":id", "99", ":session", "99", ":role", "video", ":index", "0",
		":source", "veo3.1", ":token", "guess", "*", "x").Replace(pattern)
}

// TestEveryRouteAsksForItsRole asks for every route there is as everybody there is.
func TestEveryRouteAsksForItsRole(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t).peopled()
	s.hub.Close() // or the event stream would not end
	all := rights()
	for _, r := range s.server.Routes() {
		key := strings.Replace(r.Method, "HEAD", "GET", 1) + " " + r.Path
		want, ok := all[key]
		if !ok {
			t.Errorf("nobody has written down who may use %s", key)
			continue
		}
		check := func(name, line string) {
			t.Helper()
			// A wrong password on purpose: nothing is to be changed by asking.
			w := s.ask(r.Method, example(r.Path), "", "Accept: */*", form, line)
			in := admitted(w)
			may := want == "everybody" || containsWord(want, name)
			if public := want == "everybody"; !public && in != may {
				t.Errorf("%s %s as %q: %d %s, may: %t", r.Method, r.Path, name, w.Code, w.Body, may)
			}
		}
		check("", "X-Nobody: 1")
		check("", "Cookie: reelback_session=guess")
		check("", "Authorization: Bearer guess")
		for name := range s.cookies {
			if r.Path != route.SignOut { // it would end what the others need
				check(name, s.cookies[name])
			}
		}
		for scope := range s.bearers {
			check("+"+scope, s.bearers[scope])
		}
	}
	if len(all) > len(s.server.Routes()) {
		t.Errorf("%d rights for %d routes", len(all), len(s.server.Routes()))
	}
}

// admitted says whether an answer is that of the route and not of the guard.
func admitted(w *httptest.ResponseRecorder) bool {
	text := w.Body.String()
	return !strings.Contains(text, "Sign in first") && !strings.Contains(text, "needs the role") &&
		!strings.Contains(text, "lacks the scope") && w.Code != http.StatusUnauthorized &&
		w.Code != http.StatusForbidden
}

func containsWord(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return true
		}
	}
	return false
}

// TestEveryChangeRefusesOtherSites asks for every change as the page of another site would, with
// the cookie of an admin.
func TestEveryChangeRefusesOtherSites(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t).peopled()
	changes := 0
	for _, r := range s.server.Routes() {
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			continue
		}
		changes++
		for _, line := range []string{"Sec-Fetch-Site: cross-site",
			"Origin: https://evil.example.com"} {
			w := s.ask(r.Method, example(r.Path), "", form, line, s.cookies["admin"])
			if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "another site") {
				t.Errorf("%s %s with %s: %d", r.Method, r.Path, line, w.Code)
			}
		}
	}
	if changes < 10 {
		t.Errorf("only %d changes", changes)
	}
}

// TestNobodyLearnsAnything asks for everything without having signed in.
func TestNobodyLearnsAnything(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t).peopled()
	s.fill()
	for target, want := range map[string]int{
		"/": 303, "/tasks": 303, "/tasks/kie/run-1": 303, "/tasks/kie/nobody": 303, "/setup": 303,
		"/settings/audit": 303, "/media/2026-11/runway_extend_run-1.mp4": 303, "/nothing": 404,
		"/api/v1/tasks": 401, "/api/v1/tasks/kie/run-1": 401, "/metrics": 401, "/live": 401,
		"/sign-in": 200,
	} {
		w := s.ask(http.MethodGet, target, "", browser)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
		for _, inside := range []string{"run-1", "data-live=", "class=\"edge", "/deliveries"} {
			if strings.Contains(w.Body.String(), inside) {
				t.Errorf("%s tells of %s", target, inside)
			}
		}
		for _, accept := range []string{"Accept: application/json", "Accept: text/event-stream"} {
			w := s.ask(http.MethodGet, target, "", accept)
			if want == 303 && (w.Code != 401 || w.Header().Get("Content-Type") != problemType) {
				t.Errorf("%s with %s: %d", target, accept, w.Code)
			}
		}
		w = s.ask(http.MethodGet, target, "", browser, "Reelback-Fragment: x")
		if want == 303 && w.Code != 401 {
			t.Errorf("a part of %s: %d", target, w.Code)
		}
	}
}

func TestWithoutSignInEverythingButRegisteringIsOpen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	for lang, warning := range map[string]string{"en": "Anyone who reaches this address sees and " +
		"changes everything: <span class=\"whole\">--auth</span> none",
		"zh-CN": "任何能访问此地址的人都能查看和修改一切：<span class=\"whole\">--auth</span> none"} {
		for _, page := range pages() {
			w := s.ask(http.MethodGet, page, "", browser, "Accept-Language: "+lang)
			if !strings.Contains(w.Body.String(), warning) {
				t.Errorf("%s in %s does not warn", page, lang)
			}
		}
	}
	for _, lines := range [][]string{nil, {"Authorization: Bearer guess"},
		{"Authorization: Basic eDp5"}} {
		for path, want := range map[string]int{"/api/v1/tasks": 200, "/metrics": 200} {
			if w := s.ask(http.MethodGet, path, "", lines...); w.Code != want {
				t.Errorf("%s with %v: %d", path, lines, w.Code)
			}
		}
		if w := s.ask(http.MethodPost, "/api/v1/tasks", "{}", lines...); w.Code != 401 {
			t.Errorf("registering with %v: %d", lines, w.Code)
		}
	}
}

// TestALowRoleIsToldWhichIsNeeded asks for more than a viewer may.
func TestALowRoleIsToldWhichIsNeeded(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t).peopled()
	s.fill()
	for target, role := range map[string]string{"POST /tasks/kie/run-1/retry": "Operator",
		"GET /settings/audit": "Admin", "POST /setup/sources/kie/tokens": "Admin"} {
		var method, path string
		_, _ = fmt.Sscan(target, &method, &path)
		w := s.ask(method, path, "", browser, form, s.cookies["viewer"])
		if w.Code != 403 || !strings.Contains(w.Body.String(), "This needs the role "+role) {
			t.Errorf("%s: %d, the page does not name %s", target, w.Code, role)
		}
	}
}

// TestOnlyAnAdminSeesTheTokensOfSources reads the set-up page as everybody.
func TestOnlyAnAdminSeesTheTokensOfSources(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t).peopled()
	for name, line := range s.cookies {
		w := s.ask(http.MethodGet, "/setup", "", browser, line)
		if seen := strings.Contains(w.Body.String(), s.tokens["veo3.1"]); seen != (name == "admin") {
			t.Errorf("%s sees tokens: %t", name, seen)
		}
	}
}
