package main

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestAnAdminSettlesThings creates a user and an API token by the forms of the pages, uses both,
// and disables the user again.
func TestAnAdminSettlesThings(t *testing.T) {
	t.Parallel()
	p := startClosed(t, t.TempDir(), "--log-level", "debug", "--kie-hmac-key", "s3cret-of-kie",
		"--fetch-allow", "10.0.0.0/8")
	anna := p.person()
	anna.send(p.welcome, "name", "anna", "password", rightPassword, "again", rightPassword)

	_, status, page := anna.visit("/settings")
	for _, want := range []string{"any machine in 10.0.0.0/8", "From the command line", "--log-level",
		"debug", ">Set<", ">Not set<"} {
		if status != 200 || !strings.Contains(page, want) {
			t.Errorf("the settings, %d, lack %q", status, want)
		}
	}
	if strings.Contains(page, "s3cret") {
		t.Error("the settings show a key")
	}

	at, status, page := anna.send("/settings/users", "name", "bert", "role", "operator", "password",
		rightPassword, "again", rightPassword)
	if at != "/settings/users" || status != 200 || !strings.Contains(page, "The user is created") {
		t.Fatalf("creating a user leads to %s, %d", at, status)
	}
	bert := p.person()
	if at, status, _ := bert.signIn("bert", rightPassword); at != "/tasks" || status != 200 {
		t.Errorf("the new user comes to %s, %d", at, status)
	}
	if _, status, _ := bert.visit("/settings"); status != 403 {
		t.Errorf("an operator at the settings: %d", status)
	}

	_, status, page = anna.send("/settings/tokens", "name", "shop", "scope", "register")
	found := regexp.MustCompile(`id="fresh">(rb_[\w-]+)<`).FindStringSubmatch(page)
	if status != http.StatusCreated || found == nil {
		t.Fatalf("making a token: %d", status)
	}
	if status, body := p.register(found[1],
		`{"provider":"kie","product":"veo3.1","task_id":"told-1"}`); status >= 300 {
		t.Errorf("registering with the new token: %d %s", status, body)
	}
	if _, status, _ := bert.visit("/tasks/kie/told-1"); status != 200 {
		t.Errorf("the registered task: %d", status)
	}

	disable := regexp.MustCompile(`action="(/settings/users/2/disable)"`)
	_, _, page = anna.visit("/settings/users")
	form := disable.FindStringSubmatch(page)
	if form == nil {
		t.Fatal("the page has no form that disables the second user")
	}
	if _, status, page := anna.send(form[1]); status != 200 ||
		!strings.Contains(page, "The user is disabled") {
		t.Errorf("disabling: %d", status)
	}
	if at, _, _ := bert.visit("/tasks"); at != "/sign-in" {
		t.Errorf("who is disabled comes to %s", at)
	}
	if _, status, _ := anna.send(strings.Replace(form[1], "/2/", "/1/", 1)); status != 409 {
		t.Errorf("disabling the last admin: %d", status)
	}
}
