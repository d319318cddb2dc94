package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// publicly is where a program with two addresses says that strangers reach it.
var publicly = regexp.MustCompile(`At (http://[^/\s]+)/ strangers reach`)

// TestTwoDoors starts the program with an address for strangers. The callback addresses it prints
// lead there; a callback is taken at both doors, a page is shown at one.
func TestTwoDoors(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir(), "--public-addr", "127.0.0.1:0", "--auth", "none")
	m := publicly.FindStringSubmatch(p.greeting.String())
	if m == nil {
		t.Fatalf("nothing is said of strangers:\n%s", p.greeting)
	}
	public := m[1]
	for source, address := range p.sources {
		if !strings.HasPrefix(address, public+"/callbacks/") {
			t.Errorf("%s: %s is not at %s", source, address, public)
		}
	}
	for n, origin := range []string{public, p.origin} {
		address := origin + strings.TrimPrefix(p.sources["veo3.1"], public)
		body := fmt.Sprintf(`{"code":501,"msg":"no","data":{"taskId":"door-%d"}}`, n)
		if status, answer := p.post(address, body); status != http.StatusOK {
			t.Errorf("%s: %d %s", origin, status, answer)
		}
	}
	for path, want := range map[string][2]int{
		"/": {404, 200}, "/tasks": {404, 200}, "/api/v1/tasks": {404, 200}, "/setup": {404, 200},
		"/tasks/kie/door-0": {404, 200}, "/metrics": {404, 200}, "/live/": {404, 404},
		"/healthz": {200, 200}, "/readyz": {200, 200}, "/static/none": {404, 404},
	} {
		for n, origin := range []string{public, p.origin} {
			res, err := http.Get(origin + path)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if res.StatusCode != want[n] {
				t.Errorf("%s%s: %d, want %d", origin, path, res.StatusCode, want[n])
			}
		}
	}
	p.stop()
	if _, err := http.Get(public + "/healthz"); err == nil {
		t.Error("the public door is still open")
	}
}

// TestWideOpenIsSaid starts the program with much left open, and with nothing.
func TestWideOpenIsSaid(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir(), "--auth", "none", "--callback-auth", "open",
		"--public-url", "http://videos.example.com", "--fetch-allow", "10.0.0.0/8")
	p.stop()
	for _, words := range []string{"--auth none", "--callback-auth open", "not encrypted",
		"10.0.0.0/8 (--fetch-allow)"} {
		if !strings.Contains(p.greeting.String(), words) {
			t.Errorf("no word of %q in:\n%s", words, p.greeting)
		}
	}
	p = start(t, t.TempDir())
	p.stop()
	if strings.Contains(p.greeting.String(), "Note:") {
		t.Errorf("a note about what is closed:\n%s", p.greeting)
	}
}

// TestADoorThatIsTaken says which address cannot be had.
func TestADoorThatIsTaken(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	taken := strings.TrimPrefix(p.origin, "http://")
	for _, args := range [][]string{
		{"--addr", taken}, {"--addr", "127.0.0.1:0", "--public-addr", taken},
	} {
		dir := filepath.Join(t.TempDir(), "data")
		var out, log safeBuffer
		err := execute(t.Context(), append([]string{"serve", "--data-dir", dir}, args...), &out, &log)
		if err == nil || !strings.Contains(err.Error(), taken) {
			t.Errorf("%q: %v", args, err)
		}
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%q: the start that failed has made the data folder, %v", args, err)
		}
	}
}

// TestAllSayTheSameCallbackAddress compares the set-up page, the greeting and the command where
// there are two addresses and no public one is said.
func TestAllSayTheSameCallbackAddress(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir(), "--public-addr", "127.0.0.1:0")
	page := p.text("/setup")
	var out, log safeBuffer
	err := execute(t.Context(), []string{"source", "list", "--data-dir", p.dataDir, "--addr",
		strings.TrimPrefix(p.origin, "http://"), "--public-addr",
		strings.TrimPrefix(publicly.FindStringSubmatch(p.greeting.String())[1], "http://"),
	}, &out, &log)
	if err != nil {
		t.Fatal(err)
	}
	for source, address := range p.sources {
		if !strings.Contains(page, address) || !strings.Contains(out.String(), address) {
			t.Errorf("%s: %s is not on the set-up page or not in:\n%s", source, address, &out)
		}
	}
}

// TestCommandsNeedAnInstallation gives each command a data folder that somebody has mistyped.
func TestCommandsNeedAnInstallation(t *testing.T) {
	t.Parallel()
	password := filepath.Join(t.TempDir(), "password")
	if err := os.WriteFile(password, []byte("long enough for all"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"source list", "source token list", "source token create kie --name a",
		"source token rotate kie", "source token revoke kie a", "token create", "token list",
		"token remove 1", "user list", "user role anna admin", "user disable anna",
		"user create anna --role admin --password-file " + password,
	} {
		dir := filepath.Join(t.TempDir(), "typo")
		var out, log safeBuffer
		args := append(strings.Fields(command), "--data-dir", dir)
		err := execute(t.Context(), args, &out, &log)
		if err == nil || !strings.Contains(err.Error(), "there is no Reelback in "+dir) ||
			!strings.Contains(err.Error(), "--data-dir") {
			t.Errorf("%s: %v", command, err)
		}
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s has made the folder, %v", command, err)
		}
	}
}
