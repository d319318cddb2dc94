package task

import (
	"slices"
	"testing"
)

// kept makes the delivery of a minute of what was understood of it then, and of what is today.
func kept(minute int, outcome Outcome, reason string, r Report) Kept {
	return Kept{ID: int64(minute), ReceivedAt: at(minute), Outcome: outcome, Reason: reason,
		Code: r.Code, Report: r}
}

// unclearAt is what a delivery that was not understood made of a task.
func unclearAt(minute int) Task {
	c := Apply(nil, report(ResultUnclear), at(minute), testRules())
	return c.Task
}

func TestRebuild(t *testing.T) {
	t.Parallel()
	wait := unclearAt(1)
	saved := unclearAt(1)
	saved.Assets = []Asset{{Role: Video, State: SavedAsset, SourceURL: "https://fresh/1",
		Path: "2026-03/x.mp4", Failures: 3}}
	saved.Status = Saved
	useless := unclearAt(1)
	useless.Assets = []Asset{{Role: Video, State: FailedAsset, SourceURL: "ftp://a/1", Claim: 4}}
	failed := unclearAt(1)
	failed.Assets = []Asset{{Role: Video, State: FailedAsset, SourceURL: "https://x/1", Failures: 12}}
	failed.Status = NotSaved
	told := unclearAt(1)
	told.Prompt, told.ParentTaskID, told.RegisteredAt = "a boat", "t-0", at(0)
	told.Product, told.Labels = "veo3.1", []string{"shop"}
	forged := unclearAt(1)
	forged.CrossChecked = CheckDisagrees

	news := kept(1, NotUnderstood, ReasonUnknownShape, success("https://a/1"))
	for name, tt := range map[string]struct {
		task       *Task
		deliveries []Kept
		want       func(r Rebuilt) bool
	}{
		"what was not understood is applied": {&wait, []Kept{news}, func(r Rebuilt) bool {
			return r.Task.Status == Saving && len(r.Assets) == 1 && len(r.Outcomes) == 1 &&
				r.Outcomes[0].After == Applied && r.Outcomes[0].Reason == "" && r.Task.Key == wait.Key
		}},
		"what is not understood stays so": {&wait,
			[]Kept{kept(1, NotUnderstood, ReasonUnknownShape, report(ResultUnclear))},
			func(r Rebuilt) bool { return !r.Changed }},
		"a body under a captured signature never acts": {&wait, []Kept{
			kept(1, NotUnderstood, ReasonUnknownShape, report(ResultUnclear)),
			kept(2, Conflicting, ReasonSignatureReused, success("https://evil/1"))},
			func(r Rebuilt) bool {
				return len(r.Assets) == 0 && len(r.Outcomes) == 0 && r.Task.Status == Unconfirmed &&
					r.Task.Deliveries == 2
			}},
		"a saved file is kept as it is": {&saved, []Kept{news}, func(r Rebuilt) bool {
			return r.Task.Status == Saved && len(r.Assets) == 0 && len(r.Task.Assets) == 1 &&
				r.Task.Assets[0] == saved.Assets[0]
		}},
		"a link of no use gets a better one": {&useless, []Kept{news}, func(r Rebuilt) bool {
			return r.Task.Status == Saving && len(r.Assets) == 1 && r.Assets[0].Claim == 4 &&
				r.Assets[0].SourceURL == "https://a/1"
		}},
		"a file that was tried keeps its failures": {&failed, []Kept{news}, func(r Rebuilt) bool {
			return r.Task.Status == NotSaved && len(r.Assets) == 0
		}},
		"what an application told is kept": {&told, []Kept{news}, func(r Rebuilt) bool {
			return r.Task.Prompt == "a boat" && r.Task.ParentTaskID == "t-0" &&
				slices.Equal(r.Task.Labels, told.Labels) && r.Task.RegisteredAt.Equal(at(0)) &&
				r.Task.FirstSeenAt.Equal(at(1))
		}},
		"that the record disagreed stays said": {&forged, []Kept{news}, func(r Rebuilt) bool {
			return r.Task.CrossChecked == CheckDisagrees
		}},
		"the order decides": {&wait, []Kept{news,
			kept(2, Applied, "", failure("it broke")),
			kept(3, Repeated, ReasonSameResult, failure("it broke"))}, func(r Rebuilt) bool {
			return r.Task.Status == Saving && len(r.Outcomes) == 3 &&
				r.Outcomes[1].After == Conflicting && r.Outcomes[2].Reason == ReasonLateFailure
		}},
		"one refused makes a task": {nil,
			[]Kept{kept(4, Refused, ReasonNoTaskID, failure("it broke"))}, func(r Rebuilt) bool {
				return r.Changed && r.Task.Status == Failed && r.Task.FirstSeenAt.Equal(at(4)) &&
					r.Outcomes[0].Before == Refused && r.Outcomes[0].ReasonBefore == ReasonNoTaskID
			}},
		"one refused joins a task": {&wait, []Kept{
			kept(1, NotUnderstood, ReasonUnknownShape, report(ResultUnclear)),
			kept(4, Refused, ReasonNotJSON, success("https://a/1"))}, func(r Rebuilt) bool {
			return r.Task.Deliveries == 2 && r.Task.Status == Saving && len(r.Outcomes) == 1
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := History{Task: tt.task, Deliveries: tt.deliveries}
			if got := Rebuild(h, testRules()); !tt.want(got) {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// TestTheRecordIsMetAtItsTime has a record stand in for a callback that comes later.
func TestTheRecordIsMetAtItsTime(t *testing.T) {
	t.Parallel()
	w := unclearAt(1)
	record := Record{Report: success("https://a/1")}
	record.Report.Credits = 3
	c := Confirm(w, record, at(5), testRules())
	w = c.Task
	w.Assets, w.Deliveries = c.Assets, 2
	h := History{Task: &w, Record: &record, RecordAt: at(5), Deliveries: []Kept{
		kept(1, NotUnderstood, ReasonUnknownShape, report(ResultUnclear)),
		kept(9, Repeated, ReasonSameResult, success("https://a/1"))}}
	if got := Rebuild(h, testRules()); got.Changed {
		t.Errorf("%+v, %+v", Alterations(w, got.Task), got.Outcomes)
	}
	h.Deliveries[0].Report = success("https://a/1") // now it is the record that comes later
	got := Rebuild(h, testRules())
	if !got.Changed || len(got.Outcomes) != 1 || got.Task.CrossChecked != CheckConfirmed ||
		len(got.Assets) != 0 || got.Task.Credits != 3 {
		t.Errorf("%+v", got)
	}
}

func TestLeftAlone(t *testing.T) {
	t.Parallel()
	w := unclearAt(1)
	news := kept(1, NotUnderstood, ReasonUnknownShape, success("https://a/1"))
	other, gone := news, news
	other.Report.TaskID = "t-2"
	gone.Trouble = LeftSource
	refused := kept(2, Refused, ReasonNoTaskID, success("https://a/1"))
	twice := w
	twice.Deliveries = 2
	for want, h := range map[string]History{
		"":             {Task: &w, Deliveries: []Kept{news, refused}},
		LeftOtherTask:  {Task: &w, Deliveries: []Kept{other}},
		LeftSource:     {Task: &w, Deliveries: []Kept{gone}},
		LeftRecord:     {Task: &w, Deliveries: []Kept{news}, Trouble: LeftRecord},
		LeftIncomplete: {Task: &twice, Deliveries: []Kept{news, refused}},
	} {
		if got := h.LeftAlone(); got != want {
			t.Errorf("left alone for %q, want %q", got, want)
		}
	}
}

func TestStaysRefused(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]string{
		ReasonNoTaskID: "", ReasonNotJSON + ": line 3": "", ReasonNotObject: "",
		ReasonWrongType + ": data.taskId": "", ReasonTooLarge: StaysTooLarge,
		ReasonTokenMissing: StaysVouch, ReasonTokenWrong: StaysVouch,
		ReasonSignatureMissing: StaysVouch, ReasonSignatureWrong: StaysVouch,
		ReasonSignatureStale: StaysVouch, "anything else": StaysVouch, "": StaysVouch,
	} {
		if got := StaysRefused(reason); got != want {
			t.Errorf("%q: %q, want %q", reason, got, want)
		}
	}
}

// TestAFailureThatTheProviderTookBack is confirmed by a record, answered by a success that is
// held back, and overruled by the record asked for then: the same code makes the same of it.
func TestAFailureThatTheProviderTookBack(t *testing.T) {
	t.Parallel()
	rules := testRules()
	rules.Asks = true
	failure, done := report(ResultFailed), success("https://a/1")
	failure.Code, failure.Category = 500, Timeout
	first := Apply(nil, failure, at(1), rules)
	agreed := Confirm(first.Task, Record{Report: failure}, at(2), rules)
	held := Apply(&agreed.Task, done, at(3), rules)
	overruled := Confirm(held.Task, Record{Report: done}, at(4), rules)
	if held.Reason != ReasonAgainstRecord || overruled.Event != EventDisagrees {
		t.Fatalf("the history is another: %+v, %+v", held, overruled)
	}
	now := overruled.Task
	now.Assets = overruled.Assets
	got := Rebuild(History{Task: &now, Record: &Record{Report: done}, RecordAt: at(4),
		Deliveries: []Kept{kept(1, Applied, "", failure),
			kept(3, Conflicting, ReasonAgainstRecord, done)},
		Events: []Event{{At: at(2), Kind: EventConfirmed}, {At: at(4), Kind: EventDisagrees}},
	}, rules)
	if got.Changed || len(got.Outcomes) > 0 {
		t.Errorf("%+v, outcomes %+v", Alterations(now, got.Task), got.Outcomes)
	}
}
