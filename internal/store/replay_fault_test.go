package store

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

// tamper changes rows as somebody does who opens the file with another program.
func (b *bundle) tamper(statement string, args ...any) {
	b.t.Helper()
	for _, sql := range []string{"PRAGMA ignore_check_constraints = ON", statement,
		"PRAGMA ignore_check_constraints = OFF"} {
		if err := b.write.Exec(sql, args...).Error; err != nil {
			b.t.Fatal(err)
		}
		args = nil
	}
}

// run runs a replay to its end and returns what it told of.
func (b *bundle) run(f task.DeliveryFilter, r Reader) (Replay, []Fault) {
	b.t.Helper()
	var faults []Fault
	id, err := b.BeginReplay(b.ctx, f, "")
	if err == nil {
		err = b.RunReplay(b.ctx, id, f, r, func(r Replayed) {
			faults = append(faults, r.Faults...)
		})
	}
	if err = errors.Join(err, b.EndReplay(b.ctx, id, ReplayDone)); err != nil {
		b.t.Fatal(err)
	}
	b.checkCounts()
	return b.found(id), faults
}

// TestATaskThatCannotBeReplayedHoldsUpNobody has one among others whose row no statement can write
// any more, one of a new task, and one over whose body the reader panics.
func TestATaskThatCannotBeReplayedHoldsUpNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.send(b.incoming("t-1", task.ResultUnclear), b.incoming("t-bad", task.ResultUnclear),
		b.incoming("t-bad", task.ResultUnclear), b.incoming("t-2", task.ResultUnclear),
		b.incoming("t-panic", task.ResultUnclear), b.incoming("t-same", task.ResultFailed))
	bad, panics := first[1].ID, first[4].ID
	made := b.turnAway(task.ReasonNoTaskID, b.incoming("t-made", task.ResultFailed))
	mute := b.turnAway(task.ReasonNoTaskID, b.incoming("t-panic-too", task.ResultFailed))
	b.tamper("UPDATE tasks SET first_seen_at = 0 WHERE task_id = 't-bad'")
	b.tamper(`CREATE TRIGGER refuse BEFORE INSERT ON tasks WHEN NEW.task_id = 't-made'
		BEGIN SELECT RAISE(ABORT, 'by hand'); END`)
	newer := understood("https://a/1")
	inner := newer.reread
	newer.reread = func(r *task.Report) {
		if inner(r); strings.HasPrefix(r.TaskID, "t-panic") {
			panic("what nobody thought of")
		}
	}
	before := b.dump()

	p := b.preview(task.DeliveryFilter{}, newer)
	if p.Left[task.LeftBroken] != 1 || p.Changed != 4 || p.Stays[task.StaysUnclear] != 1 {
		t.Errorf("preview %+v", p)
	}
	got, faults := b.run(task.DeliveryFilter{}, newer)
	want := Tally{Deliveries: 8, Unchanged: 5, Refused: 1, Tasks: 3, Changed: 2, LeftAlone: 3,
		Outcomes: 2, Files: 2}
	if got.Tally != want || got.State != ReplayDone {
		t.Errorf("replay %+v", got)
	}
	named := slices.Sorted(slices.Values(got.Skipped.Deliveries))
	if got.Skipped.Tasks != 3 || !slices.Equal(named, []int64{bad, bad + 1, panics, made}) {
		t.Errorf("skipped %+v", got.Skipped)
	}
	told := map[int64]string{}
	for _, f := range faults {
		told[f.Deliveries[0]] = f.Err.Error()
	}
	for id, want := range map[int64]string{bad: "CHECK", made: "by hand",
		panics: "what nobody thought of", mute: "what nobody thought of"} {
		if !strings.Contains(told[id], want) {
			t.Errorf("of delivery %d it tells %q", id, told[id])
		}
	}
	if tk := b.find("t-2"); tk.Status != task.Saving {
		t.Errorf("the one behind it is %+v", tk)
	}
	u := b.undo(got.ID)
	if u.Undone != 2 || u.NotUndone != 0 || u.NotBack.Tasks != 0 || u.CanUndo ||
		u.Skipped.Tasks != 3 {
		t.Errorf("undone %+v", u)
	}
	compare(t, b.dump(), before)
	only, _ := b.run(task.DeliveryFilter{ID: bad + 1}, newer)
	if !slices.Equal(only.Skipped.Deliveries, []int64{bad + 1}) || only.CanUndo {
		t.Errorf("asked for one it tells of %+v", only.Skipped)
	}
}

// TestATaskThatCannotBeUndoneHoldsUpNobody tries again once it can.
func TestATaskThatCannotBeUndoneHoldsUpNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	sent := b.send(b.incoming("t-1", task.ResultUnclear), b.incoming("t-bad", task.ResultUnclear),
		b.incoming("t-2", task.ResultUnclear))
	before := b.dump()
	r := b.replay(task.DeliveryFilter{}, understood("https://a/1"))
	b.tamper(`CREATE TRIGGER refuse BEFORE UPDATE ON tasks WHEN NEW.task_id = 't-bad'
		BEGIN SELECT RAISE(ABORT, 'by hand'); END`)
	u := b.undo(r.ID)
	if u.State != ReplayUndone || u.Undone != 2 || u.NotUndone != 0 || u.NotBack.Tasks != 1 ||
		!slices.Equal(u.NotBack.Deliveries, []int64{sent[1].ID}) || !u.CanUndo {
		t.Errorf("undone %+v", u)
	}
	if tk := b.find("t-bad"); tk.Status != task.Saving {
		t.Errorf("t-bad %+v", tk)
	}
	b.tamper("DROP TRIGGER refuse")
	if u := b.undo(r.ID); u.Undone != 3 || u.NotBack.Tasks != 0 || u.CanUndo {
		t.Errorf("the second time %+v", u)
	}
	compare(t, b.dump(), before)
}

// TestATroubledDatabaseStopsAReplay is no fault of a task.
func TestATroubledDatabaseStopsAReplay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bounds.replayChunk = 1
	b.send(b.incoming("t-1", task.ResultUnclear), b.incoming("t-2", task.ResultUnclear))
	id, err := b.BeginReplay(b.ctx, task.DeliveryFilter{}, "")
	if err != nil {
		t.Fatal(err)
	}
	var faults int
	newer := understood("https://a/1")
	err = b.RunReplay(b.ctx, id, task.DeliveryFilter{}, newer, func(r Replayed) {
		if faults += len(r.Faults); len(r.Tasks) > 0 {
			b.tamper("PRAGMA query_only = ON")
		}
	})
	b.tamper("PRAGMA query_only = OFF")
	if TroubleOf(err) != task.ReadOnly || faults != 0 {
		t.Errorf("%d faults, %v", faults, err)
	}
}
