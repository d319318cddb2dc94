package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestWhatIsAllowedNowIsFetched refuses an address, says so with the option that would let it
// through, and does so after a start with that option, without anybody's retry.
func TestWhatIsAllowedNowIsFetched(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	shelf := newShelf(t, 0)
	p := start(t, dir, "--auth", "none", "--log-level", "error")
	p.deliver("veo3.1", fmt.Sprintf(`{"code":200,"msg":"ok","data":{"taskId":"private",
		"info":{"resultUrls":["%s/1"]}}}`, shelf.URL))
	p.await("private", func(t apiTask) bool { return t.Status == "unconfirmed" })
	page := p.text("/tasks/kie/private?lang=en")
	if !strings.Contains(page, "--fetch-allow 127.0.0.1,") {
		t.Error("the page does not say which option lets it through")
	}
	p.stop()
	p = start(t, dir, "--auth", "none", "--log-level", "error", "--fetch-allow", loopback)
	p.await("private", saved)
}
