package task

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// record makes a record of a report.
func record(r Report) Record { return Record{Report: r, Raw: []byte("{}")} }

// confirm lets a record act as the store does.
func (w *world) confirm(r Record) Confirmation {
	w.now++
	c := Confirm(*w.task, r, at(w.now), testRules())
	next := c.Task
	next.Assets = slices.Clone(next.Assets)
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

// outcomeOf prints what came of a confirmation.
func outcomeOf(w *world, c Confirmation) string {
	event := string(c.Event)
	if event == "" {
		event = "-"
	}
	return fmt.Sprintf("%s %s %s", w.task.Status, w.task.CrossChecked, event)
}

// TestConfirm is the table of every status against every record.
func TestConfirm(t *testing.T) {
	t.Parallel()
	same := success("https://a/1?signed=anew", "https://a/2#x")
	other := success("https://true/1", "https://true/2")
	want := map[Status]map[string]string{
		Waiting: {
			"running": "generating no -", "unclear": "waiting no -", "no links": "unconfirmed no -",
			"same": "saving confirmed repaired", "other": "saving confirmed repaired",
			"failed": "failed confirmed repaired"},
		Generating: {
			"running": "generating no -", "unclear": "generating no -",
			"no links": "unconfirmed no -", "same": "saving confirmed repaired",
			"other": "saving confirmed repaired", "failed": "failed confirmed repaired"},
		Unconfirmed: {
			"running": "unconfirmed no -", "unclear": "unconfirmed no -",
			"no links": "unconfirmed no -", "same": "saving confirmed repaired",
			"other": "saving confirmed repaired", "failed": "failed confirmed repaired"},
		Failed: {
			"running": "failed no -", "unclear": "failed no -", "no links": "failed no -",
			"same": "saving disagrees disagrees", "other": "saving disagrees disagrees",
			"failed": "failed confirmed confirmed"},
	}
	for _, s := range []Status{Saving, Saved, PartlySaved, NotSaved} {
		want[s] = map[string]string{
			"running": string(s) + " no -", "unclear": string(s) + " no -",
			"no links": string(s) + " confirmed confirmed",
			"same":     string(s) + " confirmed confirmed",
			"other":    "saving disagrees disagrees", "failed": "failed disagrees disagrees"}
	}
	// Links that died while they were saved live again where the record has signed them anew.
	want[PartlySaved]["same"] = "saving confirmed confirmed"
	want[Expired] = map[string]string{
		"running": "expired no -", "unclear": "expired no -",
		"no links": "expired confirmed confirmed", "same": "saving confirmed confirmed",
		"other": "saving disagrees disagrees", "failed": "failed disagrees disagrees"}
	records := map[string]Report{"running": report(ResultRunning), "unclear": report(ResultUnclear),
		"no links": success(), "same": same, "other": other, "failed": failure("no luck")}
	for _, status := range Statuses() {
		for name, r := range records {
			w := inStatus(t, status)
			if got := outcomeOf(w, w.confirm(record(r))); got != want[status][name] {
				t.Errorf("%s, %s record: %s, want %s", status, name, got, want[status][name])
			}
		}
	}
}

func TestARecordFillsGapsAndKnowsTimesAndCosts(t *testing.T) {
	t.Parallel()
	r := success("https://a/1", "https://a/2")
	r.Prompt, r.Model, r.ParentTaskID, r.Resolution = "theirs", "veo3_fast", "p-1", "1080p"
	r.Fallback, r.CreatedAt, r.CompletedAt = FallbackYes, at(1), at(2)
	w := inStatus(t, Saving)
	w.task.Prompt = "ours"
	w.task.CreatedAt = at(3)
	r.Credits = 12.5
	w.confirm(Record{Report: r})
	got := w.task
	if got.Prompt != "ours" || got.Model != "veo3_fast" || got.ParentTaskID != "p-1" ||
		got.Resolution != "1080p" || got.Fallback != FallbackYes || got.Credits != 12.5 ||
		!got.CreatedAt.Equal(at(1)) || !got.CompletedAt.Equal(at(2)) || got.Message != "done" {
		t.Errorf("%+v", got)
	}
	w.confirm(record(success())) // one that is silent takes nothing away
	if w.task.Credits != 12.5 || !w.task.CompletedAt.Equal(at(0)) || w.task.Model == "" {
		t.Errorf("after a silent one %+v", w.task)
	}
	extend := report(ResultRunning)
	extend.Product = "runway-extend"
	w.task.Product = "runway"
	if w.confirm(record(extend)); w.task.Product != "runway-extend" {
		t.Errorf("the product is %s", w.task.Product)
	}
}

func TestTheRecordsLinksWin(t *testing.T) {
	t.Parallel()
	w := inStatus(t, Saving)
	safe := &w.task.Assets[0]
	safe.State, safe.Path, safe.Bytes, safe.SHA256, safe.Claim = SavedAsset, "a/b", 9, "aa", 3
	w.task.Assets[1].State = SavingAsset
	w.deliver(upscale("https://a/4k"))
	c := w.confirm(record(success("https://true/1", "https://true/2")))
	if c.Event != EventDisagrees || c.Detail != DiffersLinks || len(c.Assets) != 2 {
		t.Fatalf("%+v", c)
	}
	first, second := c.Assets[0], c.Assets[1]
	if first.State != Pending || first.Path != "" || first.Bytes != 0 || first.SHA256 != "" ||
		first.SourceURL != "https://true/1" || first.Claim != 3 || !first.NextTryAt.IsZero() {
		t.Errorf("saved before: %+v", first)
	}
	if second.State != Pending || !second.NextTryAt.After(at(w.now)) {
		t.Errorf("fetched right now: %+v", second)
	}
	// The true callback, late, is no contradiction, and the forged one stays one.
	late := w.deliver(success("https://true/1?sig=1", "https://true/2?sig=2"))
	forged := w.deliver(success("https://a/1", "https://a/2"))
	if late.Outcome != Repeated || forged.Outcome != Conflicting {
		t.Errorf("the true one is %s, the forged one %s", late.Outcome, forged.Outcome)
	}
}

func TestAFileThatTheRecordDoesNotHave(t *testing.T) {
	t.Parallel()
	w := inStatus(t, Saving)
	c := w.confirm(record(success("https://a/1")))
	if a := w.task.Assets[1]; c.Event != EventDisagrees || a.State != FailedAsset ||
		a.Error != ErrorNotOnRecord {
		t.Errorf("%s, asset %+v", c.Event, a)
	}
	if w.task.Assets[0].State != Pending {
		t.Errorf("the other asset %+v", w.task.Assets[0])
	}
}

func TestARecordedFailureEndsTheSaving(t *testing.T) {
	t.Parallel()
	w := inStatus(t, Saving)
	w.task.Assets[0].State, w.task.Assets[0].Path = SavedAsset, "a/b"
	w.deliver(upscale("https://a/4k"))
	w.confirm(record(failure("no luck")))
	if w.task.Status != Failed || w.task.Category != GenerationFailed ||
		w.task.Message != "no luck" {
		t.Errorf("task %+v", w.task)
	}
	states := ""
	for _, a := range w.task.Assets {
		states += fmt.Sprintf("%s %s %s; ", a.Role, a.State, a.Error)
	}
	want := "video saved ; video failed " + ErrorRecordFailed + "; upscale pending ; "
	if !strings.HasPrefix(states, want) {
		t.Errorf("assets: %s", states)
	}
	// Should the provider think better of it, the same links are worth another attempt.
	w.confirm(record(success("https://a/1", "https://a/2")))
	if w.task.Status != Saving || w.task.Assets[1].State != Pending || w.task.Category != "" {
		t.Errorf("after a success %+v", w.task)
	}
}

func TestAnUpscaleAfterARecordedFailure(t *testing.T) {
	t.Parallel()
	w := inStatus(t, Saving)
	w.confirm(record(failure("no luck")))
	w.deliver(upscale("https://a/4k")) // by a program that cannot ask any more
	if w.task.Status != Saving || w.task.Category != "" {
		t.Errorf("%s, category %q", w.task.Status, w.task.Category)
	}
}

func TestARecordWithoutATimeOfCompletion(t *testing.T) {
	t.Parallel()
	w := inStatus(t, Waiting)
	r := success("https://a/1")
	r.CompletedAt = time.Time{}
	w.confirm(record(r))
	now := at(w.now)
	if a := w.task.Assets[0]; !a.ExpiresAt.Equal(now.Add(lifetime)) ||
		!w.task.CompletedAt.Equal(now) {
		t.Errorf("completed %s, the link dies %s", w.task.CompletedAt, a.ExpiresAt)
	}
}

func TestALateCallbackOfARepairedTask(t *testing.T) {
	t.Parallel()
	w := inStatus(t, Waiting)
	w.confirm(record(success("https://a/1?sig=1")))
	if c := w.deliver(success("https://a/1?sig=2")); c.Outcome != Repeated {
		t.Errorf("it is %s", c.Outcome)
	}
	if w.task.Status != Saving || w.task.CrossChecked != CheckConfirmed ||
		w.task.Assets[0].SourceURL != "https://a/1?sig=1" {
		t.Errorf("task %+v", w.task)
	}
}

func TestASuccessAgainstARecordedFailure(t *testing.T) {
	t.Parallel()
	for asks, want := range map[bool]string{true: "conflicting against_record failed",
		false: "applied  saving"} {
		w := inStatus(t, Failed)
		w.confirm(record(failure("it broke")))
		rules := testRules()
		rules.Asks = asks
		c := Apply(w.task, success("https://a/1"), at(9), rules)
		if got := fmt.Sprintf("%s %s %s", c.Outcome, c.Reason, c.Task.Status); got != want {
			t.Errorf("asks %v: %s, want %s", asks, got, want)
		}
		if c.Outcome == Applied && c.Task.CrossChecked != CheckNo {
			t.Errorf("what was applied is %s", c.Task.CrossChecked)
		}
	}
}

func TestARecordOfAnUpscale(t *testing.T) {
	t.Parallel()
	w := inStatus(t, Saved)
	if c := w.confirm(record(upscale("https://a/4k"))); c.Event != EventRepaired ||
		w.task.Status != Saving || find(w.task.Assets, ReportFile{Role: Upscale}) == nil {
		t.Errorf("%s: %+v", c.Event, w.task)
	}
	if c := w.confirm(record(upscale("https://a/4k"))); c.Event != "" || len(c.Assets) != 0 {
		t.Errorf("again: %+v", c)
	}
}

// TestConfirmingTwiceIsConfirmingOnce tries tasks with any history against any record.
func TestConfirmingTwiceIsConfirmingOnce(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		w := inStatus(t, Statuses()[rng.IntN(len(Statuses()))])
		for range rng.IntN(3) {
			w.deliver(anyReport(rng))
		}
		for range rng.IntN(2) {
			w.confirm(record(anyReport(rng)))
		}
		r := record(anyReport(rng))
		before, asGiven := *w.task, slices.Clone(w.task.Assets)
		once := Confirm(*w.task, r, at(50), testRules())
		if !reflect.DeepEqual(*w.task, before) || !slices.Equal(w.task.Assets, asGiven) {
			t.Fatalf("the task was changed: %+v", w.task)
		}
		w.confirm(r)
		first := *w.task
		again := w.confirm(r)
		if again.Event != "" || len(again.Assets) != 0 || !reflect.DeepEqual(*w.task, first) {
			t.Fatalf("%+v\nfirst %+v\nthen  %+v\nasset %+v\nevent %q", r.Report, first, *w.task,
				again.Assets, again.Event)
		}
		if once.Event == EventRepaired && before.ResultHash != 0 &&
			!upgrades(r.Report.Files) {
			t.Fatalf("repaired though something was delivered: %+v", before)
		}
		if s := w.task.Status; s == Saving != (DeriveStatus(w.task.Assets) == Saving) &&
			s != Failed {
			t.Fatalf("%s with assets %+v", s, w.task.Assets)
		}
	}
}

func anyReport(rng *rand.Rand) Report {
	links := []string{"https://a/1", "https://a/2", "https://b/1?x", "ftp://c", "https://a/1?y"}
	rng.Shuffle(len(links), func(i, j int) { links[i], links[j] = links[j], links[i] })
	switch rng.IntN(6) {
	case 0:
		return report(ResultRunning)
	case 1:
		return report(ResultUnclear)
	case 2:
		return failure("it broke")
	case 3:
		return upscale(links[:1]...)
	}
	return success(links[:rng.IntN(3)]...)
}
