package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// TestCountsStayTrue does whatever a store is asked to, at random, and recounts after each step.
func TestCountsStayTrue(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := &rambler{bundle: setup(t), rng: rand.New(rand.NewPCG(7, seed))}
			for range 120 {
				r.step()
				r.checkCounts()
				r.checkStatuses()
				r.checkOrphans()
			}
		})
	}
}

// rambler does random things to a store.
type rambler struct {
	*bundle
	rng     *rand.Rand
	claimed []Claimed
}

func (r *rambler) step() {
	r.clock.add(time.Duration(r.rng.IntN(90)) * time.Second)
	switch n := r.rng.IntN(10); {
	case n < 5:
		r.deliver()
	case n < 7:
		c, _, ok, err := r.ClaimAsset(r.ctx, time.Minute)
		if err != nil {
			r.t.Fatal(err)
		}
		if ok {
			r.claimed = append(r.claimed, c)
		}
	case n < 9:
		r.finishOne()
	default:
		r.retry()
	}
}

func (r *rambler) deliver() {
	batch := make([]Incoming, 1+r.rng.IntN(6))
	results := []task.Result{task.ResultRunning, task.ResultFailed, task.ResultSucceeded,
		task.ResultSucceeded, task.ResultUnclear}
	for i := range batch {
		links := []string{"https://a/1", "https://a/2", "ftp://a/3"}[:r.rng.IntN(4)]
		in := r.incoming(fmt.Sprintf("t-%d", r.rng.IntN(12)), results[r.rng.IntN(len(results))],
			links...)
		in.Report.Product = []string{"veo3.1", "runway", "runway-extend"}[r.rng.IntN(3)]
		in.Report.Fallback = []task.Fallback{"", task.FallbackYes, task.FallbackNo}[r.rng.IntN(3)]
		in.Report.Resolution = []string{"", "720p", "1080p"}[r.rng.IntN(3)]
		if in.Report.Result == task.ResultFailed {
			in.Report.Category = task.Categories()[r.rng.IntN(len(task.Categories()))]
		}
		if r.rng.IntN(8) == 0 && in.Report.Result == task.ResultSucceeded {
			in.Report.Files = []task.ReportFile{{Role: task.Upscale, URL: "https://a/4k"}}
		}
		batch[i] = in
	}
	if r.rng.IntN(8) == 0 {
		batch[len(batch)-1].Report.Fallback = "perhaps" // not allowed: nothing is stored
		_, _ = r.CommitDeliveries(r.ctx, batch)
		return
	}
	r.commit(batch...)
}

func (r *rambler) finishOne() {
	if len(r.claimed) == 0 {
		return
	}
	i := r.rng.IntN(len(r.claimed))
	c := r.claimed[i]
	r.claimed = append(r.claimed[:i], r.claimed[i+1:]...)
	states := []task.AssetState{task.SavedAsset, task.FailedAsset, task.ExpiredAsset, task.Pending}
	err := r.finish(c, states[r.rng.IntN(len(states))])
	if err != nil && !errors.Is(err, ErrClaimLost) {
		r.t.Fatal(err)
	}
}

func (r *rambler) retry() {
	tasks, _, err := r.ListTasks(r.ctx, task.Filter{}, task.Page{})
	if err != nil {
		r.t.Fatal(err)
	}
	if len(tasks) == 0 {
		return
	}
	pick := func(task.Asset) bool { return r.rng.IntN(2) == 0 }
	if _, err := r.RetryAssets(r.ctx, tasks[r.rng.IntN(len(tasks))].Key, pick); err != nil {
		r.t.Fatal(err)
	}
}

// checkOrphans looks for rows whose owner is not there. The hot tables have no foreign keys, so
// nothing else would notice.
func (r *rambler) checkOrphans() {
	r.t.Helper()
	for name, query := range map[string]string{
		"assets without a task":     `SELECT count(*) FROM assets WHERE task NOT IN (SELECT key FROM tasks)`,
		"events without a task":     `SELECT count(*) FROM events WHERE task NOT IN (SELECT key FROM tasks)`,
		"deliveries without a task": `SELECT count(*) FROM deliveries WHERE task NOT IN (SELECT key FROM tasks)`,
		"bodies without a delivery": `SELECT count(*) FROM delivery_bodies WHERE delivery NOT IN (SELECT id FROM deliveries)`,
		"deliveries without a body": `SELECT count(*) FROM deliveries WHERE id NOT IN (SELECT delivery FROM delivery_bodies)`,
	} {
		var n int
		if err := r.read.Raw(query).Scan(&n).Error; err != nil || n != 0 {
			r.t.Fatalf("%s: %d, %v", name, n, err)
		}
	}
}

// checkStatuses looks whether each success has the status its assets give it.
func (r *rambler) checkStatuses() {
	r.t.Helper()
	tasks, _, err := r.ListTasks(r.ctx, task.Filter{}, task.Page{})
	if err != nil {
		r.t.Fatal(err)
	}
	for i := range tasks {
		got := &tasks[i]
		want := task.DeriveStatus(got.Assets)
		if got.Succeeded() && got.Status != want {
			r.t.Fatalf("%s is %s, its assets make it %s", got.TaskID, got.Status, want)
		}
		if got.Status == task.Unconfirmed && (want == task.Saving || want == task.Saved) {
			r.t.Fatalf("%s is unconfirmed, its assets make it %s", got.TaskID, want)
		}
		if got.Status == task.Failed && len(got.Assets) > 0 {
			r.t.Fatalf("%s failed and has assets", got.TaskID)
		}
	}
}
