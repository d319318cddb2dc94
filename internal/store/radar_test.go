package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// endAs lets the next claimed asset come out in a state for a reason.
func (b *bundle) endAs(state task.AssetState, reason string, status int) Claimed {
	b.t.Helper()
	c := b.claim()
	at := c.Attempt
	at.Result, at.Reason, at.Status = task.AttemptFailed, reason, status
	at.EndedAt, at.Relinked = b.clock.Now(), task.RelinkNoKey
	c.Asset.State, c.Asset.Error = state, reason
	c.Asset.Failures++
	c.Asset.NextTryAt = b.clock.Now().Add(time.Hour)
	kind := task.EventAttempt
	switch state {
	case task.FailedAsset:
		kind = task.EventAssetFailed
	case task.ExpiredAsset:
		kind = task.EventAssetExpired
	}
	e := task.Event{At: b.clock.Now(), Kind: kind, Role: c.Asset.Role, Index: c.Asset.Index}
	if err := b.FinishAsset(b.ctx, c.Asset, e, at); err != nil {
		b.t.Fatal(err)
	}
	return c
}

// ids are the tasks of a list under a filter of their files.
func (b *bundle) ids(standings ...task.Standing) []string {
	b.t.Helper()
	f := task.Filter{Files: standings}
	tasks, _, err := b.ListTasks(b.ctx, f, task.Page{})
	if err != nil {
		b.t.Fatal(err)
	}
	n, _, err := b.CountTasks(b.ctx, f)
	if err != nil {
		b.t.Fatal(err)
	}
	counted := 0
	for _, of := range n {
		counted += of
	}
	if counted != len(tasks) {
		b.t.Errorf("%v: %d are counted, %d listed", standings, counted, len(tasks))
	}
	ids := make([]string, len(tasks))
	for i := range tasks {
		ids[i] = tasks[i].TaskID
	}
	return ids
}

// troubled is a store with a task in each kind of trouble, one to a file.
func troubled(t *testing.T) *bundle {
	b := setup(t)
	for _, ends := range []struct {
		id     string
		state  task.AssetState
		reason string
	}{
		{"lost", task.ExpiredAsset, task.Answered(404)},
		{"given-up", task.FailedAsset, "wrong type of file"},
		{"on-record", task.FailedAsset, task.ErrorRecordFailed},
		{"dead", task.Pending, task.Answered(410)},
		{"cut", task.Pending, "the connection failed"},
	} {
		b.succeedAt(ends.id, start().Add(96*time.Hour-lifetime))
		b.endAs(ends.state, ends.reason, 404)
	}
	b.succeedAt("soon", start().Add(time.Hour-lifetime))
	return b
}

func TestOverviewTellsWhatIsDeadAndLost(t *testing.T) {
	t.Parallel()
	b := troubled(t)
	o, err := b.Overview(b.ctx, b.clock.Now())
	if err != nil || o.Open != 3 || o.Soon != 1 || o.Within24h != 1 || o.Within2h != 1 ||
		o.Dead != 1 || o.Lost != 2 {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestTasksAreFoundByWhatTheirFilesHaveToFear(t *testing.T) {
	t.Parallel()
	b := troubled(t)
	for _, tt := range []struct {
		standings []task.Standing
		want      []string
	}{
		{[]task.Standing{task.StandingSoon}, []string{"soon"}},
		{[]task.Standing{task.StandingDead}, []string{"dead"}},
		{[]task.Standing{task.StandingLost}, []string{"given-up", "lost"}},
		{task.Standings(), []string{"soon", "dead", "given-up", "lost"}},
	} {
		if got := b.ids(tt.standings...); !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.standings, got, tt.want)
		}
	}
}

func TestLostFilesAreCountedByReasonAndExplained(t *testing.T) {
	t.Parallel()
	b := troubled(t)
	b.succeedAt("another", start().Add(96*time.Hour-lifetime))
	b.endAs(task.ExpiredAsset, task.Answered(404), 404) // of soon, which is nearer
	counts, err := b.CountLost(b.ctx)
	want := []LossCount{{task.Answered(404), 2}, {"wrong type of file", 1}}
	if err != nil || !slices.Equal(counts, want) {
		t.Errorf("counted %v, %v, want %v", counts, err, want)
	}
	tasks := []task.Task{b.find("dead"), b.find("cut"), b.find("lost")}
	lost, err := b.LostFiles(b.ctx, tasks)
	if err != nil || len(lost) != 3 || len(lost[0]) != 1 || len(lost[1]) != 0 || len(lost[2]) != 1 {
		t.Fatalf("explained %+v, %v", lost, err)
	}
	if l := lost[2][0]; l.Cause != task.LostLink || l.Relinked != task.RelinkNoKey || !l.AtOnce ||
		l.At.IsZero() || l.First.IsZero() || l.Attempts != 1 {
		t.Errorf("the lost one: %+v", l)
	}
	if l := lost[0][0]; !l.At.IsZero() || !l.Asset.Open() {
		t.Errorf("one with hope: %+v", l)
	}
}

// warned returns what is warned of now, by task and alarm.
func (b *bundle) warned() (all []string) {
	b.t.Helper()
	for range 20 {
		vanishing, err := b.WarnVanishing(b.ctx)
		if err != nil {
			b.t.Fatal(err)
		}
		if len(vanishing) == 0 {
			return all
		}
		for _, v := range vanishing {
			all = append(all, v.Task.TaskID+" "+string(v.Alarm))
		}
	}
	b.t.Fatal("the warnings do not end")
	return nil
}

func TestAVanishingFileIsWarnedOfOnceAStep(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeedAt("slow", start().Add(100*time.Hour-lifetime))
	b.succeedAt("late", start().Add(30*time.Minute-lifetime))
	b.succeedAt("past", start().Add(-time.Minute-lifetime))
	for _, step := range []struct {
		after time.Duration
		want  []string
	}{
		{0, []string{"late 2h"}}, // one word, not three at once
		{time.Minute, nil},
		{28*time.Hour + time.Minute, []string{"slow 72h"}},
		{time.Hour, nil},
		{48 * time.Hour, []string{"slow 24h"}},
		{22 * time.Hour, []string{"slow 2h"}},
		{2 * time.Hour, nil},
	} {
		b.clock.add(step.after)
		b.reopen() // a new start knows what has been said
		if got := b.warned(); !slices.Equal(got, step.want) {
			t.Errorf("after %v more: %v, want %v", step.after, got, step.want)
		}
	}
	want := []task.EventKind{task.EventVanishing, task.EventVanishing, task.EventVanishing}
	if got := b.kinds(b.find("slow").Key); !slices.Equal(got, want) {
		t.Errorf("the timeline is %v, want %v", got, want)
	}
}

func TestManyVanishingFilesAreWarnedOfInTurns(t *testing.T) {
	t.Parallel()
	b := setup(t)
	in := make([]Incoming, alarmBatch+1)
	for i := range in {
		in[i] = b.incoming(fmt.Sprint("t-", i), task.ResultSucceeded, fmt.Sprint("https://a/", i))
		in[i].Report.CompletedAt = start().Add(time.Hour - lifetime)
	}
	b.commit(in...)
	first, err := b.WarnVanishing(b.ctx)
	if err != nil || len(first) != alarmBatch {
		t.Fatalf("%d at first, %v", len(first), err)
	}
	if rest := b.warned(); len(rest) != 1 {
		t.Errorf("then %v", rest)
	}
}

func TestASavedFileIsNotWarnedOf(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeedAt("saved", start().Add(time.Hour-lifetime))
	if err := b.finish(b.claim(), task.SavedAsset); err != nil {
		t.Fatal(err)
	}
	if got := b.warned(); got != nil {
		t.Errorf("warned of %v", got)
	}
}
