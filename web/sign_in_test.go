package web_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/live"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/web"
)

// TestTheCookieIsKeptFromStrangers looks at what a browser is told to do with it.
func TestTheCookieIsKeptFromStrangers(t *testing.T) {
	t.Parallel()
	for public, secure := range map[string]bool{"": false, "http://v.example.com/x": false,
		publicURL: true} {
		s := newClosedSite(t, func(o *web.Options) { o.Links = route.New(public) })
		s.addUser("anna", auth.Viewer)
		w := s.signIn("anna", password)
		cookies := w.Result().Cookies()
		if len(cookies) != 1 {
			t.Fatalf("%q: %v", public, cookies)
		}
		c := cookies[0]
		want := s.options.Links.Base() + "/"
		if !c.HttpOnly || c.Secure != secure || c.SameSite != http.SameSiteLaxMode || c.Path != want ||
			len(c.Value) < 40 || time.Until(c.Expires) < 29*24*time.Hour {
			t.Errorf("%q: %+v", public, c)
		}
	}
}

func TestNoCookieWhereThereIsNoPage(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t).peopled()
	for target, method := range map[string]string{"/healthz": "GET", "/readyz": "GET",
		"/static/js/main.js": "GET", s.callback("veo3.1"): "POST", "/metrics": "GET", "/tasks": "GET"} {
		w := s.ask(method, target, "{}", s.cookies["admin"])
		if len(w.Result().Cookies()) != 0 {
			t.Errorf("%s sets %v", target, w.Result().Cookies())
		}
	}
}

func TestSignInLeadsBackToWhereOneWas(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t, func(o *web.Options) { o.Links = route.New(publicURL) })
	s.addUser("anna", auth.Viewer)
	w := s.ask(http.MethodGet, "/x/y/tasks?status=failed&q=a", "", browser)
	at := must(url.Parse(w.Header().Get("Location")))
	next := at.Query().Get("next")
	if at.Path != "/x/y/sign-in" || next != "/x/y/tasks?q=a&status=failed" {
		t.Errorf("sent to %s", at)
	}
	for given, want := range map[string]string{
		next: next, "": "/x/y/", "/x/y/": "/x/y/", "//evil.example.com/x/y/": "/x/y/",
		"https://evil.example.com/x/y/": "/x/y/", "/x/y//evil.example.com": "/x/y/",
		"/x/y/\\evil.example.com": "/x/y/", "/x/y/\tx": "/x/y/", "javascript:alert(1)": "/x/y/",
		"/tasks": "/x/y/", "/x/y/sign-in?next=/x/y/": "/x/y/", "/x/y/sign-out": "/x/y/",
		"/x/y/welcome/z": "/x/y/",
	} {
		w := s.ask(http.MethodPost, "/x/y/sign-in", url.Values{"name": {"anna"},
			"password": {password}, "next": {given}}.Encode(), browser, form)
		if got := w.Header().Get("Location"); got != want || w.Code != 303 {
			t.Errorf("next %q: %d, led to %q, want %q", given, w.Code, got, want)
		}
		line := cookieOf(w)
		w = s.ask(http.MethodGet, "/x/y/sign-in?next="+url.QueryEscape(given), "", browser, line)
		if got := w.Header().Get("Location"); got != want {
			t.Errorf("signed in already, next %q: led to %q", given, got)
		}
	}
}

// TestWrongPasswordsAreAnsweredAlike tries a name there is and one there is not until both are
// locked out.
func TestWrongPasswordsAreAnsweredAlike(t *testing.T) {
	t.Parallel()
	answers := make(map[string][]string)
	for _, name := range []string{"anna", "nobody"} {
		s := newClosedSite(t)
		s.addUser("anna", auth.Viewer)
		for range 6 {
			w := s.signIn(name, "wrong+horse", "Accept-Language: en")
			if len(w.Result().Cookies()) != 0 {
				t.Errorf("a cookie for a wrong password")
			}
			answers[name] = append(answers[name], fmt.Sprint(w.Code, w.Header().Get("Retry-After"),
				strings.ReplaceAll(w.Body.String(), name, "NAME")))
		}
		last := answers[name][5]
		if !strings.HasPrefix(answers[name][0], "401") || !strings.HasPrefix(last, "429 30") &&
			!strings.HasPrefix(last, "42930") || !strings.Contains(last, "Try again in 30 s") {
			t.Errorf("%s: %.30s … %s", name, answers[name][0], last)
		}
		if w := s.signIn("anna", password); name == "anna" && w.Code != 429 {
			t.Errorf("the right password while locked out: %d", w.Code)
		}
		s.clock.Add(31 * time.Second)
		if w := s.signIn("anna", password); w.Code != 303 {
			t.Errorf("the right password after the pause: %d", w.Code)
		}
	}
	if fmt.Sprint(answers["anna"]) != fmt.Sprint(answers["nobody"]) {
		t.Error("the answers tell which names there are")
	}
}

func TestATokenPlantedBeforeIsWorthless(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t)
	s.addUser("anna", auth.Viewer)
	before := s.cookies["anna"]
	after := cookieOf(s.signIn("anna", password, before))
	if after == before {
		t.Error("signing in keeps the token")
	}
	if w := s.ask(http.MethodGet, "/tasks", "", browser, before); w.Code != 303 {
		t.Errorf("the old token: %d", w.Code)
	}
	if w := s.ask(http.MethodGet, "/tasks", "", browser, after); w.Code != 200 {
		t.Errorf("the new token: %d", w.Code)
	}
}

func TestSigningOut(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t)
	s.addUser("anna", auth.Viewer)
	line := s.cookies["anna"]
	w := s.ask(http.MethodPost, "/sign-out", "", browser, form, line)
	if w.Code != 303 || w.Header().Get("Location") != "/sign-in?why=out" ||
		w.Result().Cookies()[0].MaxAge >= 0 {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if page := s.get("/sign-in?why=out"); !strings.Contains(page, "You are signed out") {
		t.Error("nothing says that one is signed out")
	}
	w = s.ask(http.MethodGet, "/tasks?q=x", "", browser, line)
	if got := w.Header().Get("Location"); w.Code != 303 || !strings.Contains(got, "why=ended") {
		t.Errorf("the old cookie: %d %s", w.Code, got)
	}
	if page := s.get("/sign-in?why=ended"); !strings.Contains(page, "session is over") {
		t.Error("nothing says that the session is over")
	}
}

// TestWhatEndsASessionEndsItAtTheNextRequest changes the user behind the server's back.
func TestWhatEndsASessionEndsItAtTheNextRequest(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(s *closedSite, id int64) error{
		"disabled":         func(s *closedSite, id int64) error { return s.store.EnableUser(s.t.Context(), id, false) },
		"another password": func(s *closedSite, id int64) error { return s.store.SetPassword(s.t.Context(), id, "x") },
		"a week without":   func(s *closedSite, _ int64) error { s.clock.Add(auth.SessionIdle); return nil },
	} {
		s := newClosedSite(t)
		u := s.addUser("anna", auth.Viewer)
		if w := s.ask(http.MethodGet, "/tasks", "", browser, s.cookies["anna"]); w.Code != 200 {
			t.Errorf("%s, before: %d", name, w.Code)
		}
		if err := change(s, u.ID); err != nil {
			t.Fatal(err)
		}
		if w := s.ask(http.MethodGet, "/tasks", "", browser, s.cookies["anna"]); w.Code != 303 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

// TestTheEventStreamEndsWithTheSession watches while the user is disabled.
func TestTheEventStreamEndsWithTheSession(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t)
	u := s.addUser("anna", auth.Viewer)
	server := httptest.NewServer(s.server)
	defer server.Close()
	req := must(http.NewRequest(http.MethodGet, server.URL+"/live", nil))
	name, value, _ := strings.Cut(s.cookies["anna"], ": ")
	req.Header.Set(name, value)
	res := must(http.DefaultClient.Do(req))
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewScanner(res.Body)
	if res.StatusCode != 200 || !lines.Scan() {
		t.Fatalf("watching: %s", res.Status)
	}
	if err := s.store.EnableUser(t.Context(), u.ID, false); err != nil {
		t.Fatal(err)
	}
	s.clock.Add(time.Minute)
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "secret-1"))
	s.hub.Publish(live.News{Name: "task", Data: map[string]string{"task_id": "secret-1"}})
	for lines.Scan() {
		if strings.Contains(lines.Text(), "secret-1") {
			t.Error("who is disabled still hears the news")
		}
	}
}

// TestTheFirstAccount comes by the link that is printed, once.
func TestTheFirstAccount(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t)
	link := "/welcome/" + s.options.Welcome.Token()
	if page := s.get("/sign-in"); !strings.Contains(page, "There is no account yet") ||
		strings.Contains(page, "type=\"password\"") {
		t.Error("without users, the page for signing in does not say what to do")
	}
	for path, want := range map[string]int{link: 200, link + "x": 404, "/welcome/": 404} {
		if w := s.ask(http.MethodGet, path, "", browser); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	post := func(to, name, password, again string) *httptest.ResponseRecorder {
		return s.ask(http.MethodPost, to, url.Values{"name": {name}, "password": {password},
			"again": {again}}.Encode(), browser, form, "Accept-Language: en")
	}
	for name, c := range map[string][4]string{
		"too short": {"anna", "short", "short", "too short"},
		"no name":   {"", password, password, "A user name has"},
		"mixed":     {"аnna", password, password, "written in one script"},
		"differs":   {"anna", password, "another horse", "differ"},
		"plain":     {"anna", "aaaaaaaaaaaa", "aaaaaaaaaaaa", "over and over"},
		"too long":  {"anna", strings.Repeat("x", 257), strings.Repeat("x", 257), "too long"},
	} {
		w := post(link, c[0], c[1], c[2])
		if w.Code != 422 || !strings.Contains(w.Body.String(), c[3]) ||
			strings.Contains(w.Body.String(), c[1]+`"`) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if w := post(link+"x", "eve", password, password); w.Code != 404 {
		t.Errorf("a guessed link: %d", w.Code)
	}
	w := post(link, "anna", password, password)
	if w.Code != 303 || w.Header().Get("Location") != "/setup" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if w := s.ask(http.MethodGet, "/settings/audit", "", browser, cookieOf(w)); w.Code != 200 ||
		!strings.Contains(w.Body.String(), "Created a user") {
		t.Errorf("the first user is no admin: %d", w.Code)
	}
	for _, w := range []*httptest.ResponseRecorder{post(link, "eve", password, password),
		s.ask(http.MethodGet, link, "", browser)} {
		if w.Code != 410 || !strings.Contains(w.Body.String(), "no longer works") {
			t.Errorf("the link a second time: %d", w.Code)
		}
	}
	if list := must(s.store.ListUsers(t.Context())); len(list) != 1 {
		t.Errorf("there are %d users", len(list))
	}
}

// TestNoFirstAccountWherePasswordsAreNotTaken would make an admin who cannot sign in again.
func TestNoFirstAccountWherePasswordsAreNotTaken(t *testing.T) {
	t.Parallel()
	s := newElsewhere(t)
	s.server.OIDC.Only = true
	link := "/x/y/welcome/" + s.options.Welcome.Token()
	body := url.Values{"name": {"anna"}, "password": {password}, "again": {password}}.Encode()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if w := s.ask(method, link, body, browser, form); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
	if must(s.store.HasUsers(t.Context())) {
		t.Error("there is a user")
	}
}

// TestANewPasswordEndsALockOut sets it in the database alone, as reelback user password does.
func TestANewPasswordEndsALockOut(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t)
	u := s.addUser("anna", auth.Admin)
	for range 5 {
		s.signIn("anna", "wrong+horse")
	}
	if w := s.signIn("ANNA", password); w.Code != http.StatusTooManyRequests {
		t.Fatalf("not locked out: %d", w.Code)
	}
	hash := must(s.options.Door.Hash(t.Context(), "another horse"))
	if err := s.store.SetPassword(t.Context(), u.ID, hash); err != nil {
		t.Fatal(err)
	}
	if w := s.signIn("Anna", "another+horse"); w.Code != http.StatusSeeOther {
		t.Errorf("the new password: %d %s", w.Code, w.Body)
	}
}

// TestOnesOwnAccount changes the password and ends a session of another browser.
func TestOnesOwnAccount(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t).peopled()
	u := s.addUser("anna", auth.Viewer)
	here, there := s.cookies["anna"], s.enter("anna", password)
	w := s.ask(http.MethodGet, "/account", "", browser, here,
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
	if w.Code != 200 || strings.Count(w.Body.String(), "/end\"") != 2 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	sessions := must(s.store.ListSessions(t.Context(), u.ID))
	end := fmt.Sprintf("/account/sessions/%d/end", sessions[0].ID) // the later one
	if w := s.ask(http.MethodPost, end, "", browser, form, s.cookies["admin"]); w.Code != 404 {
		t.Errorf("ending another's session: %d", w.Code)
	}
	if w := s.ask(http.MethodPost, end, "", browser, form, here); w.Code != 303 {
		t.Errorf("ending one's own: %d", w.Code)
	}
	if w := s.ask(http.MethodGet, "/tasks", "", browser, there); w.Code != 303 {
		t.Errorf("the ended session: %d", w.Code)
	}
	there = s.enter("anna", password)
	third := s.enter("anna", password)
	w = s.ask(http.MethodPost, "/account/sessions/end-others", "", browser, form, there)
	if to := w.Header().Get("Location"); w.Code != 303 || to != "/account?changed=sessions#sessions" {
		t.Errorf("ending all others: %d, to %s", w.Code, to)
	}
	for line, want := range map[string]int{here: 303, third: 303, there: 200,
		s.cookies["admin"]: 200} {
		if w := s.ask(http.MethodGet, "/tasks", "", browser, line); w.Code != want {
			t.Errorf("a session after all others have ended: %d, want %d", w.Code, want)
		}
	}
	if line := s.lastLine(); !strings.Contains(line, "Ended all their other sessions") ||
		!strings.Contains(line, "anna") {
		t.Errorf("the audit trail says %s", line)
	}
	w = s.ask(http.MethodGet, "/account?changed=sessions", "", browser, "Accept-Language: en", there)
	if page := w.Body.String(); !strings.Contains(page, "All other sessions have ended") ||
		strings.Contains(page, "end-others") {
		t.Errorf("%d: the page does not tell that only this session is left", w.Code)
	}
	here, there = there, s.enter("anna", password)
	change := func(old, next, again string) *httptest.ResponseRecorder {
		return s.ask(http.MethodPost, "/account/password", url.Values{"old": {old},
			"password": {next}, "again": {again}}.Encode(), browser, form, here)
	}
	for name, c := range map[string][3]string{"old": {"wrong horse", "new horse 1", "new horse 1"},
		"short": {password, "new", "new"}, "plain": {password, "          ", "          "},
		"the same": {password, password, password}, "again": {password, "new horse 1", "new horse 2"}} {
		if w := change(c[0], c[1], c[2]); w.Code != 422 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	w = change(password, "new horse 1", "new horse 1")
	if w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	for line, want := range map[string]int{here: 303, there: 303, cookieOf(w): 200} {
		if w := s.ask(http.MethodGet, "/tasks", "", browser, line); w.Code != want {
			t.Errorf("a session after the change: %d, want %d", w.Code, want)
		}
	}
	if w := s.signIn("anna", password); w.Code != 401 {
		t.Errorf("the old password: %d", w.Code)
	}
}

// TestWhatPeopleDoIsWrittenDown does things and reads the audit trail.
func TestWhatPeopleDoIsWrittenDown(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t).peopled()
	s.fill()
	s.ask(http.MethodPost, "/tasks/kie/run-1/retry", "", browser, form, s.cookies["operator"])
	s.ask(http.MethodPost, "/setup/sources/kie/tokens", "name=spare", browser, form,
		s.cookies["admin"])
	s.ask(http.MethodPost, "/setup/sources/kie/tokens/rotate", "", browser, form, s.cookies["admin"])
	s.signIn("admin", "wrong+horse")
	s.signIn("my-pass-word", "typed+there")
	s.ask(http.MethodPost, "/sign-out", "", browser, form, s.cookies["operator"])
	entries, _, err := s.store.ListAudit(t.Context(), auth.AuditFilter{}, task.Page{Limit: 50})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range entries {
		told = append(told, strings.Join([]string{e.Who, string(e.Role), string(e.Action),
			e.Subject}, " "))
		if e.Address != "127.0.0.1" || e.At.IsZero() {
			t.Errorf("%+v", e)
		}
	}
	want := []string{"operator operator sign_out operator", " anyone sign_in_failed ",
		" anyone sign_in_failed admin", "admin admin source_token_rotate kie",
		"admin admin source_token_create kie", "operator operator retry kie/run-1"}
	for i, line := range want {
		if i >= len(told) || told[i] != line {
			t.Fatalf("told is %q, want %q", told, want)
		}
	}
	page := s.ask(http.MethodGet, "/settings/audit?who=operator", "", browser, s.cookies["admin"])
	if text := page.Body.String(); !strings.Contains(text, "Retried saving") ||
		strings.Contains(text, "Rotated the tokens of a source</span>") {
		t.Error("the page does not show what the filter asks for")
	}
}

// TestAttemptsWhileLockedOutAreWrittenDown makes many: a line tells of the first, the tenth and the
// hundredth, with the name only where it is somebody's.
func TestAttemptsWhileLockedOutAreWrittenDown(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"admin":        "admin:100 admin:10 admin:1",
		"my-pass-word": ":unknown_name, 100 :unknown_name, 10 :unknown_name, 1",
	} {
		s := newClosedSite(t)
		s.addUser("admin", auth.Admin)
		for range 5 + 150 {
			s.signIn(name, "wrong+horse")
		}
		entries, _, err := s.store.ListAudit(t.Context(),
			auth.AuditFilter{Action: auth.ActSignInLocked}, task.Page{Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		for _, e := range entries {
			told = append(told, e.Subject+":"+e.Detail)
		}
		if got := strings.Join(told, " "); got != want {
			t.Errorf("%s: told is %q, want %q", name, got, want)
		}
	}
}
