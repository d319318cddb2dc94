package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/web"
)

// object is a JSON object.
type object = map[string]any

// items returns a list of objects in an answer.
func items(t *testing.T, answer object, name string) []object {
	t.Helper()
	list, ok := answer[name].([]any)
	if !ok {
		t.Fatalf("%s is no list: %v", name, answer)
	}
	out := make([]object, len(list))
	for i, item := range list {
		out[i] = item.(object)
	}
	return out
}

// checkObject compares every member of an object with what it has to be, a value or a function
// that judges one, and finds none missing and none besides.
func checkObject(t *testing.T, name string, got object, want map[string]any) {
	t.Helper()
	keys := slices.Sorted(maps.Keys(got))
	if wanted := slices.Sorted(maps.Keys(want)); !slices.Equal(keys, wanted) {
		t.Errorf("%s has the members %v, want %v", name, keys, wanted)
	}
	for key, value := range want {
		if judge, ok := value.(func(any) bool); ok {
			if !judge(got[key]) {
				t.Errorf("%s: %s is %#v", name, key, got[key])
			}
			continue
		}
		if !reflect.DeepEqual(got[key], value) {
			t.Errorf("%s: %s is %#v, want %#v", name, key, got[key], value)
		}
	}
}

// isTime judges a time of the contract: RFC 3339, in UTC.
func isTime(value any) bool {
	text, ok := value.(string)
	at, err := time.Parse(time.RFC3339, text)
	return ok && err == nil && text[len(text)-1] == 'Z' && !at.IsZero()
}

func TestATaskInTheAPI(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.Links = route.New(publicURL) })
	s.fill()
	run := s.getJSON("/api/v1/tasks/kie/run-1")
	assets := items(t, run, "assets")
	hasAssets := func(n int) func(any) bool {
		return func(v any) bool { list, ok := v.([]any); return ok && len(list) == n }
	}
	noLabels := func(v any) bool { list, ok := v.([]any); return ok && len(list) == 0 }
	checkObject(t, "the saved task", run, map[string]any{
		"provider": "kie", "product": "runway-extend", "model": "", "task_id": "run-1",
		"parent_task_id": "", "status": "saved", "code": 200.0,
		"message": "All generated successfully.", "category": "", "fallback": "unknown",
		"resolution": "", "prompt": "", "cross_checked": "no", "created_at": isTime,
		"completed_at": "2026-11-21T12:00:00Z", "first_delivery_at": "2026-11-21T12:00:00Z",
		"deliveries": 1.0, "labels": noLabels, "credits": 0.0, "assets": hasAssets(2),
	})
	checkObject(t, "the saved video", assets[0], map[string]any{
		"role": "video", "index": 0.0, "state": "saved", "content_type": "video/mp4",
		"bytes":  func(v any) bool { n, ok := v.(float64); return ok && n > 1000 },
		"sha256": func(v any) bool { text, ok := v.(string); return ok && len(text) == 64 },
		"width":  320.0, "height": 180.0, "duration_ms": 3000.0, "error": "",
		"source_url": "https://files.example.com/a.mp4?[masked]",
		"expires_at": "2026-12-05T12:00:00Z", "url": "/x/y/media/2026-11/runway_extend_run-1.mp4",
	})
	if assets[1]["role"] != "cover" || assets[1]["content_type"] != "image/png" {
		t.Errorf("the second asset is %v", assets[1])
	}
	veo := s.getJSON("/api/v1/tasks/kie/veo-1")
	checkObject(t, "the task being saved", veo, map[string]any{
		"provider": "kie", "product": "veo3.1", "model": "", "task_id": "veo-1",
		"parent_task_id": "", "status": "saving", "code": 200.0, "message": "Veo3.1 视频生成成功。",
		"category": "", "fallback": "no", "resolution": "1080p", "prompt": "", "cross_checked": "no",
		"created_at": isTime, "completed_at": isTime, "first_delivery_at": isTime,
		"deliveries": 1.0, "labels": noLabels, "credits": 0.0, "assets": hasAssets(1),
	})
	checkObject(t, "the pending video", items(t, veo, "assets")[0], map[string]any{
		"role": "video", "index": 0.0, "state": "pending", "content_type": "", "bytes": 0.0,
		"sha256": "", "width": 0.0, "height": 0.0, "duration_ms": 0.0, "error": "",
		"source_url": "https://files.example.com/b.mp4", "expires_at": isTime, "url": "",
	})
	failed := s.getJSON("/api/v1/tasks/kie/veo-2")
	checkObject(t, "the failed task", failed, map[string]any{
		"provider": "kie", "product": "veo3.1", "model": "", "task_id": "veo-2",
		"parent_task_id": "", "status": "failed", "code": 400.0,
		"message": func(v any) bool { text, _ := v.(string); return len(text) > 40 }, "resolution": "",
		"category": "content_policy", "fallback": "unknown", "prompt": "", "cross_checked": "no",
		"created_at": isTime, "completed_at": isTime, "first_delivery_at": isTime,
		"deliveries": 1.0, "labels": noLabels, "credits": 0.0, "assets": hasAssets(0),
	})
	odd := s.getJSON("/api/v1/tasks/kie/odd-1")
	if odd["status"] != "unconfirmed" || odd["completed_at"] != nil {
		t.Errorf("the odd task is %v", odd)
	}
}

// TestTheValuesOfTheAPI holds the words that are promised, whatever tasks may come.
func TestTheValuesOfTheAPI(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ got, want any }{
		"status": {task.Statuses(), []task.Status{"waiting", "generating", "saving", "saved",
			"partly_saved", "failed", "expired", "not_saved", "unconfirmed"}},
		"fallback": {task.Fallbacks(), []task.Fallback{"yes", "no", "unknown"}},
		"role":     {task.Roles(), []task.Role{"video", "original", "upscale", "cover"}},
		"outcome": {task.Outcomes(), []task.Outcome{"applied", "repeated", "conflicting",
			"refused", "not_understood"}},
		"state": {[]task.AssetState{task.Pending, task.SavingAsset, task.SavedAsset,
			task.FailedAsset, task.ExpiredAsset},
			[]task.AssetState{"pending", "saving", "saved", "failed", "expired"}},
		"cross_checked": {[]task.CrossCheck{task.CheckNo, task.CheckConfirmed, task.CheckDisagrees},
			[]task.CrossCheck{"no", "confirmed", "disagrees"}},
	} {
		if !reflect.DeepEqual(tt.got, tt.want) {
			t.Errorf("%s: %v, want %v", name, tt.got, tt.want)
		}
	}
}

// TestAListingInTheAPI goes through the pages of one and finds each task once, newest first, as
// it is when asked for alone.
func TestAListingInTheAPI(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for i := range 7 {
		s.deliver("veo3.1", fmt.Sprintf(veoDone, fmt.Sprint("t-", i)))
	}
	var found []string
	cursor := ""
	for range 10 {
		answer := s.getJSON("/api/v1/tasks?limit=3&cursor=" + cursor)
		list := items(t, answer, "tasks")
		if len(list) > 3 {
			t.Errorf("%d tasks on a page of 3", len(list))
		}
		for _, item := range list {
			id := item["task_id"].(string)
			found = append(found, id)
			if alone := s.getJSON("/api/v1/tasks/kie/" + id); !reflect.DeepEqual(item, alone) {
				t.Errorf("%s: %v in the list, %v alone", id, item, alone)
			}
		}
		if cursor = answer["next_cursor"].(string); cursor == "" {
			break
		}
	}
	if want := []string{"t-6", "t-5", "t-4", "t-3", "t-2", "t-1", "t-0"}; !slices.Equal(found, want) {
		t.Errorf("found %v, want %v", found, want)
	}
	for query, want := range map[string]int{"status=saving": 7, "status=saved": 0,
		"status=saved,saving": 7, "product=veo3.1": 7, "product=runway": 0, "fallback=no": 7,
		"q=t-3": 1, "category=nsfw": 0, "from=2026-11-21&to=2026-11-21": 7, "to=2026-11-20": 0} {
		answer := s.getJSON("/api/v1/tasks?" + query)
		if n := len(items(t, answer, "tasks")); n != want || answer["next_cursor"] != "" {
			t.Errorf("%s: %d tasks, want %d; %v", query, n, want, answer["next_cursor"])
		}
	}
}

// pageStore notes the page that was asked for.
type pageStore struct {
	web.Store
	asked *task.Page
}

func (s pageStore) ListTasks(ctx context.Context, f task.Filter, p task.Page) (
	[]task.Task, int64, error,
) {
	*s.asked = p
	return s.Store.ListTasks(ctx, f, p)
}

func TestTheLengthOfAPage(t *testing.T) {
	t.Parallel()
	var asked task.Page
	s := newSite(t, func(o *web.Options) { o.Store = pageStore{o.Store, &asked} })
	for query, want := range map[string]int{"": 50, "?limit=": 50, "?limit=1": 1, "?limit=500": 500,
		"?limit=501": 500, "?limit=1000000": 500, "?limit=9223372036854775808": 500} {
		s.getJSON("/api/v1/tasks" + query)
		if asked.Limit != want {
			t.Errorf("%q: %d, want %d", query, asked.Limit, want)
		}
	}
}

func TestATimelineInTheAPI(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "t-1"))
	s.clock.Add(time.Minute)
	s.failAll()
	s.clock.Add(time.Minute)
	if w := s.ask(http.MethodPost, "/tasks/kie/t-1/retry", ""); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	s.clock.Add(time.Minute)
	s.saveAll()
	s.clock.Add(time.Minute)
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "t-1"))
	got := s.getJSON("/api/v1/tasks/kie/t-1/events")
	var want object
	err := json.Unmarshal([]byte(`{"events":[
		{"at":"2026-11-21T12:00:00Z","kind":"delivery","detail":"applied","code":200,"delivery":1},
		{"at":"2026-11-21T12:01:00Z","kind":"asset_failed","detail":"no","role":"video","index":0},
		{"at":"2026-11-21T12:02:00Z","kind":"retry","detail":"","role":"video","index":0},
		{"at":"2026-11-21T12:03:00Z","kind":"asset_saved","detail":"%","role":"video","index":0},
		{"at":"2026-11-21T12:04:00Z","kind":"delivery","detail":"repeated","code":200,"delivery":2}
	]}`), &want)
	if err != nil {
		t.Fatal(err)
	}
	items(t, got, "events")[3]["detail"] = "%" // the number of bytes
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
