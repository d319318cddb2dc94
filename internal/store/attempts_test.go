package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// attempts returns the attempts at a task's assets.
func (b *bundle) attempts(taskID string) []task.Attempt {
	b.t.Helper()
	attempts, err := b.TaskAttempts(b.ctx, b.find(taskID).Key)
	if err != nil {
		b.t.Fatal(err)
	}
	return attempts
}

// failOnce lets the attempt of a claim fail, so that the asset is due again.
func (b *bundle) failOnce(c Claimed) task.Attempt {
	b.t.Helper()
	at := c.Attempt
	at.Result, at.EndedAt = task.AttemptFailed, b.clock.Now().Add(3*time.Second).UTC()
	at.Host, at.Status, at.From, at.Bytes, at.Reason = "cdn", 200, 7, 5, "cut"
	at.EndedAt = at.EndedAt.Truncate(time.Microsecond)
	c.Asset.State = task.Pending
	e := task.Event{At: b.clock.Now(), Kind: task.EventAttempt, Detail: "cut"}
	if err := b.FinishAsset(b.ctx, c.Asset, e, at); err != nil {
		b.t.Fatal(err)
	}
	return at
}

func TestEveryAttemptIsARow(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://files.example:8443/1.mp4?sig=secret")
	first := b.claim()
	if at := first.Attempt; at.Number != 1 || at.Result != task.AttemptRunning ||
		at.Host != "files.example:8443" || !at.EndedAt.IsZero() || at.StartedAt.IsZero() {
		t.Errorf("the first begins as %+v", at)
	}
	ended := b.failOnce(first)
	second := b.claim()
	if err := b.ReleaseAsset(b.ctx, second.Asset, task.Attempt{Number: 2,
		Result: task.AttemptInterrupted, EndedAt: b.clock.Now(), Bytes: 3}); err != nil {
		t.Fatal(err)
	}
	got := b.attempts("t-1")
	if len(got) != 2 || got[0] != ended || got[1].Number != 2 || got[1].Bytes != 3 ||
		got[1].Result != task.AttemptInterrupted {
		t.Errorf("kept are %+v", got)
	}
}

func TestAttemptsThatNobodyEndedAreInterrupted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1")
	lapsed := b.claim()
	b.clock.add(2 * time.Minute)
	killed := b.claim()
	if got := b.attempts("t-1"); got[0].Result != task.AttemptInterrupted ||
		got[1].Result != task.AttemptRunning {
		t.Errorf("after the lease %+v", got)
	}
	if err := b.finish(lapsed, task.FailedAsset); !errors.Is(err, ErrClaimLost) {
		t.Errorf("the first holder: %v", err)
	}
	b.reopen()
	if _, err := b.VoidClaims(b.ctx); err != nil {
		t.Fatal(err)
	}
	got := b.attempts("t-1")
	if len(got) != 2 || got[1].Result != task.AttemptInterrupted || !got[1].EndedAt.IsZero() {
		t.Errorf("after a kill %+v", got)
	}
	if at := b.claim().Attempt; at.Number != killed.Attempt.Number+1 {
		t.Errorf("the next is number %d", at.Number)
	}
}

func TestOldAttemptsAreForgotten(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1", "https://a/2")
	for range task.KeptAttempts + 5 {
		c := b.claim()
		if c.Asset.Index == 1 { // stays claimed
			c = b.claim()
		}
		b.failOnce(c)
	}
	byIndex := make(map[int][]int)
	for _, at := range b.attempts("t-1") {
		byIndex[at.Index] = append(byIndex[at.Index], at.Number)
	}
	most := byIndex[0]
	if len(most) != task.KeptAttempts || most[0] != 6 || most[len(most)-1] != 55 {
		t.Errorf("kept are %v", byIndex)
	}
}

func TestAClaimPassesOverBusyHosts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 3 {
		in := b.incoming(fmt.Sprint("busy-", i), task.ResultSucceeded, "https://busy/x")
		in.Report.CompletedAt = start()
		b.commit(in)
	}
	in := b.incoming("free", task.ResultSucceeded, "https://free/x")
	in.Report.CompletedAt = start().Add(time.Hour) // dies later
	b.commit(in)
	c, _, ok, err := b.ClaimAsset(b.ctx, time.Minute, "other", "busy")
	if !ok || err != nil || c.Task.TaskID != "free" {
		t.Fatalf("claimed %s, %v", c.Task.TaskID, err)
	}
	_, next, ok, err := b.ClaimAsset(b.ctx, time.Minute, "busy", "free")
	if ok || err != nil || !next.IsZero() {
		t.Errorf("with all hosts busy: %t, next %s, want nobody knows when; %v", ok, next, err)
	}
	if c, _, ok, _ := b.ClaimAsset(b.ctx, time.Minute, "free"); !ok || c.Task.TaskID != "busy-0" {
		t.Errorf("then %s", c.Task.TaskID)
	}
}

func TestAHostThatCannotBeReadIsNone(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]string{"https://a.example/x?sig=1": "a.example",
		"http://me:secret@a:81/x": "a:81", "%zz": "", "": ""} {
		if got := hostOf(link); got != want {
			t.Errorf("%q: %q, want %q", link, got, want)
		}
	}
}

func TestAFreshLinkIsTriedUnderTheSameClaim(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://old/1")
	c := b.claim()
	if err := b.RelinkAsset(b.ctx, c.Asset, "https://fresh/1"); err != nil {
		t.Fatal(err)
	}
	dead := c.Attempt
	dead.Result, dead.EndedAt, dead.Status = task.AttemptFailed, b.clock.Now(), 404
	again, err := b.Reattempt(b.ctx, c, dead)
	if err != nil || again.Asset.SourceURL != "https://fresh/1" || again.Attempt.Number != 2 ||
		again.Asset.Claim != c.Asset.Claim || again.Attempt.Host != "fresh" {
		t.Errorf("%+v, %v", again, err)
	}
	got := b.attempts("t-1")
	if len(got) != 2 || got[0].Status != 404 || got[0].Result != task.AttemptFailed ||
		got[1].Result != task.AttemptRunning {
		t.Errorf("kept are %+v", got)
	}
	b.clock.add(2 * time.Minute)
	b.claim()
	if _, err := b.Reattempt(b.ctx, c, dead); !errors.Is(err, ErrClaimLost) {
		t.Errorf("without the claim: %v", err)
	}
}

func TestARunningAttemptSaysFromWhereItGoesOn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1")
	c := b.claim()
	if err := b.NoteResumed(b.ctx, c, 7); err != nil {
		t.Fatal(err)
	}
	if got := b.attempts("t-1"); got[0].From != 7 || got[0].Result != task.AttemptRunning {
		t.Errorf("it runs as %+v", got[0])
	}
	ended := b.failOnce(c) // which says it once more
	c.Attempt.Number = 1
	if err := b.NoteResumed(b.ctx, c, 9); err != nil || b.attempts("t-1")[0].From != ended.From {
		t.Errorf("ended it is %+v, %v", b.attempts("t-1")[0], err)
	}
}
