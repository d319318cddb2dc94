package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// command runs another command of the program on the same data and returns what it prints.
func (p *program) command(args ...string) (string, error) {
	p.t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = programEnv()
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	err := cmd.Run()
	return out.String() + complaint.String(), err
}

func (p *program) register(token, body string) (status int, answer map[string]any) {
	p.t.Helper()
	req, err := http.NewRequest(http.MethodPost, p.origin+"/api/v1/tasks", strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err == nil {
		err = json.Unmarshal(text, &answer)
	}
	if err != nil {
		p.t.Fatalf("%v: %s", err, text)
	}
	return res.StatusCode, answer
}

// TestAnApplicationTellsOfItsTasks makes a token beside the running server and registers tasks
// with it, before and after their callbacks.
func TestAnApplicationTellsOfItsTasks(t *testing.T) {
	t.Parallel()
	p := start(t, t.TempDir())
	token, err := p.command("token", "create", "--data-dir", p.dataDir, "--name", "shop")
	if err != nil {
		t.Fatal(token, err)
	}
	token = strings.TrimSpace(token)
	const body = `{"provider":"kie","product":"veo3.1","task_id":"reg-1",
		"prompt":"雪落在木长椅上","labels":["customer 7"]}`
	for name, c := range map[string]struct {
		token, body string
		want        int
	}{
		"no token":    {"", body, 401},
		"wrong token": {token + "x", body, 401},
		"misspelled":  {token, `{"provider":"kie","product":"veo3.1","taskid":"x"}`, 400},
		"no id":       {token, `{"provider":"kie","product":"veo3.1"}`, 400},
		"more":        {token, body + body, 400},
	} {
		if status, answer := p.register(c.token, c.body); status != c.want || answer["detail"] == "" {
			t.Errorf("%s: %d %v, want %d", name, status, answer, c.want)
		}
	}
	status, answer := p.register(token, body)
	if status != 201 || answer["status"] != "waiting" ||
		len(answer["warnings"].([]any)) != 1 || answer["labels"].([]any)[0] != "customer 7" {
		t.Errorf("registering: %d %v", status, answer)
	}
	if status, _ = p.register(token, body); status != 200 {
		t.Errorf("registering again: %d", status)
	}
	p.deliver("veo3.1", `{"code":501,"msg":"Failed","data":{"taskId":"reg-1"}}`)
	if got := p.task("reg-1"); got.Status != "failed" || got.Deliveries != 1 {
		t.Errorf("after its callback: %+v", got)
	}

	p.deliver("kie", `{"code":500,"msg":"Timeout","data":{"task_id":"reg-2"}}`)
	out, err := p.command("task", "add", "--server", p.origin, "--token", token,
		"--product", "runway-extend", "--prompt", "a boat", "--label", "autumn", "--label", "Ng, Li",
		"reg-2", "reg-3")
	if err != nil || !strings.Contains(out, "reg-2 known, failed") ||
		!strings.Contains(out, "reg-3 added, waiting") {
		t.Errorf("task add: %v\n%s", err, out)
	}
	if got := p.task("reg-2"); got.Product != "runway-extend" || got.Status != "failed" {
		t.Errorf("overtaken by its callback: %+v", got)
	}
	addr := strings.TrimPrefix(p.origin, "http://")
	out, err = p.command("task", "add", "--addr", addr, "--token", token, "--product", "veo3", "reg-4")
	if err != nil || !strings.Contains(out, "unknown_product (known are kie: veo3.1,") {
		t.Errorf("task add of an unknown product: %v\n%s", err, out)
	}
	status, answer = p.register(token, `{"provider":"kei","product":"veo3.1","task_id":"reg-5"}`)
	if status != 201 || fmt.Sprint(answer["warnings"]) != "[unknown_provider]" ||
		answer["known_products"] == nil {
		t.Errorf("of an unknown provider: %d %v", status, answer)
	}
	for _, label := range []string{"autumn", "Ng,+Li"} {
		var found struct{ Tasks []apiTask }
		p.get("/api/v1/tasks?q="+label, &found)
		if len(found.Tasks) != 2 {
			t.Errorf("found by label %s: %+v", label, found.Tasks)
		}
	}
	list, err := p.command("token", "list", "--data-dir", p.dataDir)
	if err != nil || !strings.Contains(list, "shop") || strings.Contains(list, token) {
		t.Errorf("token list: %v\n%s", err, list)
	}
}
