package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// scribe is a Reader of bodies that are reports written as JSON.
type scribe struct {
	reread func(r *task.Report) // what newer code reads otherwise; may be nil
	reads  int
}

func (s *scribe) Delivery(source string, body []byte) (task.Report, error) {
	s.reads++
	if source == "gone" {
		return task.Report{}, ErrSourceGone
	}
	var r task.Report
	if err := json.Unmarshal(body, &r); err != nil {
		return r, errors.New(task.ReasonNotJSON)
	}
	if s.reread != nil {
		s.reread(&r)
	}
	return r, nil
}

func (s *scribe) Record(_ task.Task, raw []byte, _ time.Time) (task.Record, error) {
	var r task.Record
	err := json.Unmarshal(raw, &r)
	return r, err
}

// understood is newer code, which understands what was not.
func understood(links ...string) *scribe {
	return &scribe{reread: func(r *task.Report) {
		if r.Result == task.ResultUnclear {
			r.Result = task.ResultSucceeded
			for i, link := range links {
				r.Files = append(r.Files, task.ReportFile{Role: task.Video, Index: i, URL: link})
			}
		}
	}}
}

// written makes the report of a delivery its body.
func written(in Incoming) Incoming {
	body, err := json.Marshal(in.Report)
	if err != nil {
		panic(err)
	}
	in.Delivery.Body = body
	return in
}

// send commits deliveries whose bodies can be read again, a second after whatever was before.
func (b *bundle) send(in ...Incoming) []Committed {
	b.t.Helper()
	b.clock.add(time.Second)
	for i := range in {
		in[i].Delivery.ReceivedAt = b.clock.Now()
		in[i] = written(in[i])
	}
	return b.commit(in...)
}

// turnAway keeps a refused delivery and returns its id.
func (b *bundle) turnAway(reason string, in Incoming) int64 {
	b.t.Helper()
	b.clock.add(time.Second)
	d := written(in).Delivery
	d.Reason, d.ReceivedAt = reason, b.clock.Now()
	all := []task.Delivery{d}
	if err := b.KeepRefused(b.ctx, all); err != nil {
		b.t.Fatal(err)
	}
	return all[0].ID
}

func (b *bundle) preview(f task.DeliveryFilter, r Reader) Preview {
	b.t.Helper()
	p, err := b.PreviewReplay(b.ctx, f, r)
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

// replay runs a replay to its end.
func (b *bundle) replay(f task.DeliveryFilter, r Reader) Replay {
	b.t.Helper()
	b.clock.add(time.Second)
	id, err := b.BeginReplay(b.ctx, f, "outcome=x")
	if err == nil {
		err = b.RunReplay(b.ctx, id, f, r, func(Replayed) {})
	}
	if err == nil {
		err = b.EndReplay(b.ctx, id, ReplayDone)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	b.checkCounts()
	return b.found(id)
}

func (b *bundle) found(id int64) Replay {
	b.t.Helper()
	got, err := b.FindReplay(b.ctx, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return got
}

func (b *bundle) undo(id int64) Replay {
	b.t.Helper()
	b.clock.add(time.Second)
	err := b.BeginUndo(b.ctx, id)
	if err == nil {
		err = b.RunUndo(b.ctx, id, func(Replayed) {})
	}
	if err == nil {
		err = b.EndReplay(b.ctx, id, ReplayUndone)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	b.checkCounts()
	return b.found(id)
}

// dump is every row a replay may touch as text, but for claims, which only ever grow.
func (b *bundle) dump() []string {
	b.t.Helper()
	var tasks []taskRow
	var assets []assetRow
	var deliveries []deliveryRow
	var sums []countRow
	for _, into := range []any{&tasks, &assets, &deliveries} {
		if err := b.read.Find(into).Error; err != nil {
			b.t.Fatal(err)
		}
	}
	if err := b.read.Where("n <> 0").Find(&sums).Error; err != nil {
		b.t.Fatal(err)
	}
	var lines []string
	for _, r := range tasks {
		lines = append(lines, fmt.Sprintf("task %+v", r))
	}
	for _, r := range assets {
		r.Claim = 0
		lines = append(lines, fmt.Sprintf("asset %+v", r))
	}
	for _, r := range deliveries {
		owner := int64(0)
		if r.Task != nil {
			owner = *r.Task
		}
		r.Task = nil
		lines = append(lines, fmt.Sprintf("delivery %+v of %d", r, owner))
	}
	for _, r := range sums {
		lines = append(lines, fmt.Sprintf("count %+v", r))
	}
	slices.Sort(lines)
	return lines
}

// compare tells which lines of two dumps differ.
func compare(t *testing.T, got, want []string) {
	t.Helper()
	for _, line := range got {
		if !slices.Contains(want, line) {
			t.Errorf("only now: %s", line)
		}
	}
	for _, line := range want {
		if !slices.Contains(got, line) {
			t.Errorf("only before: %s", line)
		}
	}
}

func TestReplayUnderstandsWhatWasNot(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.send(b.incoming("t-1", task.ResultUnclear))
	b.send(b.incoming("t-2", task.ResultFailed))
	before := b.dump()

	newer := understood("https://a/1")
	p := b.preview(task.DeliveryFilter{}, newer)
	want := Tally{Deliveries: 2, Unchanged: 1, Tasks: 2, Changed: 1, Outcomes: 1, Files: 1}
	if p.Tally != want || p.Total != 2 || len(p.Changes) != 1 || p.Stopped {
		t.Fatalf("preview %+v", p)
	}
	c := p.Changes[0]
	if c.Made || c.Task.Status != task.Saving || len(c.Files) != 1 || len(c.Outcomes) != 1 ||
		c.Outcomes[0].Before != task.NotUnderstood || c.Outcomes[0].After != task.Applied {
		t.Errorf("change %+v", c)
	}
	compare(t, b.dump(), before)

	var told Replayed
	id, err := b.BeginReplay(b.ctx, task.DeliveryFilter{}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.BeginReplay(b.ctx, task.DeliveryFilter{}, ""); !errors.Is(err, ErrReplayRunning) {
		t.Errorf("a second one began: %v", err)
	}
	err = b.RunReplay(b.ctx, id, task.DeliveryFilter{}, newer, func(r Replayed) {
		told.Tasks, told.Work = append(told.Tasks, r.Tasks...), told.Work || r.Work
	})
	if err = errors.Join(err, b.EndReplay(b.ctx, id, ReplayDone)); err != nil {
		t.Fatal(err)
	}
	if len(told.Tasks) != 1 || !told.Work {
		t.Errorf("told %+v", told)
	}
	got := b.found(id)
	if got.Tally != want || got.State != ReplayDone || !got.CanUndo || got.EndedAt.IsZero() {
		t.Errorf("replay %+v", got)
	}
	tk := b.find("t-1")
	if tk.Status != task.Saving || len(tk.Assets) != 1 || tk.Message != "done" {
		t.Errorf("task %+v", tk)
	}
	if kinds := b.kinds(tk.Key); !slices.Equal(kinds, []task.EventKind{task.EventReplayed}) {
		t.Errorf("events %v", kinds)
	}
	b.checkCounts()

	again := b.replay(task.DeliveryFilter{}, newer)
	if again.Changed != 0 || again.Unchanged != 2 || again.CanUndo {
		t.Errorf("the second time %+v", again)
	}
	undone := b.undo(id)
	if undone.State != ReplayUndone || undone.Undone != 1 || undone.NotUndone != 0 ||
		undone.CanUndo {
		t.Errorf("undone %+v", undone)
	}
	compare(t, b.dump(), before)
	if kinds := b.kinds(tk.Key); !slices.Contains(kinds, task.EventReplayUndone) {
		t.Errorf("events %v", kinds)
	}
	if err := b.BeginUndo(b.ctx, id); !errors.Is(err, ErrNotUndoable) {
		t.Errorf("undone twice: %v", err)
	}
	if err := b.BeginUndo(b.ctx, 99); !errors.Is(err, ErrNotFound) {
		t.Errorf("one unheard of: %v", err)
	}
}
