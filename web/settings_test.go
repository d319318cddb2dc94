package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/views"
	"github.com/reelback/reelback/web"
)

// fillIn sends a form as an admin with a browser.
func (s *closedSite) fillIn(target string, fields url.Values) *httptest.ResponseRecorder {
	s.t.Helper()
	return s.ask(http.MethodPost, target, fields.Encode(), browser, form, "Accept-Language: en",
		s.cookies["admin"])
}

// read reads a page as an admin.
func (s *closedSite) read(target string) string {
	s.t.Helper()
	target, _, _ = strings.Cut(target, "#")
	w := s.ask(http.MethodGet, target, "", browser, "Accept-Language: en", s.cookies["admin"])
	if w.Code != http.StatusOK {
		s.t.Fatalf("%s: %d", target, w.Code)
	}
	return w.Body.String()
}

// lastLine is the newest line of the audit trail.
func (s *closedSite) lastLine() string {
	s.t.Helper()
	text := s.read("/settings/audit")
	_, row, _ := strings.Cut(text, "<tbody>")
	row, _, _ = strings.Cut(row, "</tr>")
	return row
}

func (s *closedSite) expectLine(parts ...string) {
	s.t.Helper()
	line := s.lastLine()
	for _, part := range append(parts, "admin") {
		if !strings.Contains(line, part) {
			s.t.Errorf("the last line of the audit trail lacks %q: %s", part, line)
		}
	}
}

func TestThePageOfTheSettings(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t, func(o *web.Options) {
		o.Risks = []views.Risk{{Key: "fetch_wide", Value: "0.0.0.0/0"}}
		o.Settings = []views.Option{
			{Name: "kie-api-key", Value: "set", Secret: true, Source: "environment",
				Where: "REELBACK_KIE_API_KEY_FILE"},
			{Name: "database", Secret: true, Source: "default"},
			{Name: "addr", Value: ":8080", Source: "file", Where: "/etc/reelback.yaml"},
		}
	}).peopled()
	page := s.read("/settings")
	for _, want := range []string{"any machine in 0.0.0.0/0", "Name only the addresses", "--kie-api-key",
		"REELBACK_KIE_API_KEY_FILE", ">Set<", ">Not set<", ":8080", "/etc/reelback.yaml",
		`href="/settings/users"`, `href="/settings/tokens"`, `href="/setup"`,
		`href="/settings/audit"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for name, line := range s.cookies {
		w := s.ask(http.MethodGet, "/tasks", "", browser, line)
		if got := strings.Contains(w.Body.String(), `href="/settings"`); got != (name == "admin") {
			t.Errorf("the bar leads %s to the settings: %t", name, got)
		}
	}
	if open := newSite(t).get("/tasks"); !strings.Contains(open, `href="/settings"`) {
		t.Error("where nobody has to sign in, the bar does not lead to the settings")
	}
}

func TestAnAdminCreatesUsers(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t).peopled()
	fields := func(name, role, password, again string) url.Values {
		return url.Values{"name": {name}, "role": {role}, "password": {password}, "again": {again}}
	}
	for name, c := range map[string]struct {
		form   url.Values
		status int
		says   string
	}{
		"no name":    {fields("", "viewer", password, password), 422, "A user name has"},
		"spaces":     {fields("a b", "viewer", password, password), 422, "A user name has"},
		"mixed":      {fields("аnna", "viewer", password, password), 422, "written in one script"},
		"no role":    {fields("anna", "king", password, password), 422, "no such role"},
		"too short":  {fields("anna", "viewer", "short", "short"), 422, "too short"},
		"differs":    {fields("anna", "viewer", password, "another"), 422, "differ"},
		"taken":      {fields("ADMIN", "viewer", password, password), 409, "of this name already"},
		"hostile":    {fields(`"><b>`, "viewer", "short", "short"), 422, "&#34;&gt;&lt;b&gt;"},
		"a long one": {fields(strings.Repeat("x", 65), "viewer", password, password), 422, "A user name"},
	} {
		w := s.fillIn("/settings/users", c.form)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) ||
			strings.Contains(w.Body.String(), c.form.Get("password")+`"`) {
			t.Errorf("%s: %d", name, w.Code)
		}
		w = s.ask(http.MethodPost, "/settings/users", c.form.Encode(), form, s.cookies["admin"])
		if w.Code != c.status || w.Header().Get("Content-Type") != problemType {
			t.Errorf("%s, a machine: %d %s", name, w.Code, w.Body)
		}
	}
	w := s.fillIn("/settings/users", fields("anna", "operator", password, password))
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if page := s.read(w.Header().Get("Location")); !strings.Contains(page, "may sign in.") {
		t.Error("the page does not say that it is done")
	}
	s.expectLine("Created a user", "anna", "operator")
	if w := s.signIn("anna", password); w.Code != http.StatusSeeOther {
		t.Errorf("who was created cannot sign in: %d", w.Code)
	}
}

// TestAnAdminChangesUsers does everything to a user that the page offers.
func TestAnAdminChangesUsers(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t).peopled()
	u := s.addUser("anna", auth.Viewer)
	at := func(what string) string { return fmt.Sprintf("/settings/users/%d/%s", u.ID, what) }
	do := func(what string, fields url.Values, says string, line ...string) {
		t.Helper()
		w := s.fillIn(at(what), fields)
		if w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", what, w.Code, w.Body)
		}
		if page := s.read(w.Header().Get("Location")); !strings.Contains(page, says) {
			t.Errorf("%s: the page does not say %q", what, says)
		}
		s.expectLine(append(line, "anna")...)
	}
	in := func(cookie string) bool {
		return s.ask(http.MethodGet, "/tasks", "", browser, cookie).Code == http.StatusOK
	}

	do("role", url.Values{"role": {"operator"}}, "The role is changed", "Changed a role", "operator")
	if w := s.ask(http.MethodGet, "/tasks/register", "", browser, s.cookies["anna"]); w.Code != 200 {
		t.Errorf("the role is not in force at the next request: %d", w.Code)
	}
	if w := s.fillIn(at("role"), url.Values{"role": {"king"}}); w.Code != 422 {
		t.Errorf("no role: %d", w.Code)
	}

	sessions := must(s.store.ListSessions(t.Context(), u.ID))
	do(fmt.Sprintf("sessions/%d/end", sessions[0].ID), nil, "The session has ended", "Ended a session")
	if in(s.cookies["anna"]) {
		t.Error("the session goes on")
	}
	admins := must(s.store.ListSessions(t.Context(), must(s.store.FindUser(t.Context(), "admin")).ID))
	if w := s.fillIn(at(fmt.Sprintf("sessions/%d/end", admins[0].ID)), nil); w.Code != 404 {
		t.Errorf("a session that is another's: %d", w.Code)
	}

	before := s.enter("anna", password)
	const next = "another horse"
	if w := s.fillIn(at("password"), url.Values{"password": {next}, "again": {"x"}}); w.Code != 422 ||
		!strings.Contains(w.Body.String(), "differ") {
		t.Errorf("a password that was mistyped: %d", w.Code)
	}
	do("password", url.Values{"password": {next}, "again": {next}}, "The password is set",
		"Changed a password")
	if in(before) || s.signIn("anna", password).Code != 401 {
		t.Error("the old password is good for something")
	}

	before = s.enter("anna", "another+horse")
	do("disable", nil, "The user is disabled", "Disabled a user")
	if in(before) || s.signIn("anna", "another+horse").Code != 401 {
		t.Error("who is disabled is in")
	}
	do("enable", nil, "may sign in again", "Enabled a user")
	if in(before) || s.signIn("anna", "another+horse").Code != 303 {
		t.Error("who is enabled is not let in, or an old session lives again")
	}
}

func TestTheLastAdminStays(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t).peopled()
	u := must(s.store.FindUser(t.Context(), "admin"))
	other := s.addUser("other", auth.Admin)
	off := fmt.Sprintf("/settings/users/%d/disable", other.ID)
	if w := s.fillIn(off, nil); w.Code != http.StatusSeeOther {
		t.Errorf("one of two admins: %d", w.Code)
	}
	for target, fields := range map[string]url.Values{
		"disable": nil, "role": {"role": {"operator"}},
	} {
		target = fmt.Sprintf("/settings/users/%d/%s", u.ID, target)
		w := s.fillIn(target, fields)
		if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "the last admin") {
			t.Errorf("%s: %d", target, w.Code)
		}
		w = s.ask(http.MethodPost, target, fields.Encode(), form, s.cookies["admin"])
		if w.Code != http.StatusConflict || w.Header().Get("Content-Type") != problemType {
			t.Errorf("%s, a machine: %d", target, w.Code)
		}
	}
	if got := must(s.store.FindUser(t.Context(), "admin")); got.Role != auth.Admin || got.Disabled() {
		t.Errorf("it became %+v", got)
	}
	s.read("/settings/users")
}

// TestAnAdminMakesAPITokens makes one, uses it and removes it.
func TestAnAdminMakesAPITokens(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t).peopled()
	for name, c := range map[string]struct {
		form url.Values
		says string
	}{
		"no name":      {url.Values{"scope": {"read"}}, "its name needs"},
		"no scope":     {url.Values{"name": {"shop"}}, "choose at least one scope"},
		"unknown":      {url.Values{"name": {"shop"}, "scope": {"all"}}, "choose at least one scope"},
		"and one more": {url.Values{"name": {"shop"}, "scope": {"read", "all"}}, "value=\"shop\""},
	} {
		w := s.fillIn("/settings/tokens", c.form)
		if w.Code != 422 || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if n := len(must(s.store.ListAPITokens(t.Context()))); n != len(auth.Scopes()) {
		t.Errorf("a form that was refused made a token: there are %d", n)
	}
	w := s.fillIn("/settings/tokens", url.Values{"name": {" shop "}, "scope": {"read", "metrics"}})
	_, token, _ := strings.Cut(w.Body.String(), `id="fresh">`)
	token, _, _ = strings.Cut(token, "<")
	if w.Code != http.StatusCreated || !strings.HasPrefix(token, "rb_") || len(token) < 20 ||
		w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Location") != "" {
		t.Fatalf("%d %q %v", w.Code, token, w.Header())
	}
	s.expectLine("Made an API token", "shop", "read,metrics")
	carried := "Authorization: Bearer " + token
	for path, want := range map[string]int{"/api/v1/tasks": 200, "/metrics": 200} {
		if w := s.ask(http.MethodGet, path, "", carried); w.Code != want {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := s.ask(http.MethodPost, "/api/v1/tasks", "{}", carried); w.Code != 403 {
		t.Errorf("registering without the scope: %d", w.Code)
	}
	for _, page := range []string{"/settings/tokens", "/settings/audit", "/settings"} {
		if strings.Contains(s.read(page), token) {
			t.Errorf("%s shows the token again", page)
		}
	}
	if strings.Contains(s.log.String(), token) {
		t.Error("the token is in the log")
	}
	tokens := must(s.store.ListAPITokens(t.Context()))
	made := tokens[len(tokens)-1]
	w = s.fillIn(fmt.Sprintf("/settings/tokens/%d/remove", made.ID), nil)
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/settings/tokens" {
		t.Errorf("removing: %d", w.Code)
	}
	s.expectLine("Removed an API token", "shop")
	if w := s.ask(http.MethodGet, "/api/v1/tasks", "", carried); w.Code != 401 {
		t.Errorf("a removed token: %d", w.Code)
	}
}

// TestNobodyLeavesADoorOpenUnderAuthNone: users and tokens made there would outlive the option.
func TestNobodyLeavesADoorOpenUnderAuthNone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, r := range s.server.Routes() {
		if r.Method != http.MethodPost || !strings.HasPrefix(r.Path, "/settings/") {
			continue
		}
		w := s.ask(http.MethodPost, example(r.Path), "name=anna&role=admin&password=long+enough+word"+
			"&scope=register", browser, form)
		if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), ">--auth</span> none") {
			t.Errorf("%s: %d", r.Path, w.Code)
		}
	}
}

// TestRisksAreSeenFromEveryPage by those who can do something about them.
func TestRisksAreSeenFromEveryPage(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t, func(o *web.Options) {
		o.Risks = []views.Risk{{Key: "callbacks_open"}, {Key: "not_encrypted", Value: "http://a"}}
	}).peopled()
	const told = "2 settings leave something open"
	for _, page := range []string{"/", "/tasks", "/setup", "/settings/users"} {
		for role, want := range map[string]bool{"admin": true, "viewer": false} {
			w := s.ask(http.MethodGet, page, "", browser, "Accept-Language: en", s.cookies[role])
			if got := strings.Contains(w.Body.String(), told); got != want {
				t.Errorf("%s, %s: %t", page, role, got)
			}
		}
	}
	s.server.Risks = nil
	if w := s.ask(http.MethodGet, "/", "", browser, s.cookies["admin"]); strings.Contains(
		w.Body.String(), "open-risks") {
		t.Error("a count of no risks")
	}
}
