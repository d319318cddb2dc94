package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

func TestAPreviewIsBounded(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bounds.replayPage, b.bounds.replayChunk, b.bounds.previewed = 4, 2, 6
	for i := range 9 {
		b.send(b.incoming(fmt.Sprintf("t-%d", i), task.ResultUnclear))
	}
	p := b.preview(task.DeliveryFilter{}, understood("https://a/1"))
	if !p.Stopped || p.Tasks != 6 || p.Total != 9 || len(p.Changes) != 6 {
		t.Errorf("preview %+v", p)
	}
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if _, err := b.PreviewReplay(ctx, task.DeliveryFilter{}, &scribe{}); err == nil {
		t.Error("it could not even count, and says nothing of it")
	}
	late, cancel := context.WithCancel(t.Context())
	newer := understood("https://a/1")
	inner := newer.reread
	newer.reread = func(r *task.Report) { cancel(); inner(r) }
	_, err := b.PreviewReplay(late, task.DeliveryFilter{}, newer)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits for it, and it says %v", err)
	}
}

func TestAReplayThatEndsEarlyCanBeUndone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bounds.replayPage, b.bounds.replayChunk = 4, 2
	for i := range 9 {
		b.send(b.incoming(fmt.Sprintf("t-%d", i), task.ResultUnclear))
	}
	before := b.dump()
	id, err := b.BeginReplay(b.ctx, task.DeliveryFilter{}, "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.ctx)
	steps := 0
	err = b.RunReplay(ctx, id, task.DeliveryFilter{}, understood("https://a/1"), func(r Replayed) {
		if steps += len(r.Tasks); steps == 4 {
			cancel() // as when the program is told to stop
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	b.reopen()
	if err := b.InterruptReplays(b.ctx); err != nil {
		t.Fatal(err)
	}
	got := b.found(id)
	if got.State != ReplayInterrupted || got.Changed != 4 || got.Deliveries != 4 ||
		got.Unchanged != 0 || !got.CanUndo || got.EndedAt.IsZero() {
		t.Errorf("replay %+v", got)
	}
	b.checkCounts()
	b.undo(id)
	compare(t, b.dump(), before)
	if r := b.replay(task.DeliveryFilter{}, understood("https://a/1")); r.Changed != 9 {
		t.Errorf("the next one %+v", r)
	}
}

// TestAReplayThatEndsEarlyTellsWhatItHasDone is told to stop in the middle of a page, of which two
// tasks in three have come out as they were.
func TestAReplayThatEndsEarlyTellsWhatItHasDone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bounds.replayChunk = 3
	b.send(b.incoming("t-1", task.ResultUnclear), b.incoming("t-1", task.ResultUnclear),
		b.incoming("t-2", task.ResultFailed), b.incoming("t-3", task.ResultFailed),
		b.incoming("t-4", task.ResultUnclear))
	b.turnAway(task.ReasonTokenWrong, b.incoming("t-1", task.ResultFailed))
	b.turnAway(task.ReasonNoTaskID, b.incoming("t-5", task.ResultFailed))
	id, err := b.BeginReplay(b.ctx, task.DeliveryFilter{}, "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(b.ctx)
	done := 0
	err = b.RunReplay(ctx, id, task.DeliveryFilter{}, understood("https://a/1"), func(r Replayed) {
		if done += len(r.Tasks); done == 2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
	want := Tally{Deliveries: 6, Unchanged: 2, Refused: 1, Tasks: 4, Changed: 2, Made: 1,
		Outcomes: 3, Files: 1}
	if got := b.found(id).Tally; got != want {
		t.Errorf("it says %+v, want %+v", got, want)
	}
}

func TestOnlyTheLastReplaysCanBeUndone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bounds.replayChunk = 1
	b.send(b.incoming("t-1", task.ResultUnclear), b.incoming("t-2", task.ResultUnclear))
	for i := range 2 * (keptUndos + 3) {
		message := fmt.Sprintf("words %d", i/2)
		b.replay(task.DeliveryFilter{}, &scribe{reread: func(r *task.Report) {
			r.Result, r.Message = task.ResultFailed, message
		}})
	}
	if err := b.DropOldUndos(b.ctx); err != nil {
		t.Fatal(err)
	}
	all, err := b.ListReplays(b.ctx)
	if err != nil {
		t.Fatal(err)
	}
	can := 0
	for i, r := range all {
		if r.CanUndo != (r.Changed > 0 && i < 2*keptUndos) {
			t.Errorf("replay %d, which changed %d: %v", r.ID, r.Changed, r.CanUndo)
		}
		if r.CanUndo {
			can++
		}
	}
	if can != keptUndos || len(all) != 2*(keptUndos+3) || b.rows("replay_changes") != 2*keptUndos {
		t.Errorf("%d of %d can be undone, %d changes are kept", can, len(all),
			b.rows("replay_changes"))
	}
}

func TestReplayAsksTheProviderAboutNews(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	b.send(b.incoming("t-1", task.ResultUnclear))
	if err := b.write.Exec("UPDATE tasks SET next_query_at = -1").Error; err != nil {
		t.Fatal(err)
	}
	r := b.replay(task.DeliveryFilter{}, understood("https://a/1"))
	if got := b.due("t-1"); got != 0 {
		t.Errorf("it is due in %v", got)
	}
	b.undo(r.ID)
	if got := b.due("t-1"); got != -1 {
		t.Errorf("after the undoing it is due in %v", got)
	}
}

// TestTheRecordActsInAReplay has a delivery understood that the record has stood in for.
func TestTheRecordActsInAReplay(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	b.send(b.incoming("t-1", task.ResultUnclear))
	b.clock.add(time.Second)
	record := task.Record{Report: b.incoming("t-1", task.ResultSucceeded, "https://a/1?x").Report}
	record.Raw = []byte(`{"Report":{"Result":"succeeded","Code":200,"Message":"done",` +
		`"Files":[{"Role":"video","URL":"https://a/1?x"}]}}`)
	if _, err := b.ApplyRecord(b.ctx, b.find("t-1").Key, record, 0); err != nil {
		t.Fatal(err)
	}
	before := b.find("t-1")
	if before.CrossChecked != task.CheckConfirmed || len(before.Assets) != 1 {
		t.Fatalf("before %+v", before)
	}
	if r := b.replay(task.DeliveryFilter{}, &scribe{}); r.Changed != 0 {
		t.Errorf("the same code changed %+v", r)
	}
	r := b.replay(task.DeliveryFilter{}, understood("https://a/1"))
	after := b.find("t-1")
	if r.Changed != 1 || r.Outcomes != 1 || r.Files != 0 || len(after.Assets) != 1 ||
		after.Assets[0].SourceURL != "https://a/1?x" || after.CrossChecked != task.CheckConfirmed {
		t.Errorf("%+v, task %+v", r, after)
	}
	other := b.replay(task.DeliveryFilter{}, understood("https://b/1"))
	if got := b.find("t-1").CrossChecked; other.Changed != 1 || got != task.CheckDisagrees {
		t.Errorf("a delivery that differs: %s, %+v", got, other)
	}
}

func TestReplayReadsByIndex(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.library()
	key := b.find("ok-1").Key
	for name, run := range map[string]func() error{
		"a history": func() error {
			_, err := b.rebuildAll(b.read.WithContext(b.ctx), &scribe{}, []subject{{key: key},
				{id: identity{"kie", "ok-2"}, extra: []int64{1}}})
			return err
		},
		"a list": func() error { _, err := b.ListReplays(b.ctx); return err },
	} {
		for _, line := range b.plans(name, run) {
			if slow.MatchString(line) && !strings.Contains(line, "replays") {
				t.Errorf("%s: %s", name, line)
			}
		}
	}
}
