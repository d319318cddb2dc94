package store

import (
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

func TestAppliedDeliveriesAreThoseThatMadeTheTask(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.commit(b.incoming("t-1", task.ResultRunning))
	b.commit(b.incoming("t-1", task.ResultFailed))
	b.commit(b.incoming("t-1", task.ResultFailed)) // repeated
	b.succeed("t-1", "https://a/1")
	b.succeed("t-2", "https://a/2")
	key := b.find("t-1").Key
	got, err := b.AppliedDeliveries(b.ctx, key, 10)
	if err != nil || len(got) != 3 {
		t.Fatalf("%d, %v", len(got), err)
	}
	for i, d := range got {
		if d.Outcome != task.Applied || d.TaskID != "t-1" || len(d.Body) == 0 ||
			i > 0 && d.ID <= got[i-1].ID {
			t.Errorf("%d: %+v", i, d)
		}
	}
	if got, err = b.AppliedDeliveries(b.ctx, key, 1); err != nil || len(got) != 1 {
		t.Errorf("bounded: %d, %v", len(got), err)
	}
	plan := b.plans("applied", func() error { _, err := b.AppliedDeliveries(b.ctx, key, 10); return err })
	checkPlan(t, "applied", plan, "SEARCH d USING INDEX deliveries_by_task (task=?)", "")
	for _, step := range plan {
		if strings.Contains(step, "outcome") {
			t.Errorf("the refused of everybody are walked: %s", step)
		}
	}
}
