package main

import (
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// first is what the README's one-liner makes of source list: the address to give out.
func (p *program) first(source string) string {
	p.t.Helper()
	out, err := p.command("source", "list", "--data-dir", p.dataDir,
		"--public-url", p.origin)
	if err != nil {
		p.t.Fatal(out, err)
	}
	for line := range strings.Lines(out) {
		if words := strings.Fields(line); words[0] == source {
			return words[1]
		}
	}
	p.t.Fatalf("source list has no %s:\n%s", source, out)
	return ""
}

// sourceToken runs a command about the tokens of sources and returns its lines.
func (p *program) sourceToken(args ...string) []string {
	p.t.Helper()
	out, err := p.command(p.tokenArgs(args)...)
	if err != nil {
		p.t.Fatalf("source token %s: %v\n%s", args, err, out)
	}
	return strings.Split(strings.TrimSpace(out), "\n")
}

func (p *program) tokenArgs(args []string) []string {
	return append([]string{"source", "token", args[0], "--data-dir", p.dataDir,
		"--public-url", p.origin}, args[1:]...)
}

// settle sends callbacks to an address until it answers with a status, and says after how long.
func (p *program) settle(address string, want int) time.Duration {
	p.t.Helper()
	start := time.Now()
	pause := time.NewTicker(20 * time.Millisecond)
	defer pause.Stop()
	for {
		status, answer := p.post(address, `{"code":501,"msg":"Failed","data":{"taskId":"settle"}}`)
		took := time.Since(start)
		if status == want {
			return took
		}
		if took > patience {
			p.t.Fatalf("still %d after %s: %s", status, took, answer)
		}
		<-pause.C
	}
}

// tokenOf is the secret of an address.
func tokenOf(address string) string { return address[strings.LastIndexByte(address, '/')+1:] }

// TestTokensOfASourceAreRotatedBesideTheServer changes tokens by the command line while the
// server runs, which has to notice within two seconds.
func TestTokensOfASourceAreRotatedBesideTheServer(t *testing.T) {
	t.Parallel()
	const soon = 2 * time.Second
	p := start(t, t.TempDir(), "--log-level", "debug")
	old := p.first("veo3.1")
	if old != p.sources["veo3.1"] {
		t.Errorf("source list gives %s, the greeting %s", old, p.sources["veo3.1"])
	}
	lines := p.sourceToken("rotate", "veo3.1", "--overlap", "24h")
	fresh := lines[0]
	if first := p.first("veo3.1"); len(lines) != 2 || first != fresh ||
		!strings.Contains(lines[1], "stays valid until") {
		t.Errorf("rotate prints %q, first is %s", lines, first)
	}
	if took := p.settle(fresh, http.StatusOK); took > soon {
		t.Errorf("the new token was taken after %s", took)
	}
	p.deliver("veo3.1", `{"code":501,"msg":"Failed","data":{"taskId":"overlap"}}`) // with the old one

	list := strings.Join(p.sourceToken("list", "veo3.1"), "\n")
	if strings.Contains(list, tokenOf(old)) || strings.Contains(list, tokenOf(fresh)) ||
		strings.Count(list, "veo3.1") != 2 || !strings.Contains(list, "valid until") {
		t.Errorf("list prints\n%s", list)
	}
	number := ""
	for line := range strings.Lines(list) {
		if strings.Contains(line, "until") {
			number = strings.Fields(line)[0]
		}
	}
	p.sourceToken("revoke", "veo3.1", number)
	if took := p.settle(old, http.StatusUnauthorized); took > soon {
		t.Errorf("the revoked token was refused after %s", took)
	}
	p.settle(fresh, http.StatusOK)

	p.awaitUse("veo3.1")
	p.stop()
	for _, address := range []string{old, fresh} {
		if strings.Contains(p.log.String(), tokenOf(address)) {
			t.Error("the log has a token")
		}
	}
}

// awaitUse waits until every token of a source is listed as used.
func (p *program) awaitUse(source string) {
	p.t.Helper()
	for start := time.Now(); time.Since(start) < patience; {
		if list := p.sourceToken("list", source); !strings.Contains(fmt.Sprint(list), "never used") {
			return
		}
	}
	p.t.Errorf("the use of %s was not noted", source)
}

// TestTokensOfASourceAreChangedWithoutAServer goes through the commands while no server
// runs, their mistakes included.
func TestTokensOfASourceAreChangedWithoutAServer(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	server.stop()
	p := &program{t: t, dataDir: server.dataDir, origin: "https://videos.example.com/x"}
	shop := p.sourceToken("create", "kie", "--name", "shop")[0]
	if !strings.HasPrefix(shop, "https://videos.example.com/x/callbacks/kie/") ||
		p.first("kie") != shop {
		t.Errorf("create prints %s, first is %s", shop, p.first("kie"))
	}
	for want, args := range map[string][]string{
		"there is no source":   {"create", "nobody", "--name", "a"},
		"missing flags":        {"create", "kie"},
		"give another name":    {"create", "kie", "--name", "shop"},
		"besides digits":       {"create", "kie", "--name", "12"},
		"has no token":         {"revoke", "kie", "nothing"},
		"has no token \"999\"": {"revoke", "kie", "999"},
		"up to 90 days":        {"rotate", "kie", "--overlap=-1h"},
		"not found":            {"rotate", ""},
	} {
		out, err := p.command(p.tokenArgs(args)...)
		if _, failed := err.(*exec.ExitError); !failed || !strings.Contains(out, want) {
			t.Errorf("%s: %v, %s", args, err, out)
		}
	}
	p.sourceToken("revoke", "kie", "first")
	out, err := p.command(p.tokenArgs([]string{"revoke", "kie", "shop"})...)
	if err == nil || !strings.Contains(out, "--last") {
		t.Errorf("revoking the last: %v\n%s", err, out)
	}
	p.sourceToken("revoke", "kie", "shop", "--last")
	if out, err := p.command("source", "list", "--data-dir", p.dataDir); err != nil ||
		strings.Contains(out, " kie ") || strings.Contains(out, tokenOf(shop)) {
		t.Errorf("source list: %v\n%s", err, out)
	}
	one := p.sourceToken("rotate", "kie", "--overlap", "0")[0]
	two := p.sourceToken("rotate", "kie", "--overlap", "0", "--name", "summer")
	if p.first("kie") != two[0] || !strings.Contains(two[1], "no longer valid") {
		t.Errorf("rotating at once prints %q", two)
	}
	out, err = p.command("source", "list", "--data-dir", p.dataDir)
	if err != nil || strings.Contains(out, tokenOf(one)) {
		t.Errorf("one that has ended is printed: %v\n%s", err, out)
	}
	p.sourceToken("rotate", "kie", "--overlap", "1h") // hands its name on
	out, err = p.command(p.tokenArgs([]string{"rotate", "kie", "--only", "summer"})...)
	if err == nil || !strings.Contains(out, "several tokens") {
		t.Errorf("an ambiguous name: %v\n%s", err, out)
	}
}
