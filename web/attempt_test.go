package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/web"
)

// TestAttemptsAreToldWithoutTheirLinks fails one attempt at a file and looks for it on the page
// and in the API.
func TestAttemptsAreToldWithoutTheirLinks(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.deliver("runway", `{"code":200,"msg":"ok","data":{"task_id":"tr-1","video_id":"v",
		"video_url":"https://files.example/v.mp4?sig=s3cret","image_url":""}}`)
	c, _, ok, err := s.store.ClaimAsset(t.Context(), time.Minute)
	if !ok || err != nil {
		t.Fatal(err)
	}
	at := c.Attempt
	at.Result, at.EndedAt, at.Status, at.Bytes = task.AttemptFailed, s.clock.Now(), 206, 5_000_000
	at.From, at.Reason = 1_000_000, "the server stopped sending"
	c.Asset.State, c.Asset.Error = task.Pending, at.Reason
	e := task.Event{At: s.clock.Now(), Kind: task.EventAttempt, Role: c.Asset.Role}
	if err := s.store.FinishAsset(t.Context(), c.Asset, e, at); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Attempts []struct {
			Role, Result, Host, Reason string
			Number, Status             int
			From, Bytes                int64
		}
	}
	w := s.ask(http.MethodGet, "/api/v1/tasks/kie/tr-1/attempts", "", "Accept: */*")
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || len(got.Attempts) != 1 {
		t.Fatalf("%v: %s", err, w.Body)
	}
	if a := got.Attempts[0]; a.Role != "video" || a.Result != "failed" || a.Number != 1 ||
		a.Host != "files.example" || a.Status != 206 || a.From != 1_000_000 ||
		a.Bytes != 5_000_000 || a.Reason != at.Reason {
		t.Errorf("the API says %+v", a)
	}
	for lang, words := range map[string][]string{
		"en":    {"1 attempt", "files.example", "206", "5 MB, after 1 MB", "The server stopped"},
		"zh-CN": {"1 次尝试", "files.example", "206", "5 MB，接续 1 MB", "服务器停止了发送"},
	} {
		page := s.ask(http.MethodGet, "/tasks/kie/tr-1?lang="+lang, "", browser).Body.String()
		for _, text := range append(words, `id="tries-video-0"`) {
			if !strings.Contains(strings.ToLower(page), strings.ToLower(text)) {
				t.Errorf("%s: the page lacks %q", lang, text)
			}
		}
		files, _, _ := strings.Cut(page, `id="task-timeline"`)
		if strings.Contains(files, "s3cret") {
			t.Errorf("%s: the page tells the link's secret", lang)
		}
	}
}

func TestTheBannerIsThereWhileThereIsNoRoom(t *testing.T) {
	t.Parallel()
	short := true
	s := newSite(t, func(o *web.Options) {
		o.Short = func() bool { return short }
		o.Reserve = func() int64 { return 900e15 }
	})
	for _, path := range []string{"/", "/tasks", "/deliveries", "/setup"} {
		page := s.ask(http.MethodGet, path+"?lang=en", "", browser).Body.String()
		if !strings.Contains(page, "Saving is paused: 900 PB") {
			t.Errorf("%s does not say that saving is paused", path)
		}
	}
	short = false
	if page := s.ask(http.MethodGet, "/", "", browser).Body.String(); strings.Contains(page,
		"Saving is paused") || !strings.Contains(page, `id="disk-banner"`) {
		t.Error("with room the banner is not gone, or can not come")
	}
}
