package store

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// refuseMany keeps n refused deliveries with bodies of a size, in one transaction.
func (b *bundle) refuseMany(n, size int) []task.Delivery {
	b.t.Helper()
	all := make([]task.Delivery, n)
	for i := range all {
		all[i] = task.Delivery{Source: "runway", Reason: task.ReasonTokenWrong,
			ReceivedAt: b.clock.Now(), RemoteAddr: "192.0.2.9",
			Body: bytes.Repeat([]byte("x"), size)}
	}
	if err := b.KeepRefused(b.ctx, all); err != nil {
		b.t.Fatal(err)
	}
	return all
}

// drop expects so many to be dropped and returns the ids of those that are left.
func (b *bundle) drop(want int64) string {
	b.t.Helper()
	if n, err := b.DropRefused(b.ctx); n != want || err != nil {
		b.t.Errorf("%d were dropped, want %d, %v", n, want, err)
	}
	left, _, err := b.ListDeliveries(b.ctx,
		task.DeliveryFilter{Outcomes: []task.Outcome{task.Refused}}, task.Page{Limit: 500})
	if err != nil {
		b.t.Fatal(err)
	}
	return numbers(left)
}

func TestRefusedGetIds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1")
	all := b.refuseMany(3, 1)
	if numbers(all) != "2 3 4" || all[0].Outcome != task.Refused {
		t.Errorf("kept %+v", all)
	}
	if b.rows("tasks") != 1 {
		t.Error("a refused delivery made a task")
	}
}

func TestRefusedBounds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bounds = bounds{refusedRows: 100, refusedBytes: 10_000, refusedAge: time.Hour}
	if left := b.drop(0); left != "" {
		t.Errorf("of none, left is %q", left)
	}
	b.succeed("t-1") // 1: not refused, never dropped

	b.bounds.refusedRows = 3
	b.refused = growth{}
	b.refuseMany(1, 1) // 2
	b.bounds.refusedRows = 100
	b.refuseMany(4, 1) // 3 to 6
	b.bounds.refusedRows = 3
	if left := b.drop(2); left != "6 5 4" {
		t.Errorf("by rows, left is %q", left)
	}

	b.bounds.refusedRows = 100
	b.refuseMany(2, 1000) // 7, 8
	b.bounds.refusedBytes = 2*1002 + 3
	if left := b.drop(2); left != "8 7 6" {
		t.Errorf("by bytes, left is %q", left)
	}

	b.bounds.refusedBytes = 100_000
	b.clock.add(time.Hour)
	if left := b.drop(0); left != "8 7 6" {
		t.Errorf("just not too old, left is %q", left)
	}
	b.refuseMany(1, 1) // 9
	b.clock.add(time.Microsecond)
	if left := b.drop(3); left != "9" {
		t.Errorf("by age, left is %q", left)
	}

	b.clock.add(2 * time.Hour)
	if left := b.drop(1); left != "" {
		t.Errorf("all too old, left is %q", left)
	}
	if b.rows("deliveries") != 1 || b.rows("delivery_bodies") != 1 {
		t.Errorf("%d deliveries are left", b.rows("deliveries"))
	}
	n, err := b.Counter(b.ctx, CounterRefusedDropped)
	if n != 8 || err != nil {
		t.Errorf("the counter says %d, %v", n, err)
	}
}

func TestOneTooLargeForAllBoundsIsDropped(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.refuseMany(1, 1000)
	b.bounds.refusedBytes = 10
	if left := b.drop(1); left != "" {
		t.Errorf("left is %q", left)
	}
}

func TestManyAreDroppedInSeveralSteps(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.refuseMany(3*dropAtOnce+5, 1)
	b.bounds.refusedRows = 5
	if left := b.drop(3 * dropAtOnce); left != "773 772 771 770 769" {
		t.Errorf("left is %q", left)
	}
}

func TestFloodIsCutBackAtOnce(t *testing.T) {
	t.Parallel()
	for name, bounds := range map[string]bounds{
		"rows":  {refusedRows: 80, refusedBytes: 1 << 30, refusedAge: time.Hour},
		"bytes": {refusedRows: 1 << 30, refusedBytes: 80 * 102, refusedAge: time.Hour},
	} {
		b := setup(t)
		b.bounds = bounds
		most := 0
		for range 50 { // nobody calls DropRefused meanwhile
			b.refuseMany(7, 100)
			most = max(most, b.rows("deliveries"))
		}
		if most > 80+80/8+7 || most < 80 {
			t.Errorf("%s: at most there were %d", name, most)
		}
	}
}

func TestCounterThatNeverCounted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if n, err := b.Counter(b.ctx, "nothing"); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

func TestNumbersGoOnAndAreNeverGivenAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 3 {
		b.succeed(fmt.Sprintf("t-%d", i))
	}
	b.refuse("r", "") // 4
	last := b.find("t-2").Key
	for _, statement := range []string{"DELETE FROM tasks WHERE task_id = 't-2'",
		"DELETE FROM deliveries WHERE id > 2"} {
		if err := b.write.Exec(statement).Error; err != nil {
			t.Fatal(err)
		}
	}
	b.reopen()
	if got := b.commit(b.incoming("t-9", task.ResultFailed))[0].ID; got != 5 {
		t.Errorf("the next delivery is %d", got)
	}
	if got := b.find("t-9").Key; got != last+1 {
		t.Errorf("the next task is %d after %d", got, last)
	}
	b.reopen()
	if got := b.refuse("r", "").ID; got != 6 {
		t.Errorf("the next refused delivery is %d", got)
	}
}
