package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// succeedAt makes a task with one asset, whose link dies a lifetime after the given time.
func (b *bundle) succeedAt(taskID string, completed time.Time) {
	in := b.incoming(taskID, task.ResultSucceeded, "https://a/"+taskID)
	in.Report.CompletedAt = completed
	b.commit(in)
}

func TestClaimsComeNearestExpiryFirst(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, hours := range []int{5, 1, 9, 3, 7} {
		b.succeedAt(fmt.Sprint(hours), start().Add(time.Duration(hours)*time.Hour))
	}
	for _, want := range []string{"1", "3", "5", "7", "9"} {
		c := b.claim()
		if c.Task.TaskID != want || c.Asset.State != task.SavingAsset || c.Asset.Claim != 1 {
			t.Errorf("claimed %s %+v, want %s", c.Task.TaskID, c.Asset, want)
		}
	}
	if _, next, ok, err := b.ClaimAsset(b.ctx, time.Minute); ok || err != nil ||
		!next.Equal(start().Add(time.Minute).Truncate(time.Microsecond)) {
		t.Errorf("a sixth: %t, next %s, %v", ok, next, err)
	}
}

func TestNothingToClaim(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.commit(b.incoming("t-1", task.ResultFailed),
		b.incoming("t-2", task.ResultSucceeded, "ftp://a"))
	if _, next, ok, err := b.ClaimAsset(b.ctx, time.Minute); ok || !next.IsZero() || err != nil {
		t.Errorf("%t, %s, %v", ok, next, err)
	}
}

func TestClaimPassesOverWhatIsNotDue(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeedAt("first", start())
	b.succeedAt("second", start().Add(time.Hour))
	c := b.claim()
	c.Asset = task.AfterFailure(c.Asset, task.Failure{Reason: "cut"}, b.clock.Now(), 0)
	if err := b.finish(c, task.Pending); err != nil {
		t.Fatal(err)
	}
	if got := b.claim().Task.TaskID; got != "second" {
		t.Errorf("claimed %s", got)
	}
	_, next, ok, _ := b.ClaimAsset(b.ctx, time.Minute)
	if want := c.Asset.NextTryAt.Truncate(time.Microsecond); ok || !next.Equal(want) {
		t.Errorf("next is %s, want %s", next, want)
	}
	b.clock.add(2 * time.Second)
	got := b.claim()
	if got.Task.TaskID != "first" || got.Asset.Failures != 1 || got.Asset.Error != "cut" ||
		got.Asset.Claim != 2 {
		t.Errorf("claimed %+v", got.Asset)
	}
}

func TestLapsedLeaseCanBeClaimedAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1")
	old := b.claim()
	b.clock.add(59 * time.Second)
	if _, _, ok, _ := b.ClaimAsset(b.ctx, time.Minute); ok {
		t.Fatal("it was claimed within its lease")
	}
	if err := b.ExtendClaim(b.ctx, old.Asset, time.Minute); err != nil {
		t.Fatal(err)
	}
	b.clock.add(59 * time.Second)
	if _, _, ok, _ := b.ClaimAsset(b.ctx, time.Minute); ok {
		t.Fatal("it was claimed within its extended lease")
	}
	b.clock.add(time.Second)
	now := b.claim()
	if now.Asset.Claim != old.Asset.Claim+1 {
		t.Errorf("claim %d after %d", now.Asset.Claim, old.Asset.Claim)
	}
	b.checkLost(old)
	if err := b.finish(now, task.SavedAsset); err != nil {
		t.Error(err)
	}
	if got := b.find("t-1"); got.Status != task.Saved {
		t.Errorf("status %s", got.Status)
	}
}

// checkLost expects that the holder of an old claim can do nothing any more.
func (b *bundle) checkLost(old Claimed) {
	b.t.Helper()
	before := b.find(old.Task.TaskID)
	for _, state := range []task.AssetState{task.SavedAsset, task.FailedAsset, task.Pending} {
		if err := b.finish(old, state); !errors.Is(err, ErrClaimLost) {
			b.t.Errorf("the old holder could make it %s: %v", state, err)
		}
	}
	if err := b.ExtendClaim(b.ctx, old.Asset, time.Hour); !errors.Is(err, ErrClaimLost) {
		b.t.Errorf("the old holder could extend: %v", err)
	}
	if err := b.ReleaseAsset(b.ctx, old.Asset, old.Attempt); err != nil {
		b.t.Error(err)
	}
	after := b.find(old.Task.TaskID)
	if after.Assets[0] != before.Assets[0] || after.Status != before.Status {
		b.t.Errorf("the old holder changed it:\n%+v\n%+v", before, after)
	}
	if b.rows("events") != 0 {
		b.t.Error("the old holder left an event")
	}
	b.checkCounts()
}

func TestReleaseCostsNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1")
	c := b.claim()
	if err := b.ReleaseAsset(b.ctx, c.Asset, c.Attempt); err != nil {
		t.Fatal(err)
	}
	a := b.find("t-1").Assets[0]
	if a.State != task.Pending || a.Failures != 0 || a.Error != "" || !a.NextTryAt.IsZero() {
		t.Errorf("released asset %+v", a)
	}
	if got := b.claim().Asset.Claim; got != 2 {
		t.Errorf("claimed again with %d", got)
	}
	b.checkLost(c)
}

func TestVoidClaims(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1", "https://a/2", "https://a/3")
	old := b.claim()
	b.claim()
	b.reopen()
	if n, err := b.VoidClaims(b.ctx); n != 2 || err != nil {
		t.Fatalf("%d were given back, %v", n, err)
	}
	b.checkLost(old)
	for i := range 3 {
		if c := b.claim(); c.Asset.Failures != 0 || c.Asset.Index != i {
			t.Errorf("claimed %+v", c.Asset)
		}
	}
	if n, _ := b.VoidClaims(b.ctx); n != 3 {
		t.Errorf("%d were given back", n)
	}
}

func TestClaimedAssetIsNeverGivenTwice(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const assets = 40
	links := make([]string, assets)
	for i := range links {
		links[i] = fmt.Sprintf("https://a/%d", i)
	}
	b.succeed("t-1", links...)
	var (
		all   sync.WaitGroup
		mu    sync.Mutex
		given = make(map[int]int)
	)
	for range 8 {
		all.Go(func() {
			for {
				c, _, ok, err := b.ClaimAsset(b.ctx, time.Minute)
				if err != nil {
					t.Error(err)
				}
				if !ok {
					return
				}
				mu.Lock()
				given[c.Asset.Index]++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if len(given) != assets {
		t.Errorf("%d of %d were given", len(given), assets)
	}
	for index, n := range given {
		if n != 1 {
			t.Errorf("asset %d was given %d times", index, n)
		}
	}
}
