package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestTheTableTellsWhatRunsAndWhatWasRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if status, page := s.paste(url.Values{"product": {"runway"},
		"ids": {"3c1f0a52-8a7e-4a53-9b0e-5c1f7d9a2e11"}}); status != http.StatusOK {
		t.Fatalf("%d %s", status, page)
	}
	s.deliver("runway", `{"code":400,"msg":"You have reached the limit for concurrent generations. `+
		`See https://a.example.com/?token=s3cret","data":{"task_id":"refused-1"}}`)
	page := s.get("/tasks", "Reelback-Fragment: task-running")
	for _, text := range []string{`href="/tasks?product=runway&amp;status=waiting%2Cgenerating"`,
		"1 running", `href="/tasks/kie/refused-1"`, "Concurrency limit", "concurrent generations"} {
		if !strings.Contains(page, text) {
			t.Errorf("the strip lacks %q:\n%s", text, page)
		}
	}
	if strings.Contains(page, "s3cret") {
		t.Error("the strip tells a secret")
	}
}
