package store

import (
	"maps"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

func TestCountsAddUp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, more := range []map[string]int64{
		{"applied": 2, "applied:2026-03-01": 2, "answer:2026-03-01:007": 1},
		{"applied": 3, "applied:2026-03-02": 3},
		nil,
	} {
		if err := b.AddCounts(b.ctx, more, map[string]int64{"most:2026-03-01": 7}); err != nil {
			t.Fatal(err)
		}
	}
	for _, most := range []int64{9, 8} {
		err := b.AddCounts(b.ctx, nil, map[string]int64{"most:2026-03-01": most})
		if err != nil {
			t.Fatal(err)
		}
	}
	got, err := b.Counts(b.ctx, []string{"applied", "nothing", "applied:2026-03-02"})
	if want := (map[string]int64{"applied": 5, "applied:2026-03-02": 3}); err != nil ||
		!maps.Equal(got, want) {
		t.Errorf("counts %v, %v", got, err)
	}
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for names, want := range map[[2]string]map[string]int64{
		{"applied", "answer"}: {"applied:2026-03-01": 2, "answer:2026-03-01:007": 1},
		{"most", "appl"}:      {"most:2026-03-01": 9},
	} {
		got, err := b.CountsByDay(b.ctx, names[:], day, day)
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%v: %v, %v", names, got, err)
		}
	}
	if got, err := b.CountsByDay(b.ctx, []string{"applied"}, day.AddDate(0, 0, -9),
		day.AddDate(0, 0, 1)); err != nil || len(got) != 2 {
		t.Errorf("ten days: %v, %v", got, err)
	}
}

// forget gives a silent task up, with no record of it.
func (b *bundle) forget(taskID string) {
	b.t.Helper()
	q := b.claimQuery()
	if q.Task.TaskID != taskID {
		b.t.Fatalf("claimed is %s, not %s", q.Task.TaskID, taskID)
	}
	if err := b.NoRecord(b.ctx, q, task.GoneTooOld, time.Time{}); err != nil {
		b.t.Fatal(err)
	}
}

func TestOnlyASilentTaskIsLost(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	b.succeed("came", "https://a/1")
	b.forget("came")
	if n := b.counter(CounterLost); n != 0 {
		t.Errorf("a callback that came is lost, %d times", n)
	}
	if _, _, err := b.Register(b.ctx, registration("silent")); err != nil {
		t.Fatal(err)
	}
	b.clock.add(2 * time.Minute)
	b.forget("silent")
	if b.counter(CounterLost) != 1 || b.counter(CounterOn(CounterLost, b.clock.Now())) != 1 {
		t.Errorf("lost are %d, today %d", b.counter(CounterLost),
			b.counter(CounterOn(CounterLost, b.clock.Now())))
	}
}

func TestSilentTasks(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	silent := func(when string, want int64) {
		t.Helper()
		if n, err := b.CountSilent(b.ctx); err != nil || n != want {
			t.Errorf("%s: %d silent, %v, want %d", when, n, err, want)
		}
	}
	for _, id := range []string{"t-1", "t-2"} {
		if _, _, err := b.Register(b.ctx, registration(id)); err != nil {
			t.Fatal(err)
		}
	}
	b.succeed("t-3", "https://a/1")
	silent("just registered", 0)
	b.clock.add(3 * time.Minute)
	silent("silent for too long", 2)
	b.succeed("t-2", "https://a/2")
	silent("one was heard of", 1)
	b.apply("t-1", task.Report{Provider: "kie", TaskID: "t-1", Result: task.ResultRunning})
	silent("the record says that it runs", 1)
	b.bounds.counted = 1
	silent("beyond the bound", 0) // the nearest are those to be confirmed
}

func TestRepairsAreListedNewestFirst(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	var at []time.Time
	for _, id := range []string{"t-1", "t-2", "t-3"} {
		if _, _, err := b.Register(b.ctx, registration(id)); err != nil {
			t.Fatal(err)
		}
		b.clock.add(24 * time.Hour)
		at = append(at, b.clock.Now().UTC().Truncate(time.Microsecond))
		b.apply(id, b.incoming(id, task.ResultSucceeded, "https://a/"+id).Report)
	}
	b.commit(b.incoming("t-4", task.ResultFailed))
	list := func(from, to time.Time, limit int, want ...string) []task.Repair {
		t.Helper()
		got, err := b.ListRepairs(b.ctx, from, to, limit)
		var ids []string
		for _, r := range got {
			ids = append(ids, r.Task.TaskID)
		}
		if err != nil || len(ids) != len(want) {
			t.Fatalf("listed %q, %v, want %q", ids, err, want)
		}
		for i := range want {
			if ids[i] != want[i] {
				t.Errorf("listed %q, want %q", ids, want)
			}
		}
		return got
	}
	var open time.Time
	first := list(open, open, 9, "t-3", "t-2", "t-1")[0]
	if !first.At.Equal(at[2]) || first.Result != task.ResultSucceeded ||
		first.Task.Status != task.Saving || first.Task.Key == 0 {
		t.Errorf("the newest is %+v", first)
	}
	list(open, open, 2, "t-3", "t-2")
	list(at[1], at[2], 9, "t-2")
	list(at[1], open, 9, "t-3", "t-2")
	list(open, at[1], 9, "t-1")
}

func TestPlansOfTallies(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	b.succeed("t-1", "https://a/1")
	now := b.clock.Now()
	for name, test := range map[string]struct {
		run   func() error
		uses  string
		walks string
	}{
		"silent": {func() error { _, err := b.CountSilent(b.ctx); return err },
			"SEARCH tasks USING INDEX tasks_to_ask (next_query_at>?)", ""},
		"repairs": {func() error { _, err := b.ListRepairs(b.ctx, now, now, 5); return err },
			"SEARCH e USING INDEX events_repaired (at>? AND at<?)", ""},
		"newest repairs": {func() error {
			_, err := b.ListRepairs(b.ctx, time.Time{}, time.Time{}, 5)
			return err
		}, "SCAN e USING INDEX events_repaired", ""},
		"by day": {func() error {
			_, err := b.CountsByDay(b.ctx, []string{"applied"}, now, now)
			return err
		}, "SEARCH c USING PRIMARY KEY (name>? AND name<?)", ""},
		"in all": {func() error { _, err := b.Counts(b.ctx, []string{"a", "b"}); return err },
			"SEARCH counters USING PRIMARY KEY (name=?)", ""},
	} {
		checkPlan(t, name, b.plans(name, test.run), test.uses, test.walks)
	}
}

// TestDeliveriesFromBeforeTheyWereCounted goes back to the schema before the counters, and forward
// again.
func TestDeliveriesFromBeforeTheyWereCounted(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	b.commit(b.incoming("t-1", task.ResultFailed), b.incoming("t-1", task.ResultFailed))
	b.clock.add(24 * time.Hour)
	b.commit(b.incoming("t-1", task.ResultFailed))
	if _, _, err := b.Register(b.ctx, registration("silent")); err != nil {
		t.Fatal(err)
	}
	b.forget("t-1") // which is not lost: it has failed
	b.clock.add(2 * time.Minute)
	b.forget("silent")
	if _, err := b.migrations().DownTo(b.ctx, 6); err != nil {
		t.Fatal(err)
	}
	if n := b.rows("counters"); n != 0 {
		t.Errorf("%d counters are left", n)
	}
	if _, err := b.migrations().Up(b.ctx); err != nil {
		t.Fatal(err)
	}
	today, yesterday := b.clock.Now(), b.clock.Now().AddDate(0, 0, -1)
	for name, want := range map[string]int64{
		"applied": 1, CounterOn("applied", yesterday): 1, CounterOn("applied", today): 0,
		"repeated": 2, CounterOn("repeated", yesterday): 1, CounterOn("repeated", today): 1,
		CounterLost: 1, CounterOn(CounterLost, today): 1,
	} {
		if n := b.counter(name); n != want {
			t.Errorf("%s is %d, want %d", name, n, want)
		}
	}
}
