package store

import (
	"errors"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

func anyAsset(task.Asset) bool { return true }

func TestFinishSavesFactsStatusAndEvent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1", "https://a/2")
	c := b.claim()
	a := c.Asset
	a.State, a.Path, a.Bytes = task.SavedAsset, "2026-03/one.mp4", 1234
	a.SHA256, a.ContentType, a.Width, a.Height = "ab", "video/mp4", 1920, 1080
	a.Duration = 8*time.Second + 40*time.Microsecond
	e := task.Event{At: b.clock.Now(), Kind: task.EventAssetSaved, Detail: "1234", Role: a.Role}
	if err := b.FinishAsset(b.ctx, a, e, c.Attempt); err != nil {
		t.Fatal(err)
	}
	got := b.find("t-1")
	if got.Assets[0] != a {
		t.Errorf("got  %+v\nwant %+v", got.Assets[0], a)
	}
	if got.Status != task.Saving {
		t.Errorf("with one asset open the status is %s", got.Status)
	}
	if err := b.finish(b.claim(), task.ExpiredAsset); err != nil {
		t.Fatal(err)
	}
	if got := b.find("t-1").Status; got != task.PartlySaved {
		t.Errorf("with none open the status is %s", got)
	}
	if o, err := b.Overview(b.ctx, b.clock.Now()); err != nil || o.Saved != 1 || o.Open != 0 {
		t.Errorf("overview %+v, %v", o, err)
	}
	b.checkCounts()
	found, err := b.FindMedia(b.ctx, "2026-03/one.mp4")
	if err != nil || found != a {
		t.Errorf("found %+v, %v", found, err)
	}
}

func TestFindMediaThatIsNotThere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1")
	for _, path := range []string{"", "nope.mp4"} {
		if _, err := b.FindMedia(b.ctx, path); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", path, err)
		}
	}
}

func TestFinishKeepsALinkThatWasRenewedMeanwhile(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1")
	c := b.claim()
	if err := b.write.Exec("UPDATE assets SET source_url = 'https://fresh/1'").Error; err != nil {
		t.Fatal(err)
	}
	if err := b.finish(c, task.FailedAsset); err != nil {
		t.Fatal(err)
	}
	if got := b.find("t-1").Assets[0].SourceURL; got != "https://fresh/1" {
		t.Errorf("the link is %s again", got)
	}
}

func TestFinishThatBreaksARuleChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1")
	c := b.claim()
	c.Asset.State = task.SavedAsset // without a path
	err := b.FinishAsset(b.ctx, c.Asset, task.Event{At: b.clock.Now(), Kind: task.EventAssetSaved},
		c.Attempt)
	if err == nil {
		t.Error("it was stored")
	}
	if got := b.find("t-1"); got.Assets[0].State != task.SavingAsset || b.rows("events") != 0 {
		t.Errorf("task %+v", got)
	}
	if o, _ := b.Overview(b.ctx, b.clock.Now()); o.Saved != 0 {
		t.Errorf("%d count as saved", o.Saved)
	}
}

func TestRetryMakesUnsavedAssetsDue(t *testing.T) {
	t.Parallel()
	b := setup(t)
	key := b.succeed("t-1", "https://a/0", "https://a/1", "https://a/2", "https://a/3",
		"https://a/4").Key
	for _, state := range []task.AssetState{task.SavedAsset, task.FailedAsset, task.ExpiredAsset} {
		if err := b.finish(b.claim(), state); err != nil {
			t.Fatal(err)
		}
	}
	c := b.claim() // stays in hand
	waits := b.claim()
	waits.Asset = task.AfterFailure(waits.Asset, task.Failure{Reason: "cut"}, b.clock.Now(), 0)
	if err := b.finish(waits, task.Pending); err != nil {
		t.Fatal(err)
	}
	n, err := b.RetryAssets(b.ctx, key, anyAsset)
	if n != 3 || err != nil {
		t.Fatalf("%d were retried, %v", n, err)
	}
	want := []task.AssetState{task.SavedAsset, task.Pending, task.Pending, task.SavingAsset,
		task.Pending}
	for i, a := range b.find("t-1").Assets {
		waits := a.Failures != 0 || !a.NextTryAt.IsZero()
		if a.State != want[i] || a.State == task.Pending && waits {
			t.Errorf("asset %d: %+v", i, a)
		}
	}
	for range 3 {
		b.claim()
	}
	if err := b.finish(c, task.SavedAsset); err != nil {
		t.Errorf("the one in hand lost its claim: %v", err)
	}
	b.checkCounts()
}

func TestRetryOfTheChosenOne(t *testing.T) {
	t.Parallel()
	b := setup(t)
	key := b.succeed("t-1", "https://a/0", "https://a/1").Key
	for range 2 {
		if err := b.finish(b.claim(), task.FailedAsset); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.find("t-1").Status; got != task.NotSaved {
		t.Fatalf("status %s", got)
	}
	n, err := b.RetryAssets(b.ctx, key, func(a task.Asset) bool { return a.Index == 1 })
	if n != 1 || err != nil {
		t.Fatalf("%d were retried, %v", n, err)
	}
	got := b.find("t-1")
	if got.Status != task.Saving || got.Assets[0].State != task.FailedAsset ||
		got.Assets[1].State != task.Pending {
		t.Errorf("task %+v", got)
	}
	b.checkCounts()
	events, err := b.TaskEvents(b.ctx, key)
	if err != nil {
		t.Fatal(err)
	}
	if last := events[len(events)-1]; last.Kind != task.EventRetry || last.Index != 1 ||
		last.Role != task.Video {
		t.Errorf("the last event is %+v", last)
	}
}

func TestRetryOfNothingLeavesTheTaskAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	unconfirmed := b.succeed("t-1", "ftp://a/1")
	failed := b.incoming("t-2", task.ResultFailed)
	b.commit(failed)
	for _, tk := range []task.Task{unconfirmed, b.find("t-2")} {
		n, err := b.RetryAssets(b.ctx, tk.Key, func(task.Asset) bool { return false })
		if n != 0 || err != nil {
			t.Errorf("%s: %d, %v", tk.TaskID, n, err)
		}
		if got := b.find(tk.TaskID); got.Status != tk.Status {
			t.Errorf("%s was %s and is %s", tk.TaskID, tk.Status, got.Status)
		}
	}
	if b.rows("events") != 0 {
		t.Error("there is an event")
	}
}

func TestAssetsComeInOrderOfRoleThenIndex(t *testing.T) {
	t.Parallel()
	b := setup(t)
	in := b.incoming("t-1", task.ResultSucceeded)
	for _, f := range []task.ReportFile{{Role: task.Cover}, {Role: task.Original, Index: 1},
		{Role: task.Video, Index: 10}, {Role: task.Video, Index: 2}, {Role: task.Original}} {
		f.URL = "https://a"
		in.Report.Files = append(in.Report.Files, f)
	}
	b.commit(in)
	want := []task.Asset{{Role: task.Video, Index: 2}, {Role: task.Video, Index: 10},
		{Role: task.Original}, {Role: task.Original, Index: 1}, {Role: task.Cover}}
	for i, a := range b.find("t-1").Assets {
		if a.Role != want[i].Role || a.Index != want[i].Index {
			t.Errorf("at %d is %s %d", i, a.Role, a.Index)
		}
	}
}
