package task

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

const lifetime = 14 * 24 * time.Hour

func at(minute int) time.Time {
	return time.Date(2026, 3, 1, 12, minute, 0, 0, time.UTC)
}

// testRules allow https only, and give the files two weeks.
func testRules() Rules {
	return Rules{
		Usable: func(url string) error {
			if !strings.HasPrefix(url, "https://") {
				return errors.New("the link is no https link")
			}
			return nil
		},
		Lifetime: func(string, string) time.Duration { return lifetime },
	}
}

func report(result Result) Report {
	return Report{Provider: "kie", Product: "veo3.1", TaskID: "t-1", Result: result}
}

func success(links ...string) Report {
	r := report(ResultSucceeded)
	r.Code, r.Message, r.CompletedAt = 200, "done", at(0)
	for i, link := range links {
		r.Files = append(r.Files, ReportFile{Role: Video, Index: i, URL: link})
	}
	return r
}

func failure(message string) Report {
	r := report(ResultFailed)
	r.Code, r.Message, r.Category = 501, message, GenerationFailed
	return r
}

func upscale(links ...string) Report {
	r := success()
	r.Message = "4K Video generated successfully."
	for i, link := range links {
		r.Files = append(r.Files, ReportFile{Role: Upscale, Index: i, URL: link},
			ReportFile{Role: Cover, Index: i, URL: link + ".png"})
	}
	return r
}

// world lets reports act one after the other as the store does.
type world struct {
	task *Task
	now  int
}

func (w *world) deliver(r Report) Change {
	w.now++
	c := Apply(w.task, r, at(w.now), testRules())
	next := c.Task
	for _, a := range c.Assets {
		if known := find(next.Assets, ReportFile{Role: a.Role, Index: a.Index}); known != nil {
			*known = a
			continue
		}
		next.Assets = append(next.Assets, a)
	}
	w.task = &next
	return c
}

// finish ends the saving of every open asset in a state.
func (w *world) finish(state AssetState) {
	for i := range w.task.Assets {
		if a := &w.task.Assets[i]; a.Open() {
			a.State = state
			if state != SavedAsset {
				a.Failures++
			}
		}
	}
	w.task.Status = DeriveStatus(w.task.Assets)
}

// inStatus returns a world whose one task has come to a status.
func inStatus(t *testing.T, status Status) *world {
	t.Helper()
	w := &world{}
	switch status {
	case Waiting:
		w.task = &Task{Provider: "kie", Product: "veo3.1", TaskID: "t-1", Status: Waiting,
			Fallback: FallbackUnknown, CrossChecked: CheckNo, FirstSeenAt: at(0)}
	case Generating:
		w.deliver(report(ResultRunning))
	case Unconfirmed:
		w.deliver(report(ResultUnclear))
	case Failed:
		w.deliver(failure("it broke"))
	default:
		w.deliver(success("https://a/1", "https://a/2"))
	}
	switch status {
	case Saved:
		w.finish(SavedAsset)
	case Expired:
		w.finish(ExpiredAsset)
	case NotSaved:
		w.finish(FailedAsset)
	case PartlySaved:
		w.task.Assets[0].State = SavedAsset
		w.finish(ExpiredAsset)
	}
	if w.task.Status != status {
		t.Fatalf("the task came to %s, want %s", w.task.Status, status)
	}
	return w
}

func TestApplyInEveryStatus(t *testing.T) {
	t.Parallel()
	reports := map[string]Report{
		"running": report(ResultRunning),
		"success": success("https://b/1"),
		"same":    success("https://a/1", "https://a/2"),
		"none":    success(),
		"bad":     success("ftp://b/1"),
		"failure": failure("it broke"),
		"other":   failure("it broke otherwise"),
		"4k":      upscale("https://b/4k"),
		"unclear": report(ResultUnclear),
	}
	// What becomes of the delivery, and of the task; "" means that the task stays as it is.
	type want struct {
		outcome Outcome
		reason  string
		status  Status
	}
	first := map[string]want{ // of a task without a result
		"running": {Applied, "", Generating},
		"success": {Applied, "", Saving},
		"same":    {Applied, "", Saving},
		"none":    {Applied, "", Unconfirmed},
		"bad":     {Applied, "", Unconfirmed},
		"failure": {Applied, "", Failed},
		"other":   {Applied, "", Failed},
		"4k":      {Applied, "", Saving},
		"unclear": {NotUnderstood, ReasonUnknownShape, Unconfirmed},
	}
	later := map[string]want{ // of one that has succeeded
		"running": {Repeated, ReasonStillRunning, ""},
		"success": {Conflicting, ReasonOtherURLs, ""},
		"same":    {Repeated, ReasonSameResult, ""},
		"none":    {Repeated, ReasonSameResult, ""},
		"bad":     {Conflicting, ReasonOtherURLs, ""},
		"failure": {Conflicting, ReasonLateFailure, ""},
		"other":   {Conflicting, ReasonLateFailure, ""},
		"4k":      {Applied, "", Saving},
		"unclear": {NotUnderstood, ReasonUnknownShape, ""},
	}
	exceptions := map[Status]map[string]want{
		Generating:  {"running": {Repeated, ReasonSameResult, ""}},
		Unconfirmed: {"running": {Repeated, ReasonStillRunning, ""}},
		Failed: {
			"running": {Repeated, ReasonStillRunning, ""},
			"failure": {Repeated, ReasonSameResult, ""},
			"other":   {Conflicting, ReasonOtherFailure, ""},
			"unclear": {NotUnderstood, ReasonUnknownShape, ""},
		},
	}
	for _, status := range Statuses() {
		for name, r := range reports {
			t.Run(fmt.Sprintf("%s then %s", status, name), func(t *testing.T) {
				t.Parallel()
				w := inStatus(t, status)
				expected := first[name]
				if w.task.Succeeded() {
					expected = later[name]
				}
				if e, ok := exceptions[status][name]; ok {
					expected = e
				}
				before := *w.task
				c := w.deliver(r)
				if c.Outcome != expected.outcome || c.Reason != expected.reason {
					t.Errorf("got %s (%s), want %s (%s)", c.Outcome, c.Reason, expected.outcome,
						expected.reason)
				}
				if c.Task.Deliveries != before.Deliveries+1 {
					t.Errorf("deliveries went from %d to %d", before.Deliveries, c.Task.Deliveries)
				}
				if expected.status != "" {
					checkStatus(t, w.task, expected.status)
					return
				}
				after := *w.task
				after.Deliveries, after.FirstDeliveryAt = before.Deliveries, before.FirstDeliveryAt
				if !reflect.DeepEqual(after, before) {
					t.Errorf("the task changed:\n%+v\n%+v", before, after)
				}
			})
		}
	}
}

func checkStatus(t *testing.T, got *Task, want Status) {
	t.Helper()
	if got.Status != want {
		t.Errorf("status %s, want %s", got.Status, want)
	}
	if (got.Category != "") != (got.Status == Failed) {
		t.Errorf("status %s has category %q", got.Status, got.Category)
	}
}

func TestFirstDeliveryMakesATask(t *testing.T) {
	t.Parallel()
	r := success("https://a/1")
	r.CompletedAt = time.Time{}
	c := Apply(nil, r, at(5), testRules())
	want := Task{Provider: "kie", Product: "veo3.1", TaskID: "t-1", Status: Saving, Code: 200,
		Message: "done", Fallback: FallbackUnknown, CrossChecked: CheckNo, FirstSeenAt: at(5),
		CompletedAt: at(5), FirstDeliveryAt: at(5), Deliveries: 1,
		ResultHash: fingerprint(r.Files)}
	if !reflect.DeepEqual(c.Task, want) {
		t.Errorf("got  %+v\nwant %+v", c.Task, want)
	}
	asset := []Asset{{Role: Video, State: Pending, SourceURL: "https://a/1",
		ExpiresAt: at(5).Add(lifetime)}}
	if !reflect.DeepEqual(c.Assets, asset) {
		t.Errorf("got  %+v\nwant %+v", c.Assets, asset)
	}
}

func TestUnknownLifetimeIsNoExpiry(t *testing.T) {
	t.Parallel()
	for name, rules := range map[string]Rules{
		"no rule": {},
		"zero":    {Lifetime: func(string, string) time.Duration { return 0 }},
	} {
		c := Apply(nil, success("https://a/1"), at(1), rules)
		if got := c.Assets[0].ExpiresAt; !got.IsZero() {
			t.Errorf("%s: expires at %s", name, got)
		}
	}
}

func TestExpiryIsCompletionPlusLifetime(t *testing.T) {
	t.Parallel()
	c := Apply(nil, success("https://a/1"), at(50), testRules())
	if got := c.Assets[0].ExpiresAt; !got.Equal(at(0).Add(lifetime)) {
		t.Errorf("expires at %s", got)
	}
}
