package store

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

func TestCommitStoresDeliveryTaskAndAssets(t *testing.T) {
	t.Parallel()
	b := setup(t)
	in := b.incoming("t-1", task.ResultSucceeded, "https://a/1", "ftp://a/2")
	in.Report.Prompt, in.Report.Fallback = "一只猫", task.FallbackYes
	out := b.commit(in)[0]
	if out.ID != 1 || out.Outcome != task.Applied || !out.Work {
		t.Errorf("came out as %+v", out)
	}
	got := b.find("t-1")
	if got.Status != task.Saving || got.Prompt != "一只猫" || got.Fallback != task.FallbackYes ||
		got.Deliveries != 1 || len(got.Assets) != 2 {
		t.Errorf("task %+v", got)
	}
	if a := got.Assets[1]; a.State != task.FailedAsset || a.Error == "" {
		t.Errorf("unusable asset %+v", a)
	}
	d, err := b.FindDelivery(b.ctx, out.ID)
	if err != nil {
		t.Fatal(err)
	}
	if string(d.Body) != "{}" || len(d.Headers) != 1 || d.TaskID != "t-1" || d.Provider != "kie" ||
		d.Code != 200 || d.RemoteAddr != "192.0.2.1" {
		t.Errorf("delivery %+v", d)
	}
	b.checkCounts()
}

func TestCommitWithoutWorkSaysSo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, in := range []Incoming{b.incoming("t-1", task.ResultFailed),
		b.incoming("t-2", task.ResultSucceeded, "ftp://a/1"),
		b.incoming("t-3", task.ResultUnclear)} {
		if out := b.commit(in)[0]; out.Work {
			t.Errorf("%s: %+v", in.Report.TaskID, out)
		}
	}
}

func TestCommitIsAllOrNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-0", "https://a/0")
	bad := b.incoming("t-bad", task.ResultSucceeded, "https://a/1")
	bad.Report.Fallback = "perhaps" // what the schema does not allow
	_, err := b.CommitDeliveries(b.ctx, []Incoming{
		b.incoming("t-1", task.ResultSucceeded, "https://a/1"),
		b.incoming("t-0", task.ResultSucceeded, "https://b/0"), bad,
		b.incoming("t-2", task.ResultFailed)})
	if err == nil || !strings.Contains(err.Error(), "commit 4 deliveries") {
		t.Fatalf("it was stored: %v", err)
	}
	if b.rows("tasks") != 1 || b.rows("assets") != 1 || b.rows("deliveries") != 1 ||
		b.rows("delivery_bodies") != 1 {
		t.Error("a part of it was stored")
	}
	if got := b.find("t-0"); got.Deliveries != 1 {
		t.Errorf("a task was changed: %+v", got)
	}
	b.checkCounts()
	b.commit(b.incoming("t-1", task.ResultSucceeded, "https://a/1"))
	b.checkCounts()
}

func TestSeveralDeliveriesOfOneTaskInOneBatch(t *testing.T) {
	t.Parallel()
	b := setup(t)
	out := b.commit(b.incoming("t-1", task.ResultRunning),
		b.incoming("t-1", task.ResultFailed), b.incoming("t-2", task.ResultSucceeded, "ftp://b"),
		b.incoming("t-1", task.ResultSucceeded, "https://a/1"),
		b.incoming("t-2", task.ResultSucceeded, "https://b/1"),
		b.incoming("t-1", task.ResultSucceeded, "https://a/1"),
		b.incoming("t-1", task.ResultSucceeded, "https://other"))
	want := []task.Outcome{task.Applied, task.Applied, task.Applied, task.Applied, task.Applied,
		task.Repeated, task.Conflicting}
	for i, c := range out {
		if c.ID != int64(i+1) || c.Outcome != want[i] {
			t.Errorf("delivery %d is %d and %s, want %s", i+1, c.ID, c.Outcome, want[i])
		}
	}
	if got := b.find("t-1"); got.Status != task.Saving || got.Deliveries != 5 ||
		len(got.Assets) != 1 {
		t.Errorf("t-1 %+v", got)
	}
	got := b.find("t-2")
	if len(got.Assets) != 1 || got.Assets[0].SourceURL != "https://b/1" ||
		got.Assets[0].Error != "" {
		t.Errorf("t-2 %+v", got)
	}
	if b.rows("tasks") != 2 || b.rows("deliveries") != 7 {
		t.Errorf("%d tasks, %d deliveries", b.rows("tasks"), b.rows("deliveries"))
	}
	b.checkCounts()
}

func TestRepeatsAcrossBatchesAreCounted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 5 {
		out := b.commit(b.incoming("t-1", task.ResultSucceeded, "https://a/1"),
			b.incoming("t-1", task.ResultSucceeded, "https://a/1"))
		if i > 0 && out[0].Outcome != task.Repeated || out[1].Outcome != task.Repeated {
			t.Errorf("round %d: %+v", i, out)
		}
	}
	if got := b.find("t-1"); got.Deliveries != 10 || len(got.Assets) != 1 {
		t.Errorf("task %+v", got)
	}
	b.checkCounts()
}

func TestTheSameIdAtAnotherProviderIsAnotherTask(t *testing.T) {
	t.Parallel()
	b := setup(t)
	other := b.incoming("t-1", task.ResultFailed)
	other.Report.Provider = "fal"
	b.commit(b.incoming("t-1", task.ResultSucceeded, "https://a/1"), other)
	b.commit(other)
	if got := b.find("t-1"); got.Deliveries != 1 || got.Status != task.Saving {
		t.Errorf("kie's: %+v", got)
	}
	if got, err := b.FindTask(b.ctx, "fal", "t-1"); err != nil || got.Deliveries != 2 {
		t.Errorf("fal's: %+v, %v", got, err)
	}
}

func TestUpscaleArrivingFirstAndLast(t *testing.T) {
	t.Parallel()
	b := setup(t)
	up := b.incoming("t-1", task.ResultSucceeded)
	up.Report.Files = []task.ReportFile{{Role: task.Upscale, URL: "https://a/4k"}}
	b.commit(up)
	if err := b.finish(b.claim(), task.SavedAsset); err != nil {
		t.Fatal(err)
	}
	own := b.incoming("t-1", task.ResultSucceeded, "https://a/1")
	if out := b.commit(own, up, own); out[0].Outcome != task.Applied ||
		out[1].Outcome != task.Repeated || out[2].Outcome != task.Repeated {
		t.Errorf("came out as %+v", out)
	}
	got := b.find("t-1")
	if len(got.Assets) != 2 || got.Status != task.Saving || got.Assets[0].Role != task.Video ||
		got.Assets[1].State != task.SavedAsset {
		t.Errorf("task %+v", got)
	}
	b.checkCounts()
}

func TestBetterLinkTakesTheClaimAway(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tk := b.succeed("t-1", "ftp://a/1")
	// Somebody has tried it by hand.
	if n, err := b.RetryAssets(b.ctx, tk.Key, anyAsset); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	c := b.claim()
	if err := b.write.Exec("UPDATE assets SET state = 'failed'").Error; err != nil {
		t.Fatal(err)
	}
	b.commit(b.incoming("t-1", task.ResultSucceeded, "https://a/1"))
	if err := b.finish(c, task.SavedAsset); err != ErrClaimLost {
		t.Errorf("the old holder could finish: %v", err)
	}
	if got := b.claim(); got.Asset.SourceURL != "https://a/1" || got.Asset.Claim != 3 {
		t.Errorf("claimed %+v", got.Asset)
	}
}

func TestTwentyAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var all sync.WaitGroup
	applied := make([]int, 20)
	for i := range applied {
		batch := []Incoming{b.incoming("t-shared", task.ResultSucceeded, "https://a/1"),
			b.incoming(fmt.Sprintf("t-%d", i), task.ResultFailed),
			b.incoming("t-shared", task.ResultSucceeded, "https://a/1")}
		all.Go(func() {
			out, err := b.CommitDeliveries(b.ctx, batch)
			if err != nil {
				t.Error(err)
				return
			}
			for _, c := range out {
				if c.Outcome == task.Applied {
					applied[i]++
				}
			}
		})
	}
	all.Wait()
	sum := 0
	for _, n := range applied {
		sum += n
	}
	if sum != 21 || b.find("t-shared").Deliveries != 40 || b.rows("tasks") != 21 ||
		b.rows("deliveries") != 60 {
		t.Errorf("%d were applied, %d deliveries", sum, b.rows("deliveries"))
	}
	b.checkCounts()
}

func TestFullBatchWithManyFiles(t *testing.T) {
	t.Parallel()
	b := setup(t)
	links := make([]string, 8)
	for i := range links {
		links[i] = fmt.Sprintf("https://a/%d", i)
	}
	batch := make([]Incoming, 256)
	for i := range batch {
		batch[i] = b.incoming(fmt.Sprintf("t-%d", i), task.ResultSucceeded, links...)
	}
	b.commit(batch...)
	if b.rows("assets") != 256*8 {
		t.Errorf("%d assets", b.rows("assets"))
	}
	b.checkCounts()
}
