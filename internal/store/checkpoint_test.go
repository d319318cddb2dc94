package store

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// backwriting is a log handler that passes on how much of the log each checkpoint wrote back.
type backwriting struct {
	slog.Handler
	told chan [2]int64 // pages in the database, of those in the log
}

func (backwriting) Enabled(context.Context, slog.Level) bool { return true }

func (b backwriting) Handle(_ context.Context, r slog.Record) error {
	if r.Message != "the log was written back" {
		return nil
	}
	var pages [2]int64
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "pages":
			pages[0] = a.Value.Int64()
		case "of":
			pages[1] = a.Value.Int64()
		}
		return true
	})
	b.told <- pages
	return nil
}

func TestTheLogIsWrittenBackBesideTheWriter(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	back := backwriting{slog.DiscardHandler, make(chan [2]int64, 10)}
	o := b.options()
	o.Log = slog.New(back)
	s, err := Open(b.ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	b.Store = s
	next := func() (pages [2]int64) {
		t.Helper()
		select {
		case pages = <-back.told:
		case <-time.After(time.Minute):
			t.Fatal("nobody writes the log back")
		}
		return pages
	}
	b.commitMany(0, checkpointAfter)
	if pages := next(); pages[0] == 0 || pages[1] >= longLog {
		t.Errorf("%d of %d pages were written back", pages[0], pages[1])
	}
	b.commitMany(checkpointAfter, 500)
	s.checkpoint(b.ctx, 1)
	if first, _, rest := next(), next(), next(); first[0] == 0 || rest[0] != rest[1] {
		t.Errorf("%d of %d pages were written back beside the writer, then %d of %d in its turn",
			first[0], first[1], rest[0], rest[1])
	}
	b.commit(b.incoming("after", task.ResultSucceeded, "https://a/v.mp4"))
	s.checkpoint(b.ctx, longLog)
	if anew := next(); anew[1] > 100 || len(back.told) > 0 {
		t.Errorf("the log has %d pages and did not begin anew, or the writer had to wait",
			anew[1])
	}
}

// commitMany commits deliveries of so many new tasks.
func (b *bundle) commitMany(from, n int) {
	b.t.Helper()
	const batch = 500
	for done := 0; done < n; done += batch {
		in := make([]Incoming, batch)
		for i := range in {
			id := fmt.Sprintf("task-%d", from+done+i)
			in[i] = b.incoming(id, task.ResultSucceeded, "https://a/v.mp4")
		}
		if _, err := b.CommitDeliveries(b.ctx, in); err != nil {
			b.t.Fatal(err)
		}
	}
}

func TestCheckpointsAreAskedForOnceAtATime(t *testing.T) {
	t.Parallel()
	c := checkpoints{wake: make(chan struct{}, 1)}
	asked := func() bool {
		select {
		case <-c.wake:
			return true
		default:
			return false
		}
	}
	c.note(checkpointAfter - 1)
	if asked() {
		t.Error("asked for one too early")
	}
	c.note(1)
	if !asked() {
		t.Error("asked for none when it was time")
	}
	c.note(checkpointAfter)
	c.note(checkpointAfter) // the one before has not begun: nobody waits for it
	if !asked() || asked() {
		t.Error("asked otherwise than once")
	}
}
