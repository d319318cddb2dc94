package task

import "testing"

func roles(assets []Asset) map[Role]string {
	links := make(map[Role]string)
	for _, a := range assets {
		links[a.Role] += a.SourceURL + ";"
	}
	return links
}

func TestUpscaleAddsToAFinishedTask(t *testing.T) {
	t.Parallel()
	w := inStatus(t, Saved)
	w.now = 100
	r := upscale("https://a/4k")
	r.CompletedAt = at(90)
	c := w.deliver(r)
	if c.Outcome != Applied || len(c.Assets) != 2 {
		t.Fatalf("%s with %d assets", c.Outcome, len(c.Assets))
	}
	checkStatus(t, w.task, Saving)
	got := roles(w.task.Assets)
	if got[Upscale] != "https://a/4k;" || got[Cover] != "https://a/4k.png;" ||
		got[Video] != "https://a/1;https://a/2;" {
		t.Errorf("assets %v", got)
	}
	if w.task.Message != "done" || !w.task.CompletedAt.Equal(at(0)) {
		t.Errorf("the upscale's words stand for the task's: %+v", w.task)
	}
	for _, a := range c.Assets {
		if !a.ExpiresAt.Equal(at(90).Add(lifetime)) {
			t.Errorf("%s expires at %s, not two weeks after it was made", a.Role, a.ExpiresAt)
		}
	}
	w.finish(SavedAsset)
	checkStatus(t, w.task, Saved)
}

func TestUpscaleLeavesTheTasksCoverAlone(t *testing.T) {
	t.Parallel()
	w := &world{}
	r := success("https://a/1")
	r.Files = append(r.Files, ReportFile{Role: Cover, URL: "https://a/cover"})
	w.deliver(r)
	w.deliver(upscale("https://a/4k"))
	if got := roles(w.task.Assets)[Cover]; got != "https://a/cover;" {
		t.Errorf("covers %q", got)
	}
}

func TestUpscaleOfAnUnknownTaskDoesNotStandForItsResult(t *testing.T) {
	t.Parallel()
	w := &world{}
	r := upscale("https://a/4k")
	r.Resolution = "4k"
	w.deliver(r)
	checkStatus(t, w.task, Saving)
	if w.task.ResultHash != 0 || w.task.Resolution != "" {
		t.Errorf("the upscale passes for the task's own result: %+v", w.task)
	}
	w.finish(SavedAsset)
	checkStatus(t, w.task, Saved)

	own := success("https://a/1", "https://a/2")
	own.Resolution = "1080p"
	if c := w.deliver(own); c.Outcome != Applied || len(c.Assets) != 2 {
		t.Fatalf("the task's own success is %s (%s) with %d assets", c.Outcome, c.Reason,
			len(c.Assets))
	}
	checkStatus(t, w.task, Saving)
	if w.task.Message != "done" || w.task.Resolution != "1080p" {
		t.Errorf("the upscale's words outlive the task's own success: %+v", w.task)
	}
	for _, a := range w.task.Assets {
		if wasSaved := a.Role == Upscale || a.Role == Cover; wasSaved != (a.State == SavedAsset) {
			t.Errorf("%s %d is %s", a.Role, a.Index, a.State)
		}
	}
	if c := w.deliver(own); c.Outcome != Repeated {
		t.Errorf("its repetition is %s", c.Outcome)
	}
}

func TestUpscaleIsJudgedByItsOwnLinks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		second  Report
		outcome Outcome
		reason  string
		added   int
	}{
		"the same":         {upscale("https://a/4k"), Repeated, ReasonSameResult, 0},
		"another link":     {upscale("https://b/4k"), Conflicting, ReasonOtherURLs, 0},
		"one more":         {upscale("https://a/4k", "https://a/4k2"), Applied, "", 2},
		"other and one":    {upscale("https://b/4k", "https://a/4k2"), Applied, "", 2},
		"a failure":        {failure("no 4K"), Conflicting, ReasonLateFailure, 0},
		"still processing": {report(ResultRunning), Repeated, ReasonStillRunning, 0},
	} {
		w := inStatus(t, Saved)
		w.deliver(upscale("https://a/4k"))
		c := w.deliver(test.second)
		if c.Outcome != test.outcome || c.Reason != test.reason || len(c.Assets) != test.added {
			t.Errorf("%s: got %s (%s) with %d assets", name, c.Outcome, c.Reason, len(c.Assets))
		}
		if got := find(w.task.Assets, ReportFile{Role: Upscale}).SourceURL; got != "https://a/4k" {
			t.Errorf("%s: the first upscale's link became %s", name, got)
		}
	}
}

func TestUpscaleWithAnUnusableLink(t *testing.T) {
	t.Parallel()
	for status, want := range map[Status]Status{
		Waiting: Unconfirmed, Failed: Unconfirmed, Saving: Saving, Saved: PartlySaved,
	} {
		w := inStatus(t, status)
		r := upscale("ftp://a/4k")
		if c := w.deliver(r); c.Outcome != Applied {
			t.Errorf("%s: %s", status, c.Outcome)
		}
		checkStatus(t, w.task, want)
		if c := w.deliver(r); c.Outcome != Repeated || len(c.Assets) != 0 {
			t.Errorf("%s: once more it is %s", status, c.Outcome)
		}
		if c := w.deliver(upscale("https://a/4k")); c.Outcome != Applied {
			t.Errorf("%s: a usable one after it is %s", status, c.Outcome)
		}
		checkStatus(t, w.task, Saving)
	}
}

func TestUpscaleWithAnotherCoverIsRepeated(t *testing.T) {
	t.Parallel()
	w := inStatus(t, Saved)
	w.deliver(upscale("https://a/4k"))
	again := upscale("https://a/4k")
	again.Files[1].URL = "https://b/cover"
	if c := w.deliver(again); c.Outcome != Repeated {
		t.Errorf("it is %s (%s)", c.Outcome, c.Reason)
	}
}

func TestUpscaleLeavesTheWordsOfAnEmptySuccess(t *testing.T) {
	t.Parallel()
	w := &world{}
	w.deliver(success())
	w.deliver(upscale("https://a/4k"))
	checkStatus(t, w.task, Saving)
	if w.task.Message != "done" {
		t.Errorf("message %q", w.task.Message)
	}
}
