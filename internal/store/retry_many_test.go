package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// refusing is a database whose rules refuse what is in no allowed network.
func refusing(t *testing.T, allowed ...string) *bundle {
	t.Helper()
	b := setup(t)
	b.allow(allowed...)
	return b
}

func (b *bundle) allow(allowed ...string) {
	b.rules.Usable = func(url string) error {
		for _, network := range allowed {
			if strings.HasPrefix(url, "http://"+network) {
				return nil
			}
		}
		return errors.New(task.ErrorNotPublic)
	}
}

func (b *bundle) retryAllowed(setting string, want int) {
	b.t.Helper()
	if n, err := b.RetryAllowed(b.ctx, setting); err != nil || n != want {
		b.t.Errorf("with %q %d are tried again, %v; want %d", setting, n, err, want)
	}
	b.checkCounts()
}

func TestWhatIsAllowedNowIsTriedAgain(t *testing.T) {
	t.Parallel()
	b := refusing(t)
	b.succeed("mine", "http://10.0.0.1/a")
	b.succeed("other", "http://192.168.0.1/a")
	b.commit(b.incoming("failed", task.ResultFailed))
	if got := b.find("mine"); got.Status != task.Unconfirmed {
		t.Fatalf("it is %s", got.Status)
	}
	b.retryAllowed("", 0)
	b.allow("10.")
	b.retryAllowed("10.0.0.0/8", 1)
	got := b.find("mine")
	if got.Status != task.Saving || got.Assets[0].State != task.Pending ||
		!slices.Contains(b.kinds(got.Key), task.EventAllowed) {
		t.Errorf("what is allowed is %s, %+v", got.Status, got.Assets[0])
	}
	if got := b.find("other"); got.Assets[0].State != task.FailedAsset {
		t.Errorf("what is not is %+v", got.Assets[0])
	}
}

// TestWhatIsAllowedIsTriedOnceASetting has a link that is refused again, as one is whose name leads
// to an address that is not allowed.
func TestWhatIsAllowedIsTriedOnceASetting(t *testing.T) {
	t.Parallel()
	b := refusing(t)
	b.succeed("t-1", "http://nas.example/a")
	again := func() {
		t.Helper()
		c := b.claim()
		c.Asset.Error = task.ErrorNotPublic
		if err := b.finish(c, task.FailedAsset); err != nil {
			t.Fatal(err)
		}
	}
	b.allow("nas")
	b.retryAllowed("10.0.0.0/8", 1)
	again()
	b.retryAllowed("10.0.0.0/8", 0)
	b.reopen()
	b.allow("nas")
	b.retryAllowed("10.0.0.0/8", 0)
	b.retryAllowed("10.0.0.0/16", 1)
	again()
	b.retryAllowed("", 0)
	b.retryAllowed("10.0.0.0/16", 1)
}

func TestManyAreTriedAgainInBatches(t *testing.T) {
	t.Parallel()
	b := refusing(t)
	var in []Incoming
	for i := range 2*retryBatch + 3 {
		in = append(in, b.incoming(fmt.Sprint("t-", i), task.ResultSucceeded,
			fmt.Sprint("http://10.0.0.1/", i)))
	}
	b.commit(in...)
	b.allow("10.")
	b.retryAllowed("10.0.0.0/8", len(in))
}

func TestARefusedAddressIsKeptWithItsAttempt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1")
	c := b.claim()
	at := c.Attempt
	at.Result, at.Reason, at.Refused = task.AttemptFailed, task.ErrorNotPublic, "10.0.0.1"
	c.Asset.State, c.Asset.Error = task.FailedAsset, task.ErrorNotPublic
	err := b.FinishAsset(b.ctx, c.Asset, task.Event{At: b.clock.Now(), Kind: task.EventAssetFailed}, at)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.attempts("t-1"); len(got) != 1 || got[0].Refused != "10.0.0.1" {
		t.Errorf("the attempts are %+v", got)
	}
	lost, err := b.LostFiles(b.ctx, []task.Task{b.find("t-1")})
	if err != nil || len(lost[0]) != 1 || lost[0][0].Refused != "10.0.0.1" {
		t.Errorf("lost is %+v, %v", lost, err)
	}
}

func TestWhatIsLostIsRetried(t *testing.T) {
	t.Parallel()
	dead := task.Answered(404)
	for reason, want := range map[string]int{"": 2, dead: 1, "another": 0} {
		b := setup(t)
		b.filmed("safe", "")
		for lost, state := range map[string]task.AssetState{dead: task.ExpiredAsset,
			"no video": task.FailedAsset, task.ErrorNotOnRecord: task.FailedAsset} {
			b.succeed(lost, "https://a/"+lost)
			b.endAs(state, lost, 404)
		}
		n, err := b.RetryLost(b.ctx, reason)
		o, oerr := b.Overview(b.ctx, b.clock.Now())
		if err != nil || oerr != nil || n != want || o.Open != want || o.Lost != 2-want {
			t.Errorf("%q: %d retried, %d open, %d lost, %v", reason, n, o.Open, o.Lost, err)
		}
		b.checkCounts()
	}
}

func TestADeadLinkThatWaitsIsRetried(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1")
	c := b.claim()
	c.Asset.Error, c.Asset.Failures = task.Answered(404), 1
	c.Asset.NextTryAt = b.clock.Now().Add(time.Hour)
	if err := b.finish(c, task.Pending); err != nil {
		t.Fatal(err)
	}
	if n, err := b.RetryLost(b.ctx, ""); err != nil || n != 1 {
		t.Errorf("%d retried, %v", n, err)
	}
	b.claim() // at once
	if n, err := b.RetryLost(b.ctx, ""); err != nil || n != 0 {
		t.Errorf("%d retried that are being fetched, %v", n, err)
	}
}
