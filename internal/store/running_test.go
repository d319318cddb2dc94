package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// tooMuch commits a failure of a product and returns when it came.
func (b *bundle) tooMuch(id, product string, category task.Category) time.Time {
	b.t.Helper()
	b.clock.add(time.Minute)
	in := b.incoming(id, task.ResultFailed)
	in.Report.Product, in.Report.Category, in.Report.Message = product, category, "of "+id
	b.commit(in)
	return b.find(id).CompletedAt
}

func TestListRunning(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if got, err := b.ListRunning(b.ctx); err != nil || len(got) != 0 {
		t.Fatalf("of nothing: %+v, %v", got, err)
	}
	for i, product := range []string{"veo3.1", "veo3.1", "runway", "aleph"} {
		r := registration(fmt.Sprintf("wait-%d", i))
		r.Product = product
		if _, _, err := b.Register(b.ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	b.commit(b.incoming("wait-1", task.ResultRunning))
	b.tooMuch("wait-3", "aleph", task.NSFW) // ends, and is no refusal
	b.tooMuch("old", "veo3.1", task.ConcurrencyLimit)
	latest := b.tooMuch("new", "veo3.1", task.RateLimited)
	only := b.tooMuch("luma-1", "luma", task.ConcurrencyLimit)
	want := []task.Running{
		{Product: "luma", Refusal: task.Refusal{Provider: "kie", TaskID: "luma-1",
			Category: task.ConcurrencyLimit, Message: "of luma-1", At: only}},
		{Product: "runway", Waiting: 1},
		{Product: "veo3.1", Waiting: 1, Generating: 1, Refusal: task.Refusal{Provider: "kie",
			TaskID: "new", Category: task.RateLimited, Message: "of new", At: latest}},
	}
	got, err := b.ListRunning(b.ctx)
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v\n%+v\nwant\n%+v", err, got, want)
	}
	// A task that was known for long may be refused last.
	last := b.tooMuch("wait-0", "veo3.1", task.ConcurrencyLimit)
	got, err = b.ListRunning(b.ctx)
	if err != nil || got[2].Refusal.TaskID != "wait-0" || !got[2].Refusal.At.Equal(last) ||
		got[2].Waiting != 0 || got[2].All() != 1 {
		t.Errorf("%v, %+v", err, got)
	}
}

func TestARefusalBehindManyOthersIsNotLookedFor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.tooMuch("runway-1", "runway", task.ConcurrencyLimit)
	for i := range refusalRows {
		b.tooMuch(fmt.Sprintf("veo-%d", i), "veo3.1", task.ConcurrencyLimit)
	}
	got, err := b.ListRunning(b.ctx)
	if err != nil || len(got) != 1 || got[0].Refusal.TaskID != fmt.Sprintf("veo-%d", refusalRows-1) {
		t.Errorf("%v, %+v", err, got)
	}
}

func TestPlanOfRunning(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.library()
	plan := b.plans("running", func() error { _, err := b.ListRunning(b.ctx); return err })
	checkPlan(t, "running", plan, "SEARCH task_counts USING PRIMARY KEY (status=?)", "")
	checkPlan(t, "refusals", plan, "SEARCH tasks USING INDEX tasks_by_category (category=?)", "")
}
