package web_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestADeliveryInTheAPI(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	body := fmt.Sprintf(veoDone, "veo-1")
	s.deliver("veo3.1", body, "Content-Type: application/json", "X-Two: a", "X-Two: b")
	listed := map[string]any{
		"id": 1.0, "source": "veo3.1", "outcome": "applied", "reason": "", "task_id": "veo-1",
		"received_at": "2026-11-21T12:00:00Z", "remote_addr": "127.0.0.1",
		"bytes": float64(len(body)),
	}
	list := items(t, s.getJSON("/api/v1/deliveries"), "deliveries")
	checkObject(t, "the listed delivery", list[0], listed)
	listed["body"] = body
	listed["headers"] = object{"Content-Type": "application/json", "X-Two": "a, b"}
	checkObject(t, "the delivery", s.getJSON("/api/v1/deliveries/1"), listed)
}

// TestDeliveriesOfEveryOutcome sends one of each and finds them by filter.
func TestDeliveriesOfEveryOutcome(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "veo-1"))
	s.deliver("veo3.1", strings.ReplaceAll(fmt.Sprintf(veoDone, "veo-1"), "b.mp4", "z.mp4"))
	for query, want := range map[string]struct {
		count  int
		reason string // of the newest; only its beginning
	}{
		"outcome=applied":                     {3, ""},
		"outcome=repeated":                    {1, "same_result"},
		"outcome=conflicting":                 {1, "other_urls"},
		"outcome=not_understood":              {1, "unknown_shape"},
		"outcome=refused&source=veo3.1":       {1, "token_wrong"},
		"outcome=refused&source=runway":       {1, "not_json: "},
		"outcome=repeated,conflicting":        {2, "other_urls"},
		"task_id=veo-1":                       {3, "other_urls"},
		"source=nobody":                       {0, ""},
		"task_id=veo-1&outcome=applied":       {1, ""},
		"from=2026-11-21&outcome=applied":     {3, ""},
		"to=2026-11-20T00:00:00Z&source=none": {0, ""},
	} {
		list := items(t, s.getJSON("/api/v1/deliveries?"+query), "deliveries")
		if len(list) != want.count {
			t.Errorf("%s: %d deliveries, want %d", query, len(list), want.count)
			continue
		}
		if want.count > 0 && !strings.HasPrefix(list[0]["reason"].(string), want.reason) {
			t.Errorf("%s: the reason is %v, want %s", query, list[0]["reason"], want.reason)
		}
	}
	first := s.getJSON("/api/v1/deliveries?limit=2")
	next := s.getJSON("/api/v1/deliveries?limit=500&cursor=" + first["next_cursor"].(string))
	if n := len(items(t, next, "deliveries")); n != 6 || next["next_cursor"] != "" {
		t.Errorf("%d deliveries follow the first two, next %v", n, next["next_cursor"])
	}
}

// TestABodyThatIsNoText comes back byte by byte.
func TestABodyThatIsNoText(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, body := range []string{"\xff\xfe\x00binary", "gzip\x1f\x8b", "caf\xe9"} {
		if w := s.ask(http.MethodPost, s.callback("veo3.1"), body); w.Code != http.StatusBadRequest {
			t.Fatalf("%q: %d", body, w.Code)
		}
		id := items(t, s.getJSON("/api/v1/deliveries?limit=1"), "deliveries")[0]["id"]
		got := s.getJSON(fmt.Sprintf("/api/v1/deliveries/%v", id))
		encoded, _ := got["body_base64"].(string)
		if raw, err := base64.StdEncoding.DecodeString(encoded); err != nil || string(raw) != body {
			t.Errorf("%q came back as %q, %v", body, raw, err)
		}
		if _, also := got["body"]; also {
			t.Errorf("%q came back as text as well", body)
		}
		s.get(fmt.Sprintf("/deliveries/%v", id))
	}
}

// TestALongBodyIsKeptInPart says how much there was and that it is not all.
func TestALongBodyIsKeptInPart(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	w := s.ask(http.MethodPost, s.callback("veo3.1"), `{"x":"`+strings.Repeat("界", 1<<19)+`"}`)
	if w.Code != http.StatusRequestEntityTooLarge || w.Header().Get("Connection") != "close" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	got := s.getJSON("/api/v1/deliveries/1")
	if got["truncated"] != true || got["bytes"] != float64(1<<20) || got["reason"] != "too_large" {
		t.Errorf("%v, %v bytes, %v", got["truncated"], got["bytes"], got["reason"])
	}
	s.get("/deliveries/1")
}

// secrets are what a callback may carry that only an admin may see.
func secrets() []string {
	return []string{"sig-of-header", "bearer-secret", "cookie-secret", "path-secret", "query-secret",
		"link-signature", "body-password", "other-callback-secret"}
}

// secretBody is a callback with secrets wherever one has been seen: in a callBackUrl, in links,
// in members named after them, in messages and in prompts.
func secretBody(t *testing.T) string {
	t.Helper()
	prompt, err := json.Marshal(object{"prompt": "like https://c.example.com/i.png?sig=link-signature",
		"callBackUrl": "https://v.example.com/callbacks/veo3.1/path-secret"})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(object{"code": 200,
		"msg":      "from https://c.example.com/m.png?X-Amz-Signature=link-signature&a=1 made",
		"password": "body-password", "callBackUrl": "https://other.example/hook/other-callback-secret",
		"data": object{"taskId": "t-1", "promptJson": string(prompt), "info": object{
			"resultUrls": []string{"https://c.example.com/v.mp4?Expires=9&Signature=link-signature"}}}})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// TestSecretsAreMasked looks for them on every page and in every answer of the API.
func TestSecretsAreMasked(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	header := []string{"X-Webhook-Signature: sig-of-header", "Authorization: Bearer bearer-secret",
		"Cookie: session=cookie-secret",
		"Referer: https://v.example.com/veo3-1-callback?token=query-secret"}
	s.deliver("veo3.1", secretBody(t), header...)
	failed := strings.Replace(secretBody(t), "200", "500", 1)
	s.deliver("veo3.1", strings.ReplaceAll(failed, "t-1", "t-2"))
	s.ask(http.MethodPost, "/callbacks/veo3.1/wrong", secretBody(t), header...)
	for _, path := range []string{"/", "/tasks", "/tasks/kie/t-1", "/tasks/kie/t-2", "/deliveries",
		"/deliveries/1", "/deliveries/2", "/deliveries/3", "/setup", "/api/v1/tasks",
		"/api/v1/tasks/kie/t-1", "/api/v1/tasks/kie/t-2", "/api/v1/tasks/kie/t-1/events",
		"/api/v1/deliveries", "/api/v1/deliveries/1", "/api/v1/deliveries/2",
		"/api/v1/deliveries/3", "/metrics"} {
		page := s.get(path)
		for _, secret := range secrets() {
			if strings.Contains(page, secret) {
				t.Errorf("%s shows %s", path, secret)
			}
		}
		for source, token := range s.tokens {
			if strings.Contains(page, token) && path != "/setup" {
				t.Errorf("%s shows the token of %s", path, source)
			}
		}
	}
	whole := s.getJSON("/api/v1/deliveries/1")
	text := whole["body"].(string)
	if !json.Valid([]byte(text)) || !strings.Contains(text, "[masked]") {
		t.Errorf("the masked body is no JSON any more: %s", text)
	}
	names := make([]string, 0, 4)
	for name := range whole["headers"].(object) {
		names = append(names, name)
	}
	if !slices.Contains(names, "X-Webhook-Signature") {
		t.Errorf("of a secret header even the name is gone: %v", names)
	}
	for _, secret := range secrets() {
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("the log has %s", secret)
		}
	}
}

// TestHostileTextInTheAPI comes back as it was, in JSON that no browser takes for a page.
func TestHostileTextInTheAPI(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fillHostile()
	want := strings.ReplaceAll(hostile, "\x00", "\ufffd") // a database's text has no NUL
	for _, item := range items(t, s.getJSON("/api/v1/tasks"), "tasks") {
		if item["message"] != want {
			t.Errorf("%v: the message is %q", item["product"], item["message"])
		}
	}
	w := s.ask(http.MethodGet, "/api/v1/tasks", "", browser)
	if strings.ContainsAny(w.Body.String(), "<>") || w.Header().Get("Content-Type") != jsonType {
		t.Errorf("%s with angle brackets", w.Header().Get("Content-Type"))
	}
}
