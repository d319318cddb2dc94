package tally

import (
	"fmt"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// deliver keeps a delivery about a task, or one that is refused, and has it counted.
func (b *bundle) deliver(taskID string) {
	b.t.Helper()
	d := task.Delivery{Source: "kie", Provider: "kie", ReceivedAt: b.clock.Now(), Body: []byte("{}")}
	if taskID == "" {
		all := []task.Delivery{d}
		if err := b.store.KeepRefused(b.t.Context(), all); err != nil {
			b.t.Fatal(err)
		}
		b.books.Kept(task.Refused, all[0].ID, d.ReceivedAt)
		return
	}
	out, err := b.store.CommitDeliveries(b.t.Context(), []store.Incoming{{Delivery: d,
		Report: task.Report{Provider: "kie", Product: "runway", TaskID: taskID,
			Result: task.ResultFailed, Code: 400, Message: "no", Category: task.NSFW}}})
	if err != nil {
		b.t.Fatal(err)
	}
	b.books.Kept(out[0].Outcome, out[0].ID, d.ReceivedAt)
}

func (b *bundle) recount() {
	b.t.Helper()
	if err := b.books.Recount(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

func TestWhatAKillLeftUncountedIsCountedAtTheNextStart(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.recount() // the first start of all
	want := task.Tally{}
	for round := range 4 {
		for i := range 3 {
			b.deliver(fmt.Sprint("task-", round, i))
			b.deliver(fmt.Sprint("task-", round, i))
			b.deliver("")
			want.Applied++
			want.Repeated++
			want.Refused++
			if i == round {
				b.write() // in the last round nothing is written at all
			}
		}
		b.clock.Add(10 * time.Hour)
		b.restart() // without a last word, as after a kill
		b.recount()
		b.recount() // and one more kill before anything has come
		if got := b.read(400); got.All != want || got.Sum != want {
			t.Errorf("round %d: in all %+v, by days %+v, want %+v", round, got.All, got.Sum, want)
		}
		if n := b.books.Total(Applied); n != 0 {
			t.Errorf("%d callbacks are said to have come since the start", n)
		}
	}
	if days := b.read(3).Days; days[1].Applied != 6 || days[2].Applied != 6 {
		t.Errorf("they are counted on other days: %+v", days)
	}
}

func TestWhatWasKeptBeforeThereWereMarksIsNotCountedAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.deliver("before")
	b.deliver("")
	err := b.store.AddCounts(t.Context(), map[string]int64{"applied": 1, "refused": 1,
		store.CounterOn("applied", noon()): 1, store.CounterOn("refused", noon()): 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	b.restart()
	b.recount()
	b.deliver("after")
	b.restart()
	b.recount()
	if got, want := b.read(1).All, (task.Tally{Applied: 2, Refused: 1}); got != want {
		t.Errorf("read %+v, want %+v", got, want)
	}
}
