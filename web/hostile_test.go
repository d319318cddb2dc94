package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// hostile breaks out of text, attributes, scripts and templates, if anything lets it. It ends in
// a change of direction and a character that no text should have.
const hostile = hostileID + "\x00"

// hostileID is as much of it as can be an id, in which a NUL is refused.
const hostileID = `"'><script>alert(1)</script><img src=x onerror=alert(2)><svg/onload=alert(3)>` +
	`</textarea></title>{{.Secret}}[{{printf "%d" 7}}]` + "\u202efdp."

// hostileBodies are callbacks with hostile text wherever a sender can put some.
func hostileBodies() map[string]any {
	type object = map[string]any
	link := "javascript:alert(4)//" + hostile
	quoted, _ := json.Marshal(object{"prompt": hostile, "model": hostile, "aspectRatio": hostile})
	market, _ := json.Marshal(object{"model": hostile, "input": object{"prompt": hostile}})
	results, _ := json.Marshal(object{"resultUrls": []string{link, "https://" + hostile}})
	return map[string]any{
		"veo3.1": object{"code": 200, "msg": hostile, "data": object{"taskId": "v" + hostileID,
			"promptJson": string(quoted), "fallbackFlag": true,
			"info": object{"resultUrls": []string{link, "https://e/" + hostile},
				"originUrls": []string{link}, "resolution": hostile, "hasAudioList": hostile}}},
		"runway": object{"code": 200, "msg": hostile, "data": object{"task_id": "r" + hostileID,
			"video_id": hostile, "video_url": link, "image_url": hostile}},
		"runway-extend": object{"code": 400, "msg": hostile, "data": object{"task_id": "f" + hostileID}},
		"kie": object{"code": 200, "msg": hostile, "data": object{"taskId": "m" + hostileID,
			"model": hostile, "state": "success", "param": string(market),
			"resultJson": string(results), "failCode": hostile, "failMsg": hostile}},
	}
}

// fillHostile has every source take a hostile callback, and refuse one.
func (s *site) fillHostile() (taskIDs []string) {
	s.t.Helper()
	header := []string{"X-Custom: " + hostile, "User-Agent: " + hostile,
		"Content-Type: " + hostile, "X-Forwarded-For: " + hostile}
	for source, body := range hostileBodies() {
		text := string(must(json.Marshal(body)))
		s.deliver(source, text, header...)
		s.ask(http.MethodPost, "/callbacks/"+source+"/wrong", text, header...)
		s.ask(http.MethodPost, s.callback(source), hostile, header...)
		s.ask(http.MethodPost, s.callback(source), `{"data":{"taskId":{"`+"<b>"+`":1}}}`)
	}
	for _, item := range s.getJSON("/api/v1/tasks")["tasks"].([]any) {
		taskIDs = append(taskIDs, item.(map[string]any)["task_id"].(string))
	}
	return taskIDs
}

// TestHostileTextStaysText puts hostile text into everything a callback can set and looks for
// what became of it on every page.
func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := s.fillHostile()
	if len(ids) != 4 {
		t.Fatalf("%d tasks, want 4", len(ids))
	}
	visited := []string{"/", "/tasks", "/deliveries", "/setup", "/tasks?q=" + url.QueryEscape(hostile),
		"/?resolution=" + url.QueryEscape(hostile) + "&product=" + url.QueryEscape(hostile),
		"/deliveries?source=" + url.QueryEscape(hostile) + "&task_id=" + url.QueryEscape(hostile),
		"/tasks?status=" + url.QueryEscape(hostile), "/" + url.PathEscape(hostile)}
	for _, id := range ids {
		visited = append(visited, s.options.Links.Task("kie", id))
	}
	for _, item := range s.getJSON("/api/v1/deliveries")["deliveries"].([]any) {
		id := int64(item.(map[string]any)["id"].(float64))
		visited = append(visited, s.options.Links.Delivery(id))
	}
	for _, target := range visited {
		for _, lang := range []string{"en", "zh-CN"} {
			w := s.ask(http.MethodGet, target, "", browser, "Accept-Language: "+lang)
			known := strings.HasPrefix(target, "/tasks/kie/") || strings.HasPrefix(target, "/deliveries/")
			if w.Code >= http.StatusInternalServerError || known && w.Code != http.StatusOK {
				t.Errorf("%.60s: %d", target, w.Code)
			}
			if known && !strings.Contains(w.Body.String(), "onerror=alert(2)&gt;") &&
				!strings.Contains(w.Body.String(), "&lt;b&gt;") {
				t.Errorf("%.60s: the text is not shown", target)
			}
			checkHarmless(t, target, w.Body.String())
		}
	}
}

// checkHarmless fails where hostile text became more than text.
func checkHarmless(t *testing.T, target, page string) {
	t.Helper()
	doc := parse(t, page)
	for _, n := range elements(doc, func(*html.Node) bool { return true }) {
		if problem := inline(n); problem != "" {
			t.Errorf("%.60s: <%s> %s", target, n.Data, problem)
		}
		if n.Data == "script" && !strings.HasPrefix(attr(n, "src"), "/static/") {
			t.Errorf("%.60s: a script from %q", target, attr(n, "src"))
		}
	}
	if strings.Contains(page, "[7]") {
		t.Errorf("%.60s: a template was run", target)
	}
}
