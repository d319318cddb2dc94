package store

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// replayer lives a random past whose deliveries can be read again.
type replayer struct{ rambler }

func newReplayer(t *testing.T, seed uint64) *replayer {
	t.Helper()
	r := &replayer{rambler{bundle: setup(t), rng: rand.New(rand.NewPCG(23, seed))}}
	r.bounds.replayPage, r.bounds.replayChunk = 7, 3
	return r
}

// live lets things happen, one a second at least.
func (r *replayer) live(steps int) {
	for range steps {
		r.clock.add(time.Second)
		switch n := r.rng.IntN(12); {
		case n < 7:
			r.send(r.random())
		case n == 7:
			reasons := []string{task.ReasonNoTaskID, task.ReasonTokenWrong, task.ReasonTooLarge}
			r.turnAway(reasons[r.rng.IntN(3)], r.random())
		case n < 10:
			r.saveOne()
		default:
			r.retry()
		}
	}
}

// saveOne tries one file as the saver does.
func (r *replayer) saveOne() {
	c, _, ok, err := r.ClaimAsset(r.ctx, time.Minute)
	if err != nil {
		r.t.Fatal(err)
	}
	if !ok {
		return
	}
	if r.rng.IntN(2) == 0 {
		err = r.finish(c, task.SavedAsset)
	} else {
		a := task.AfterFailure(c.Asset, task.Failure{Reason: "no", Permanent: r.rng.IntN(2) == 0},
			r.clock.Now(), 0)
		kind := map[task.AssetState]task.EventKind{task.Pending: task.EventAttempt,
			task.FailedAsset: task.EventAssetFailed, task.ExpiredAsset: task.EventAssetExpired}
		err = r.FinishAsset(r.ctx, a, task.Event{At: r.clock.Now(), Kind: kind[a.State],
			Role: a.Role, Index: a.Index}, c.Attempt)
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// random makes a delivery of any kind.
func (r *replayer) random() Incoming {
	results := []task.Result{task.ResultRunning, task.ResultFailed, task.ResultSucceeded,
		task.ResultUnclear, task.ResultUnclear}
	links := []string{"https://a/1", "https://a/2", "ftp://a/3"}[:r.rng.IntN(4)]
	in := r.incoming(fmt.Sprintf("t-%d", r.rng.IntN(12)), results[r.rng.IntN(len(results))], links...)
	in.Report.Product = []string{"veo3.1", "runway", "runway-extend"}[r.rng.IntN(3)]
	in.Report.Resolution = []string{"", "720p", "1080p"}[r.rng.IntN(3)]
	return in
}

// TestReplayAndUndoInAnyPast replays random pasts with the same code, with newer code, with it
// again, and undoes what that did.
func TestReplayAndUndoInAnyPast(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := newReplayer(t, seed)
			r.live(80)
			known := task.DeliveryFilter{Outcomes: task.Outcomes()[:3]}
			before := r.dump()
			if same := r.replay(known, &scribe{}); same.Changed != 0 {
				t.Errorf("the same code changed %+v", same)
			}
			compare(t, r.dump(), before)

			first := r.replay(task.DeliveryFilter{}, understood("https://c/1", "https://a/2"))
			if first.Changed == 0 || first.Deliveries != first.Total {
				t.Errorf("newer code changed nothing: %+v", first)
			}
			r.checkStatuses()
			r.checkOrphans()
			after := r.dump()
			again := r.replay(task.DeliveryFilter{}, understood("https://c/1", "https://a/2"))
			if again.Changed != 0 {
				t.Errorf("the second time it changed %+v", again)
			}
			compare(t, r.dump(), after)
			if u := r.undo(first.ID); u.Undone != first.Changed || u.NotUndone != 0 {
				t.Errorf("undone %+v of %+v", u, first)
			}
			compare(t, r.dump(), before)
		})
	}
}

// TestLifeGoesOnAfterAReplay has things happen after a replay, then undoes it.
func TestLifeGoesOnAfterAReplay(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := newReplayer(t, 100+seed)
			r.live(60)
			first := r.replay(task.DeliveryFilter{}, understood("https://c/1"))
			r.live(40)
			saved := r.counter(counterSaved)
			u := r.undo(first.ID)
			if u.Undone+u.NotUndone != first.Changed || u.NotUndone == 0 {
				t.Errorf("undone %+v of %+v", u, first)
			}
			r.checkOrphans()
			var kept int64
			err := r.read.Raw("SELECT count(*) FROM assets WHERE state = 'saved'").Scan(&kept).Error
			if err != nil || kept != saved {
				t.Errorf("%d files are kept of %d, %v", kept, saved, err)
			}
			r.live(20)
			r.checkCounts()
		})
	}
}
