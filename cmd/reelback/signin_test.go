package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

const rightPassword = "a few plain words"

// person is a browser without scripts: it keeps cookies and follows redirects.
type person struct {
	p      *program
	client *http.Client
}

func (p *program) person() *person {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return &person{p: p, client: &http.Client{Jar: jar}}
}

// visit opens a page and returns where it ended up, its status and its text.
func (w *person) visit(link string) (at string, status int, text string) {
	w.p.t.Helper()
	return w.ask(http.MethodGet, link, nil)
}

func (w *person) send(link string, fields ...string) (at string, status int, text string) {
	w.p.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return w.ask(http.MethodPost, link, strings.NewReader(form.Encode()))
}

func (w *person) ask(method, link string, body io.Reader) (at string, status int, text string) {
	w.p.t.Helper()
	if strings.HasPrefix(link, "/") {
		link = w.p.origin + link
	}
	req, err := http.NewRequest(method, link, body)
	if err != nil {
		w.p.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := w.client.Do(req)
	if err != nil {
		w.p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	all, err := io.ReadAll(res.Body)
	if err != nil {
		w.p.t.Fatal(err)
	}
	return res.Request.URL.Path, res.StatusCode, string(all)
}

// signIn fills in the form, and returns where that leads.
func (w *person) signIn(name, password string) (at string, status int, text string) {
	w.p.t.Helper()
	return w.send("/sign-in", "name", name, "password", password, "next", "/tasks")
}

// startClosed runs a server on which people have to sign in.
func startClosed(t testing.TB, dataDir string, args ...string) *program {
	t.Helper()
	return start(t, dataDir, append([]string{"--auth", "password"}, args...)...)
}

// TestTheFirstStart goes from the printed link to the first account, and restarts in between.
func TestTheFirstStart(t *testing.T) {
	t.Parallel()
	p := startClosed(t, t.TempDir())
	if p.welcome == "" {
		t.Fatal("the first start prints no link")
	}
	if at, status, text := p.person().visit("/"); at != "/sign-in" || status != 200 ||
		!strings.Contains(text, "There is no account yet") {
		t.Errorf("nobody at the door is led to %s, %d", at, status)
	}
	for _, path := range []string{"/api/v1/tasks", "/metrics", "/live"} {
		if err := p.tryGet(path, nil); err == nil || !strings.Contains(err.Error(), "401") {
			t.Errorf("%s: %v", path, err)
		}
	}
	p.deliver("veo3.1", `{"code":501,"msg":"Failed","data":{"taskId":"first-1"}}`)
	old := p.welcome
	p.stop()
	p = startClosed(t, p.dataDir)
	if _, status, _ := p.person().visit(p.origin + strings.TrimPrefix(old, originOf(t, old))); status != 404 {
		t.Errorf("the link of the start before: %d", status)
	}
	anna := p.person()
	if _, status, _ := anna.visit(p.welcome); status != 200 {
		t.Fatalf("the link: %d", status)
	}
	at, status, _ := anna.send(p.welcome, "name", "anna", "password", rightPassword, "again",
		rightPassword)
	if at != "/setup" || status != 200 {
		t.Fatalf("creating the account leads to %s, %d", at, status)
	}
	if out, _ := p.commandWith("", "user", "list"); strings.Contains(out, "never signed in") {
		t.Errorf("who made the first account is listed as %s", out)
	}
	if at, status, text := anna.visit("/tasks/kie/first-1"); status != 200 ||
		!strings.Contains(text, "first-1") {
		t.Errorf("the admin sees %s, %d", at, status)
	}
	eve := p.person()
	if _, status, _ := eve.send(p.welcome, "name", "eve", "password", rightPassword, "again",
		rightPassword); status != http.StatusGone {
		t.Errorf("the link a second time: %d", status)
	}
	p.stop()
	p = startClosed(t, p.dataDir)
	if p.welcome != "" {
		t.Error("a link is printed although there is a user")
	}
	anna.p = p
	if at, status, _ := anna.signIn("anna", rightPassword); at != "/tasks" || status != 200 {
		t.Errorf("signing in leads to %s, %d", at, status)
	}
}

func originOf(t *testing.T, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return u.Scheme + "://" + u.Host
}

// commandWith runs a command of the program with an input.
func (p *program) commandWith(input string, args ...string) (string, error) {
	p.t.Helper()
	cmd := exec.Command(os.Args[0], append(args, "--data-dir", p.dataDir)...)
	cmd.Env = programEnv()
	cmd.Stdin = strings.NewReader(input)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestUsersByCommand makes and changes users beside the running server.
func TestUsersByCommand(t *testing.T) {
	t.Parallel()
	p := startClosed(t, t.TempDir())
	file := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(file, []byte("another few words\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		input string
		args  []string
		want  string
	}{
		{"short\n", []string{"user", "create", "anna", "--role", "admin"}, "too short"},
		{"", []string{"user", "create", "anna", "--role", "admin"}, "--password-file"},
		{rightPassword, []string{"user", "create", "anna", "--role", "owner"}, "admin"},
		{rightPassword + "\n", []string{"user", "create", "anna", "--role", "admin"}, "may sign in"},
		{rightPassword, []string{"user", "create", "ANNA", "--role", "admin"}, "already"},
		{"", []string{"user", "create", "bert", "--role", "viewer", "--password-file", file},
			"may sign in"},
		{rightPassword, []string{"user", "password", "carl"}, "no such user"},
		{"", []string{"user", "list"}, "bert"},
	} {
		if out, err := p.commandWith(c.input, c.args...); !strings.Contains(out, c.want) {
			t.Errorf("%v: %v\n%s", c.args, err, out)
		}
	}
	anna, bert := p.person(), p.person()
	if _, status, text := anna.signIn("anna", "not her words"); status != 401 ||
		!strings.Contains(text, "The name or the password is wrong") {
		t.Errorf("a wrong password: %d", status)
	}
	for who, words := range map[*person][2]string{anna: {"anna", rightPassword},
		bert: {"bert", "another few words"}} {
		if at, status, _ := who.signIn(words[0], words[1]); at != "/tasks" || status != 200 {
			t.Errorf("%s is led to %s, %d", words[0], at, status)
		}
	}
	if _, status, _ := bert.visit("/settings/audit"); status != 403 {
		t.Errorf("a viewer reads the audit trail: %d", status)
	}
	if out, err := p.commandWith("", "user", "disable", "bert"); err != nil {
		t.Fatal(out, err)
	}
	if at, _, text := bert.visit("/tasks"); at != "/sign-in" || !strings.Contains(text, "is over") {
		t.Errorf("disabled, and led to %s", at)
	}
	if _, status, _ := bert.signIn("bert", "another few words"); status != 401 {
		t.Errorf("disabled, and signs in: %d", status)
	}
	if out, err := p.commandWith("", "user", "enable", "bert"); err != nil {
		t.Fatal(out, err)
	}
	if at, _, _ := bert.signIn("bert", "another few words"); at != "/tasks" {
		t.Errorf("enabled, and led to %s", at)
	}
	if out, err := p.commandWith("quite other words", "user", "password", "bert"); err != nil {
		t.Fatal(out, err)
	}
	if at, _, _ := bert.visit("/tasks"); at != "/sign-in" {
		t.Errorf("with another password, and led to %s", at)
	}
	_, _, trail := anna.visit("/settings/audit")
	for _, line := range []string{"Created a user", "Disabled a user", "Enabled a user",
		"Changed a password", "Failed to sign in", "Command line", "bert"} {
		if !strings.Contains(trail, line) {
			t.Errorf("the audit trail lacks %q", line)
		}
	}
	for _, secret := range []string{rightPassword, "another few", "quite other", "not her words"} {
		if strings.Contains(trail, secret) {
			t.Error("the audit trail holds a password")
		}
	}
	for _, args := range [][]string{{"user", "disable", "anna"}, {"user", "role", "anna", "viewer"}} {
		if out, err := p.commandWith("", args...); err == nil || !strings.Contains(out, "--force") {
			t.Errorf("the last admin, %v: %v\n%s", args, err, out)
		}
		if at, _, _ := anna.visit("/settings"); at != "/settings" {
			t.Fatalf("after a refused %v the admin is led to %s", args, at)
		}
	}
	if out, err := p.commandWith("", "user", "disable", "anna", "--force"); err != nil ||
		!strings.Contains(out, "no admin can sign in") {
		t.Errorf("the last admin by force: %v\n%s", err, out)
	}
}

// TestTooManyWrongPasswords locks a name out, whether there is such a user or not.
func TestTooManyWrongPasswords(t *testing.T) {
	t.Parallel()
	p := startClosed(t, t.TempDir())
	if out, err := p.commandWith(rightPassword, "user", "create", "anna", "--role", "viewer"); err != nil {
		t.Fatal(out, err)
	}
	for _, name := range []string{"anna", "nobody"} {
		w := p.person()
		for range 5 {
			if _, status, _ := w.signIn(name, "not the words"); status != 401 {
				t.Fatalf("%s: %d", name, status)
			}
		}
		if _, status, text := w.signIn(name, rightPassword); status != 429 ||
			!strings.Contains(text, "Too many attempts have failed") {
			t.Errorf("%s after five: %d", name, status)
		}
	}
}

// TestAnAdminOfTheOptions is there from the start, with the password of a file.
func TestAnAdminOfTheOptions(t *testing.T) {
	file := filepath.Join(t.TempDir(), "password")
	t.Setenv("REELBACK_ADMIN_USER", "root")
	t.Setenv("REELBACK_ADMIN_PASSWORD_FILE", file)
	write := func(password string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(rightPassword)
	dir := t.TempDir()
	p := startClosed(t, dir)
	if p.welcome != "" {
		t.Error("a link is printed although there is an admin")
	}
	root := p.person()
	if at, _, _ := root.signIn("root", rightPassword); at != "/tasks" {
		t.Fatalf("led to %s", at)
	}
	p.stop()
	p = startClosed(t, dir, "--addr", strings.TrimPrefix(p.origin, "http://"))
	root.p = p
	if at, _, _ := root.visit("/tasks"); at != "/tasks" {
		t.Errorf("a restart ended the session: led to %s", at)
	}
	p.stop()
	write("other words of a file")
	p = startClosed(t, dir, "--addr", strings.TrimPrefix(p.origin, "http://"))
	root.p = p
	if at, _, _ := root.visit("/settings/audit"); at != "/sign-in" {
		t.Errorf("with another password, led to %s", at)
	}
	if at, _, _ := root.signIn("root", "other words of a file"); at != "/tasks" {
		t.Errorf("the new password leads to %s", at)
	}
}

// TestAPITokensHaveScopes uses tokens for what they were made for, and for other things.
func TestAPITokensHaveScopes(t *testing.T) {
	t.Parallel()
	p := startClosed(t, t.TempDir())
	get := func(path, token string) int {
		t.Helper()
		req, err := http.NewRequest(http.MethodGet, p.origin+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	for _, name := range []string{"", " ", "17"} {
		out, err := p.commandWith("", "token", "create", "--name", name)
		if err == nil || !strings.Contains(out, "--name") || strings.Contains(out, "constraint") {
			t.Errorf("a token called %q: %v %s", name, err, out)
		}
	}
	for scopes, want := range map[string][3]int{ // reading, metrics, registering nothing
		"":                 {200, 403, 400},
		"read":             {200, 403, 403},
		"metrics":          {403, 200, 403},
		"register":         {403, 403, 400},
		"metrics,read":     {200, 200, 403},
		"read,everything!": {},
	} {
		args := []string{"token", "create", "--name", "x"}
		if scopes != "" {
			args = append(args, "--scope", scopes)
		}
		out, err := p.commandWith("", args...)
		if (err == nil) != (want[0] != 0) {
			t.Errorf("%q: %v\n%s", scopes, err, out)
		}
		if err != nil {
			continue
		}
		token := strings.TrimSpace(out)
		status, _ := p.register(token, "{}")
		if got := [3]int{get("/api/v1/tasks", token), get("/metrics", token), status}; got != want {
			t.Errorf("%q: %v, want %v", scopes, got, want)
		}
	}
}

// TestSigningInOnTheScreen sets up and signs in with a browser that reports every breach of the
// policy.
func TestSigningInOnTheScreen(t *testing.T) {
	eachMount(t, signsIn)
}

func signsIn(t *testing.T, m mount) {
	p := startAt(t, m, "--auth", "password")
	b := openBrowser(t, m)
	b.open(p.welcome + "?lang=en")
	b.fill("name", "anna")
	b.fill("password", rightPassword)
	b.fill("again", rightPassword)
	b.press(".ask-in form button")
	b.wait("the set-up page is there",
		b.at("/setup")+` && !!document.querySelector('.waiting')`)
	b.wait("the bar says who is in", `document.querySelector('.person summary').textContent.includes('anna')`)
	b.signOut()
	b.wait("the page for signing in is there", b.at("/sign-in"))
	b.open(p.origin + "/deliveries?outcome=refused")
	b.wait("the door is there", b.at("/sign-in"))
	b.fill("name", "anna")
	b.fill("password", rightPassword)
	b.press(".ask-in form button")
	b.wait("it leads back", b.at("/deliveries")+" && location.search === '?outcome=refused'")
	if got := eval[string](b, "document.cookie"); strings.Contains(got, "session") {
		t.Errorf("scripts can read the session: %s", got)
	}
	b.leave() // a page that is open would find out by itself, and be told so before us
	if out, err := p.commandWith("", "user", "disable", "anna", "--force"); err != nil {
		t.Fatal(out, err)
	}
	b.open(p.origin + "/tasks")
	b.wait("the session is over",
		b.at("/sign-in")+` && /is over/.test(document.body.innerText)`)
	b.forgive("401") // of a page that read itself again while its reader signed out
}

// fill types into a field.
func (b *browser) fill(name, text string) {
	b.t.Helper()
	selector := `[name="` + name + `"]`
	b.wait(name+" is there", `!!document.querySelector('`+selector+`')`)
	if err := chromedp.Do(b.ctx, chromedp.SendKeys(selector, text)); err != nil {
		b.t.Fatalf("type into %s: %v", name, err)
	}
}

// signOut opens the menu of the person and presses its last button.
func (b *browser) signOut() {
	b.t.Helper()
	b.wait("the page has settled", `document.readyState === 'complete'`)
	b.press(".person summary")
	b.wait("the menu is open", `document.querySelector('.person').open`)
	b.press(".person form button")
}

// press clicks on an element. The click does not go by a place on the screen: while one page fades
// into the next, nothing can be hit there.
func (b *browser) press(selector string) {
	b.t.Helper()
	b.wait(selector+" is there", "!!document.querySelector(`"+selector+"`)")
	_, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](
		"document.querySelector(`"+selector+"`).click() ?? true"))
	if err != nil && !leaving(err) {
		b.t.Fatalf("click on %s: %v", selector, err)
	}
}

// forgive drops the complaints about answers of a status that was meant.
func (b *browser) forgive(status string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.complaints = slices.DeleteFunc(b.complaints, func(c string) bool {
		return strings.Contains(c, "status of "+status)
	})
}
