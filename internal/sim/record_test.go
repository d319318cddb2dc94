package sim

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/task"
)

// asker returns a client of a provider that is served with these options.
func asker(t *testing.T, opt Options) (*Provider, *kie.Client) {
	t.Helper()
	p, server := provider(t, opt)
	return p, kie.NewClient(kie.Options{
		BaseURL: server.URL, Key: opt.APIKey, Rate: 1e6, Burst: 1000, Now: opt.Now,
	})
}

// mustAsk returns the record of a task that must have one.
func mustAsk(t *testing.T, client *kie.Client, product, taskID string) kie.Record {
	t.Helper()
	r, err := client.Query(t.Context(), product, taskID)
	if err != nil {
		t.Fatalf("%s %s: %v", product, taskID, err)
	}
	return r
}

// others are callbacks of the products that no scenario has.
func others() Scenario {
	aleph := object{"code": 200, "msg": "success", "taskId": "al_1", "data": object{
		"result_video_url": media("tea.mp4"), "result_image_url": media("tea.png"),
	}}
	refused := object{"code": 400, "msg": "Incorrect image format.", "taskId": "al_2", "data": nil}
	job := object{
		"taskId": "job_1", "model": "kling-2.6/text-to-video", "state": "success",
		"param":      `{"input":{"prompt":"a boat"}}`,
		"resultJson": `{"resultUrls":["` + media("boat.mp4") + `"]}`,
		"createTime": 1790000000000, "completeTime": 1790000081000,
	}
	failedJob := object{
		"taskId": "job_2", "model": "bytedance/seedance-2", "state": "fail", "param": "{}",
		"resultJson": nil, "failCode": "500", "failMsg": "Internal server error",
	}
	luma := object{"taskId": "lu_1", "promptJson": `{"prompt":"neon"}`,
		"resultUrls": []string{media("room.mp4"), media("dunes.mp4")}}
	failedLuma := object{"taskId": "lu_2", "promptJson": `{"prompt":"neon"}`}
	s := Scenario{Name: "others"}
	add := func(product, id string, body object) {
		s.Callbacks = append(s.Callbacks, Callback{Product: product, TaskID: id, Body: text(body)})
	}
	add(kie.Aleph, "al_1", aleph)
	add(kie.Aleph, "al_2", refused)
	add(kie.Market, "job_1", envelope(200, "Playground task completed successfully.", job))
	add(kie.Market, "job_2", envelope(501, "Playground task failed.", failedJob))
	add(kie.Luma, "lu_1", envelope(200, "Modify record generated successfully.", luma))
	add(kie.Luma, "lu_2", envelope(500, "Modify record generation failed.", failedLuma))
	return s
}

// What the provider has on record is what it called back with: result, files, code and words of a
// failure, product and all that both of them tell. A failure without data is read as Aleph's, for
// want of anything else that tells; its record knows better.
func TestEveryRecordReadsAsItsCallback(t *testing.T) {
	t.Parallel()
	for _, s := range []Scenario{Documented(), Day(1), Day(2), others()} {
		p, client := asker(t, Options{APIKey: "K"})
		p.End(s)
		last := make(map[string]Callback)
		for _, c := range s.Callbacks {
			last[c.TaskID] = c
		}
		for _, c := range last {
			called, err := kie.Read(c.Product, []byte(c.render("", p.links.link)))
			if err != nil {
				t.Fatal(err)
			}
			if called.Note == task.NoteOtherProduct {
				called.Product, called.Note = c.Product, ""
			}
			r := mustAsk(t, client, c.Product, c.TaskID)
			if a, b := essence(called), essence(r.Report); a != b {
				t.Errorf("%s, %s, %s\ncallback %s\nrecord   %s", s.Name, c.Product, c.Title, a, b)
			}
			checkFill(t, c, called, r)
		}
	}
}

// essence is what a callback and a record must agree on.
func essence(r task.Report) string {
	words := ""
	if r.Result == task.ResultFailed {
		words = r.Message
	}
	return fmt.Sprintf("%s %s %s %s %d %q %s %s %v %s", r.Provider, r.Product, r.TaskID, r.Result,
		r.Code, words, r.Fallback, r.Resolution, r.Files, r.Note)
}

// checkFill looks at what a record adds to a callback.
func checkFill(t *testing.T, c Callback, called task.Report, r kie.Record) {
	t.Helper()
	if want := c.Prompt; want != "" && r.Report.Prompt != want ||
		called.Prompt != "" && r.Report.Prompt != called.Prompt {
		t.Errorf("%s %s: prompt %q", c.Product, c.TaskID, r.Report.Prompt)
	}
	if (r.Report.ParentTaskID != "") != (c.Product == kie.RunwayExtend) {
		t.Errorf("%s %s: parent %q", c.Product, c.TaskID, r.Report.ParentTaskID)
	}
	if (r.Report.Credits > 0) != (r.Report.Result == task.ResultSucceeded) {
		t.Errorf("%s %s: %s for %v credits", c.Product, c.TaskID, r.Report.Result, r.Report.Credits)
	}
	if r.Report.CompletedAt.IsZero() && c.TaskID != "job_2" || r.Expired || len(r.Raw) == 0 {
		t.Errorf("%s %s: %+v", c.Product, c.TaskID, r)
	}
}

func TestARecordIsFoundWithoutKnowingTheProduct(t *testing.T) {
	t.Parallel()
	p, client := asker(t, Options{})
	for _, s := range []Scenario{Day(1), others()} {
		p.End(s)
		for _, c := range s.Callbacks {
			if r := mustAsk(t, client, "", c.TaskID); r.Report.Product != c.Product {
				t.Errorf("%s %s is found as %s's", c.Product, c.TaskID, r.Report.Product)
			}
		}
	}
	if _, err := client.Query(t.Context(), "", "nobody's"); !errors.Is(err, kie.ErrNoRecord) {
		t.Errorf("got %v", err)
	}
	for _, product := range []string{kie.Runway, kie.Veo, kie.Market, kie.Aleph, kie.Luma} {
		_, err := client.Query(t.Context(), product, "nobody's")
		if !errors.Is(err, kie.ErrNoRecord) || errors.Is(err, kie.ErrRecordGone) {
			t.Errorf("%s: got %v", product, err)
		}
	}
}

func TestTasksRunUntilTheirCallbacksTimeHasCome(t *testing.T) {
	t.Parallel()
	for _, s := range []Scenario{Documented(), Day(1), others()} {
		clock := newClock()
		p, client := asker(t, Options{Now: clock.now})
		p.Begin(s)
		begun := clock.now()
		for _, c := range s.Callbacks {
			r := mustAsk(t, client, c.Product, c.TaskID)
			if r.Report.Result != task.ResultRunning || r.Report.Code != 0 || r.Report.Credits != 0 ||
				len(r.Report.Files) > 0 || !r.Report.CompletedAt.IsZero() {
				t.Errorf("%s %s: %+v", c.Product, c.TaskID, r.Report)
			}
			if created := r.Report.CreatedAt; !created.IsZero() && !created.Equal(begun) {
				t.Errorf("%s %s: created %v", c.Product, c.TaskID, created)
			}
		}
		clock.pass(time.Minute)
		p.End(s)
		for _, c := range s.Callbacks {
			r := mustAsk(t, client, c.Product, c.TaskID)
			if done := r.Report.CompletedAt; c.Product != kie.Market &&
				!done.Equal(begun.Add(time.Minute)) {
				t.Errorf("%s %s: completed %v", c.Product, c.TaskID, done)
			}
		}
	}
}

func TestTheRecordIsReadyWhenItsCallbackComes(t *testing.T) {
	t.Parallel()
	day := Day(1)
	last := day.Callbacks[len(day.Callbacks)-1].TaskID
	p, client := asker(t, Options{
		Wait: new(pauses).wait, Concurrency: 1, Faults: Faults{Drop: 0.3, OutOfOrder: 0.2},
	})
	runs := func(taskID string) bool {
		r, err := client.Query(t.Context(), "", taskID)
		if err != nil {
			t.Errorf("%s: %v", taskID, err)
		}
		return r.Report.Result == task.ResultRunning
	}
	var r *receiver
	r = newReceiver(t, func(n int) int {
		called, err := kie.Read("", []byte(r.requests()[n].body))
		if err != nil || runs(called.TaskID) {
			t.Errorf("%s is called back about while it runs: %v", called.TaskID, err)
		}
		if n == 0 && !runs(last) {
			t.Errorf("%s has ended before its time", last)
		}
		return 200
	})
	sum, err := p.Send(t.Context(), Target{kie.Name: r.URL}, day)
	if err != nil || sum.Dropped == 0 {
		t.Fatalf("%v, %v", sum, err)
	}
	for _, c := range day.Callbacks {
		got := mustAsk(t, client, c.Product, c.TaskID)
		if got.Report.Result == task.ResultRunning {
			t.Errorf("%s still runs when everything is sent or dropped", c.TaskID)
		}
		if c.Product == kie.Veo && !strings.Contains(string(got.Raw), r.URL) {
			t.Errorf("%s: the record does not repeat the address to call back", c.TaskID)
		}
	}
}

func TestALateSuccessReplacesTheFailureOnRecord(t *testing.T) {
	t.Parallel()
	day := Day(1)
	at := slices.IndexFunc(day.Callbacks, func(c Callback) bool {
		return strings.HasSuffix(c.Title, "after a time-out")
	})
	p, client := asker(t, Options{})
	story := p.begin(day, nil)
	late := day.Callbacks[at]
	story.reach(at)
	if r := mustAsk(t, client, kie.Veo, late.TaskID); r.Report.Result != task.ResultFailed {
		t.Errorf("before: %s", r.Report.Result)
	}
	story.reach(at + 1)
	if r := mustAsk(t, client, kie.Veo, late.TaskID); r.Report.Result != task.ResultSucceeded {
		t.Errorf("after: %s", r.Report.Result)
	}
}

func TestAnExtensionHasTheParentTheStoryTells(t *testing.T) {
	t.Parallel()
	day := Day(1)
	p, client := asker(t, Options{})
	p.End(day)
	known, chained := make(map[string]string), 0
	for _, c := range day.Callbacks {
		known[c.TaskID] = family(c.Product)
	}
	for _, c := range day.Callbacks {
		parent := mustAsk(t, client, c.Product, c.TaskID).Report.ParentTaskID
		if product, ok := known[parent]; ok && product == kie.Runway {
			chained++
		} else if ok {
			t.Errorf("%s extends a video of %s", c.TaskID, product)
		}
	}
	between(t, "extensions of known videos", chained, 4, 9)
	if a, b := parentOf(nil, Callback{Product: kie.RunwayExtend, TaskID: "x"}),
		parentOf(nil, Callback{Product: kie.RunwayExtend, TaskID: "x"}); a != b || a == "" {
		t.Errorf("the same task extends %q and %q", a, b)
	}
}
