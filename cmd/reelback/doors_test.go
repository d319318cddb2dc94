package main

import (
	"fmt"
	"net/http"
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
	var out, log safeBuffer
	err := execute(t.Context(), []string{"serve", "--addr", "127.0.0.1:0", "--public-addr", taken,
		"--data-dir", t.TempDir()}, &out, &log)
	if err == nil || !strings.Contains(err.Error(), taken) {
		t.Errorf("%v", err)
	}
}
