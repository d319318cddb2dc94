package store

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// strand makes a task whose first links are dead and that another success has come for.
func (b *bundle) strand(taskID string, links ...string) Incoming {
	b.t.Helper()
	b.succeed(taskID, "https://a/1", "https://a/2")
	for range 2 {
		if err := b.finish(b.claim(), task.ExpiredAsset); err != nil {
			b.t.Fatal(err)
		}
	}
	b.clock.add(time.Hour)
	other := b.incoming(taskID, task.ResultSucceeded, links...)
	if out := b.commit(other); out[0].Outcome != task.Conflicting {
		b.t.Fatalf("the other success is %s", out[0].Outcome)
	}
	return other
}

func TestAdoptingTheLinksOfAnotherDelivery(t *testing.T) {
	t.Parallel()
	b := setup(t)
	other := b.strand("t-1", "https://b/1", "ftp://b/2")
	before := b.find("t-1")
	b.commit(b.incoming("t-1", task.ResultFailed)) // conflicts as well, and offers nothing
	found, err := b.OtherSuccesses(b.ctx, before.Key, 5)
	if err != nil || len(found) != 1 || len(found[0].Body) == 0 {
		t.Fatalf("%+v, %v", found, err)
	}
	if links := b.Adoptable(before, found[0], other.Report); len(links) != 1 {
		t.Errorf("%d links could help", len(links))
	}
	n, err := b.AdoptLinks(b.ctx, before.Key, found[0], other.Report)
	if err != nil || n != 1 {
		t.Fatalf("%d links are adopted, %v", n, err)
	}
	b.checkCounts()
	got := b.find("t-1")
	a := got.Assets[0]
	if got.Status != task.Saving || len(got.Assets) != 2 || a.SourceURL != "https://b/1" ||
		a.State != task.Pending || a.Claim <= before.Assets[0].Claim ||
		!a.ExpiresAt.Equal(found[0].ReceivedAt.Add(lifetime)) {
		t.Errorf("%+v", got)
	}
	if got.ResultHash != before.ResultHash || got.Assets[1] != before.Assets[1] {
		t.Error("more than the dead link has changed")
	}
	events, err := b.TaskEvents(b.ctx, got.Key)
	last := events[len(events)-1]
	if err != nil || last.Kind != task.EventAdopted || last.Detail != "2" || last.Role != task.Video {
		t.Errorf("%+v, %v", last, err)
	}
	// Nobody adopts twice, and a claim finds the link.
	if _, err := b.AdoptLinks(b.ctx, got.Key, found[0], other.Report); !errors.Is(err,
		task.ErrNothingToAdopt) {
		t.Errorf("once more: %v", err)
	}
	if c := b.claim(); c.Asset.SourceURL != "https://b/1" {
		t.Errorf("%s is claimed", c.Asset.SourceURL)
	}
}

func TestAReplayLeavesWhatWasAdopted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.incoming("t-1", task.ResultSucceeded, "https://a/1")
	b.send(first)
	if err := b.finish(b.claim(), task.ExpiredAsset); err != nil {
		t.Fatal(err)
	}
	b.clock.add(time.Hour)
	other := b.incoming("t-1", task.ResultSucceeded, "https://b/1")
	b.send(other)
	key := b.find("t-1").Key
	found, err := b.OtherSuccesses(b.ctx, key, 5)
	if err != nil || len(found) != 1 {
		t.Fatalf("%d, %v", len(found), err)
	}
	if _, err := b.AdoptLinks(b.ctx, key, found[0], other.Report); err != nil {
		t.Fatal(err)
	}
	if p := b.preview(task.DeliveryFilter{}, &scribe{}); p.Changed != 0 {
		t.Errorf("a replay would change %+v", p)
	}
}

// TestWhileTheProviderIsToBeAskedNobodyElseDecides holds until the record is gone.
func TestWhileTheProviderIsToBeAskedNobodyElseDecides(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	b.strand("t-1", "https://b/1", "https://b/2")
	key := b.find("t-1").Key
	others := func() int {
		found, err := b.OtherSuccesses(b.ctx, key, 5)
		if err != nil {
			t.Fatal(err)
		}
		return len(found)
	}
	if n := others(); n != 0 {
		t.Errorf("%d are offered before the provider was asked", n)
	}
	if err := b.NoRecord(b.ctx, b.claimQuery(), task.GoneTooOld, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if n := others(); n != 1 {
		t.Errorf("%d are offered when its record is gone", n)
	}
}

func TestAdoptionHasItsLineAndItsPlan(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.user("anna", "admin")
	other := b.strand("t-1", "https://b/1", "https://b/2")
	key := b.find("t-1").Key
	other.Delivery.ID = 2
	b.checkLine("adopt", func(ctx context.Context) error {
		_, err := b.AdoptLinks(ctx, key, other.Delivery, other.Report)
		return err
	})
	plan := b.plans("others", func() error { _, err := b.OtherSuccesses(b.ctx, key, 5); return err })
	checkPlan(t, "others", plan, "SEARCH d USING INDEX deliveries_by_task (task=?)", "")
}
