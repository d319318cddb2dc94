package store

import (
	"errors"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// setupAsking is setup for a program that has a key to ask the provider with.
func setupAsking(t *testing.T) *bundle {
	t.Helper()
	b := setup(t)
	patience := task.DefaultPatience()
	b.patience = &patience
	b.reopen()
	return b
}

// due returns in how long a task is to be asked about, -1 for never.
func (b *bundle) due(taskID string) time.Duration {
	b.t.Helper()
	var at int64
	err := b.read.Raw("SELECT next_query_at FROM tasks WHERE task_id = ?", taskID).Scan(&at).Error
	if err != nil {
		b.t.Fatal(err)
	}
	if at <= 0 {
		return -1
	}
	return fromMicros(at).Sub(b.clock.Now()).Round(time.Millisecond)
}

func (b *bundle) claimQuery() Query {
	b.t.Helper()
	q, _, ok, err := b.ClaimQuery(b.ctx, time.Minute)
	if err != nil || !ok {
		b.t.Fatalf("nothing was claimed: %v", err)
	}
	return q
}

func TestWhoIsAskedAboutAndWhen(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	if _, _, err := b.Register(b.ctx, registration("waits")); err != nil {
		t.Fatal(err)
	}
	b.commit(b.incoming("fails", task.ResultFailed), b.incoming("runs", task.ResultRunning),
		b.incoming("succeeds", task.ResultSucceeded, "https://a/1"),
		b.incoming("unclear", task.ResultUnclear))
	for id, want := range map[string]time.Duration{"waits": 2 * time.Minute, "fails": 0,
		"runs": 2 * time.Minute, "succeeds": 0, "unclear": 2 * time.Minute} {
		if got := b.due(id); got != want {
			t.Errorf("%s is due in %v, want %v", id, got, want)
		}
	}
	b.clock.add(time.Minute)
	b.commit(b.incoming("runs", task.ResultRunning), b.incoming("waits", task.ResultFailed))
	if got := b.due("runs"); got != time.Minute {
		t.Errorf("a repetition put it off: it is due in %v", got)
	}
	if got := b.due("waits"); got != 0 {
		t.Errorf("what has come to a result is due in %v", got)
	}
}

func TestWithoutAKeyNobodyIsAsked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1")
	if _, _, err := b.Register(b.ctx, registration("t-2")); err != nil {
		t.Fatal(err)
	}
	b.clock.add(time.Hour)
	if _, next, ok, err := b.ClaimQuery(b.ctx, time.Minute); ok || err != nil || !next.IsZero() {
		t.Errorf("%t, next %s, %v", ok, next, err)
	}
}

func TestOldTasksAreAskedAboutOnceThereIsAKey(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("ancient", "https://a/0")
	b.clock.add(70 * 24 * time.Hour)
	b.succeed("old", "https://a/1")
	b.succeed("newer", "https://a/2")
	patience := task.DefaultPatience()
	b.patience = &patience
	b.reopen()
	for id, want := range map[string]time.Duration{"ancient": -1, "newer": 0, "old": oldApart} {
		if got := b.due(id); got != want {
			t.Errorf("%s is due in %v, want %v", id, got, want)
		}
	}
	q := b.claimQuery()
	if err := b.NoRecord(b.ctx, q, task.GoneTooOld, time.Time{}); err != nil {
		t.Fatal(err)
	}
	b.reopen()
	if got := b.due(q.Task.TaskID); got != -1 {
		t.Errorf("a task whose record is gone is due in %v after a restart", got)
	}
}

func TestClaimingAQuery(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	b.succeed("t-1", "https://a/1")
	b.clock.add(time.Second)
	b.succeed("t-2", "https://a/2")
	if q := b.claimQuery(); q.Task.TaskID != "t-1" || q.Asked != 0 {
		t.Errorf("claimed %+v", q)
	}
	second := b.claimQuery()
	if _, next, ok, err := b.ClaimQuery(b.ctx, time.Minute); ok || err != nil ||
		!next.Equal(b.clock.Now().Add(time.Minute).Truncate(time.Microsecond)) {
		t.Errorf("a third: %t, %s, %v", ok, next, err)
	}
	if err := b.ReleaseQuery(b.ctx, second, b.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if q := b.claimQuery(); q.Task.TaskID != "t-2" || q.Asked != 0 {
		t.Errorf("given back and claimed again: %+v", q)
	}
	b.clock.add(time.Minute) // the leases lapse, as after a crash
	if q := b.claimQuery(); q.Asked != 0 {
		t.Errorf("claimed %+v", q)
	}
}

func TestAQuestionWithoutARecord(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	key := b.succeed("t-1", "https://a/1").Key
	q := b.claimQuery()
	if err := b.NoRecord(b.ctx, q, "", b.clock.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if got := b.due("t-1"); got != time.Hour {
		t.Errorf("it is due in %v", got)
	}
	b.clock.add(time.Hour)
	q = b.claimQuery()
	if q.Asked != 1 {
		t.Errorf("claimed %+v", q)
	}
	if err := b.NoRecord(b.ctx, q, task.GoneTooOld, time.Time{}); err != nil {
		t.Fatal(err)
	}
	events, err := b.TaskEvents(b.ctx, key)
	if last := events[len(events)-1]; err != nil || last.Kind != task.EventRecordGone ||
		last.Detail != task.GoneTooOld || len(events) != 2 {
		t.Errorf("events %+v, %v", events, err)
	}
	if got := b.due("t-1"); got != -1 {
		t.Errorf("it is due in %v", got)
	}
}

// TestNewsDuringAQuestion lets a result arrive while the provider is asked about a silent task.
func TestNewsDuringAQuestion(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	if _, _, err := b.Register(b.ctx, registration("t-1")); err != nil {
		t.Fatal(err)
	}
	b.clock.add(2 * time.Minute)
	q := b.claimQuery()
	b.succeed("t-1", "https://a/1")
	if err := b.NoRecord(b.ctx, q, task.GoneNoRecord, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if got := b.due("t-1"); got != 0 {
		t.Errorf("the result is checked in %v", got)
	}
	if n := b.rows("events"); n != 0 {
		t.Errorf("%d events of a question that was overtaken", n)
	}
}

func TestASuccessAgainstTheRecordIsAskedAboutAgain(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	b.commit(b.incoming("t-1", task.ResultFailed))
	b.apply("t-1", b.incoming("t-1", task.ResultFailed).Report)
	if got := b.due("t-1"); got != -1 {
		t.Fatalf("a confirmed task is due in %v", got)
	}
	out := b.commit(b.incoming("t-1", task.ResultSucceeded, "https://a/1"))[0]
	if out.Outcome != task.Conflicting || out.Reason != task.ReasonAgainstRecord {
		t.Errorf("came out as %+v", out)
	}
	if got := b.due("t-1"); got != 0 || b.find("t-1").Status != task.Failed {
		t.Errorf("it is due in %v", got)
	}
	got := b.apply("t-1", b.incoming("t-1", task.ResultSucceeded, "https://a/1").Report)
	if got.Task.Status != task.Saving || !got.Work || got.Event != task.EventDisagrees {
		t.Errorf("the record's success: %+v", got)
	}
}

func TestPlansOfQueries(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	b.succeed("t-1", "https://a/1")
	plan := b.plans("claim", func() error {
		_, _, _, err := b.ClaimQuery(b.ctx, time.Minute)
		return err
	})
	checkPlan(t, "claim", plan,
		"SEARCH tasks USING COVERING INDEX tasks_to_ask (next_query_at>? AND next_query_at<?)", "")
}

func TestReleasingWhatIsNotThere(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	if _, err := b.ApplyRecord(b.ctx, 99, task.Record{}, 0); !errors.Is(err, ErrNotFound) {
		t.Errorf("a record of no task: %v", err)
	}
	if _, _, err := b.FindRecord(b.ctx, 99); !errors.Is(err, ErrNotFound) {
		t.Errorf("the record of no task: %v", err)
	}
}
