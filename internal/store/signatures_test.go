package store

import (
	"slices"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// signed is a delivery with a signature and a body of its own.
func (b *bundle) signed(taskID, signature, body string, links ...string) Incoming {
	in := b.incoming(taskID, task.ResultSucceeded, links...)
	in.Signature, in.Delivery.Body = signature, []byte(body)
	return in
}

// TestASignatureVouchesForOneBody sends bodies under one signature, within a batch and after it,
// across a restart.
func TestASignatureVouchesForOneBody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const genuine, forged = "https://example.com/a.mp4", "https://example.com/b.mp4"
	out := b.commit(b.signed("t-1", "s-1", "genuine", genuine),
		b.signed("t-1", "s-1", "genuine", genuine), b.signed("t-1", "s-1", "forged", forged))
	b.reopen()
	out = append(out, b.commit(b.signed("t-1", "s-1", "forged", forged),
		b.signed("t-1", "s-1", "genuine", genuine))...)
	var got []string
	for _, c := range out {
		got = append(got, string(c.Outcome)+" "+c.Reason)
	}
	want := []string{"applied ", "repeated same_result", "conflicting signature_reused",
		"conflicting signature_reused", "repeated same_result"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	found := b.find("t-1")
	if found.Deliveries != 5 || len(found.Assets) != 1 || found.Assets[0].SourceURL != genuine {
		t.Errorf("the task is %+v", found)
	}
	b.checkCounts()
}

// TestAForgeryUnderTheSignatureOfANoticeDoesNotEndTheTask: a body that says another result under the
// signature of a running notice does not end the task.
func TestAForgeryUnderTheSignatureOfANoticeDoesNotEndTheTask(t *testing.T) {
	t.Parallel()
	b := setup(t)
	notice := b.incoming("t-1", task.ResultRunning)
	notice.Signature = "s-1"
	b.commit(notice)
	b.commit(b.signed("t-1", "s-1", "forged", "https://example.com/b.mp4"))
	if got := b.find("t-1"); got.Status != task.Generating || len(got.Assets) != 0 {
		t.Errorf("the task is %+v", got)
	}
}

func TestOldSignaturesAreForgotten(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.commit(b.signed("t-1", "s-1", "a"))
	b.clock.add(time.Hour)
	b.commit(b.signed("t-2", "s-2", "b"), b.incoming("t-3", task.ResultRunning))
	if n, err := b.DropSignatures(b.ctx, b.clock.Now()); n != 1 || err != nil {
		t.Errorf("%d dropped, %v", n, err)
	}
	if n := b.rows("seen_signatures"); n != 1 {
		t.Errorf("%d are kept", n)
	}
}

// TestLabelsOfTheAddress are those of deliveries that act or repeat, never of a contradiction.
func TestLabelsOfTheAddress(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first := b.incoming("t-1", task.ResultSucceeded, "https://example.com/a.mp4")
	first.Labels = []string{"customer 7", "shop"}
	again := first
	again.Labels = []string{"shop", "spring"}
	other := b.incoming("t-1", task.ResultSucceeded, "https://example.com/b.mp4")
	other.Labels = []string{"somebody else's"}
	b.commit(first, again, other)
	want := []string{"customer 7", "shop", "spring"}
	if got := b.find("t-1").Labels; !slices.Equal(got, want) {
		t.Errorf("labels %q, want %q", got, want)
	}
}
