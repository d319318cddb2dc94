package main

import (
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/oidc/oidctest"
)

// freeAddr is an address that nobody listens on.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// TestSigningInElsewhere goes to a provider and back as a browser does, with the real program.
func TestSigningInElsewhere(t *testing.T) {
	addr := freeAddr(t)
	base := "http://" + addr + "/reel"
	provider := oidctest.New(t, base+"/sign-in/oidc/callback")
	provider.Is(oidctest.Claims{"sub": "1", "preferred_username": "anna",
		"realm": map[string]any{"roles": []string{"offline", "admin"}}})
	provider.Down(true)
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte(oidctest.ClientSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("REELBACK_OIDC_CLIENT_SECRET_FILE", secret)
	p := startClosed(t, t.TempDir(), "--addr", addr, "--public-url", base, "--oidc-issuer",
		provider.URL, "--oidc-client-id", oidctest.ClientID, "--oidc-role-claim", "realm.roles")
	anna := p.person()
	start := base + "/sign-in/oidc?next=%2Freel%2Ftasks"
	if _, status, text := anna.visit(start); status != http.StatusBadGateway ||
		!strings.Contains(text, "does not answer as it should") {
		t.Errorf("a provider that is down: %d", status)
	}
	provider.Down(false)
	if _, _, text := anna.visit(base + "/sign-in"); !strings.Contains(text, "Sign in with 127.0.0.1") {
		t.Error("the page for signing in does not lead to the provider")
	}
	if at, status, text := anna.visit(start); at != "/reel/tasks" || status != 200 ||
		!strings.Contains(text, "anna") {
		t.Fatalf("led to %s, %d", at, status)
	}
	if _, status, text := anna.visit(base + "/settings/audit"); status != 200 ||
		!strings.Contains(text, "Created a user") || strings.Contains(text, oidctest.ClientSecret) {
		t.Errorf("the audit trail: %d", status)
	}
	if out, err := p.commandWith(rightPassword, "user", "password", "anna"); err == nil {
		t.Errorf("a user of the provider got a password: %s", out)
	}
	if out, err := p.commandWith("", "user", "disable", "anna", "--force"); err != nil {
		t.Fatal(out, err)
	}
	if _, status, text := anna.visit(start); status != http.StatusForbidden ||
		!strings.Contains(text, "is disabled") {
		t.Errorf("disabled: %d", status)
	}
	if strings.Contains(p.log.String(), oidctest.ClientSecret) {
		t.Error("the log holds the secret")
	}
}

// TestAProxyNamesWhoIsIn puts the real program behind a proxy that does and one that may not.
func TestAProxyNamesWhoIsIn(t *testing.T) {
	t.Parallel()
	ask := func(p *program, user string) (int, string) {
		t.Helper()
		req, err := http.NewRequest(http.MethodGet, p.origin+"/settings/audit", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", "text/html")
		req.Header.Set("Remote-User", user)
		req.Header.Set("Remote-Role", "admin")
		res, err := new(http.Transport).RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		text, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(text)
	}
	args := []string{"--auth-header", "Remote-User", "--auth-header-role-header", "Remote-Role",
		"--trusted-proxies"}
	trusted := startClosed(t, t.TempDir(), append(args, "127.0.0.1")...)
	if status, text := ask(trusted, "anna"); status != 200 || !strings.Contains(text, "anna") {
		t.Errorf("named by the proxy: %d", status)
	}
	if out, _ := trusted.commandWith("", "user", "list"); !strings.Contains(out, "by proxy") {
		t.Errorf("not among the users:\n%s", out)
	}
	other := startClosed(t, t.TempDir(), append(args, "127.0.0.9")...)
	if status, _ := ask(other, "eve"); status != http.StatusSeeOther {
		t.Errorf("named by a stranger: %d", status)
	}
	out, err := other.commandWith("", "serve", "--addr", "127.0.0.1:0", "--auth-header", "Remote-User")
	if err == nil || !strings.Contains(out, "--trusted-proxies") {
		t.Errorf("without trusted proxies it starts: %v\n%s", err, out)
	}
}

// TestSigningInElsewhereOnTheScreen presses the button in a browser, which reports every breach of
// the policy and decides itself which cookies come along.
func TestSigningInElsewhereOnTheScreen(t *testing.T) {
	eachMount(t, signsInElsewhere)
}

func signsInElsewhere(t *testing.T, m mount) {
	f := newFront(t, m)
	// By another name, so that the provider is another site.
	f.origin = strings.Replace(f.origin, "127.0.0.1", "localhost", 1)
	provider := oidctest.New(t, f.origin+"/sign-in/oidc/callback")
	provider.Is(oidctest.Claims{"sub": "1", "preferred_username": "anna"})
	p := f.start("--auth", "password", "--oidc-issuer", provider.URL, "--oidc-client-id",
		oidctest.ClientID, "--oidc-name", "Example ID", "--oidc-client-secret", oidctest.ClientSecret)
	if out, err := p.commandWith(rightPassword, "user", "create", "bert", "--role",
		"admin"); err != nil {
		t.Fatal(out, err)
	}
	b := openBrowser(t, m)
	b.open(p.origin + "/deliveries?outcome=refused")
	b.press(".elsewhere")
	b.wait("who has no role is told so", `!!document.querySelector('.note.err')`)
	b.forgive("403")
	dir := os.Getenv("REELBACK_SCREENS")
	if m.path != "" {
		dir = "" // they look alike
	}
	if dir != "" {
		b.shootAll(dir, map[string]string{"elsewhere-door": p.origin + "/sign-in",
			"elsewhere-unproven": p.origin + "/sign-in/oidc/callback"})
		b.forgive("400")
	}
	provider.Tells(oidctest.Claims{"reelback_role": "viewer"})
	b.open(p.origin + "/deliveries?outcome=refused")
	b.press(".elsewhere")
	b.wait("it leads back", b.at("/deliveries")+" && location.search === '?outcome=refused'")
	b.wait("the bar says who is in", `document.querySelector('.person summary').textContent.includes('anna')`)
	if dir != "" {
		b.shootAll(dir, map[string]string{"elsewhere-account": p.origin + "/account"})
	}
}
