package main

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// submit sends a form as a browser does and returns the page that answers.
func (p *program) submit(path string, fields url.Values) string {
	p.t.Helper()
	req, err := http.NewRequest(http.MethodPost, p.origin+path, strings.NewReader(fields.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "text/html")
	req.Header.Set("Origin", p.origin)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	page, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		p.t.Fatalf("POST %s: %s, %v\n%s", path, res.Status, err, page)
	}
	return string(page)
}

// TestIDsArePasted registers what somebody has copied out of a log and a sheet, and finds that
// the callbacks reach these tasks.
func TestIDsArePasted(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir(), "--auth", "none")
	const logged = `2026-11-21 14:41:30 INFO answer {"code":200,"msg":"success","data":` +
		`{"taskId":"veo_task_abcdef123456"}}` + "\r\nname\ttask\r\nBoat 17\tveo_task_abcdef123457\r\n"
	p.deliver("veo3.1", `{"code":501,"msg":"Failed","data":{"taskId":"veo_task_abcdef123457"}}`)
	page := p.submit("/tasks/register", url.Values{"ids": {logged}, "product": {"veo3.1"},
		"labels": {"customer 7, autumn"}})
	for _, text := range []string{"1 new, 1 known already", `href="/tasks/kie/veo_task_abcdef123456"`,
		`href="/tasks/kie/veo_task_abcdef123457"`} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
	var found struct{ Tasks []apiTask }
	p.get("/api/v1/tasks?q=customer+7", &found)
	if len(found.Tasks) != 2 || found.Tasks[0].Status != "waiting" || found.Tasks[1].Status != "failed" {
		t.Errorf("found by label: %+v", found.Tasks)
	}
	p.deliver("veo3.1", `{"code":501,"msg":"Failed","data":{"taskId":"veo_task_abcdef123456"}}`)
	if got := p.task("veo_task_abcdef123456"); got.Status != "failed" || got.Deliveries != 1 {
		t.Errorf("after its callback: %+v", got)
	}
	page = p.submit("/tasks/register", url.Values{"ids": {logged}, "product": {"veo3.1"}})
	if !strings.Contains(page, "2 known already") {
		t.Error("telling again is not known already")
	}
}
