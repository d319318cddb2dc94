package inbox

import (
	"context"
	"fmt"
	"time"

	"github.com/reelback/reelback/internal/store"
)

// maxWait is how long a delivery waits for its commit. The provider gives up after 15 s.
const maxWait = 10 * time.Second

// waiting is a delivery on its way to a commit, and who waits for it.
type waiting struct {
	in       store.Incoming
	done     chan result // has room for one, so that the writer never waits
	patience *time.Timer
}

// newWaiting returns one whose patience has not begun.
func newWaiting() *waiting {
	w := &waiting{done: make(chan result, 1), patience: time.NewTimer(maxWait)}
	w.patience.Stop()
	return w
}

type result struct {
	committed store.Committed
	err       error
}

// commit hands a delivery to the writer and waits until it is on disk. Who sent it need not wait
// as long: it is stored all the same.
func (in *Inbox) commit(ctx context.Context, inc store.Incoming) (store.Committed, error) {
	w := in.idle.Get().(*waiting)
	w.in = inc
	w.patience.Reset(maxWait)
	select {
	case in.commits <- w:
	case <-ctx.Done():
		return store.Committed{}, fmt.Errorf("wait for a place in the queue: %w", ErrBusy)
	case <-w.patience.C:
		return store.Committed{}, fmt.Errorf("wait for a place in the queue: %w", ErrBusy)
	case <-in.stopped:
		return store.Committed{}, fmt.Errorf("shutting down: %w", ErrBusy)
	}
	select {
	case r := <-w.done:
		in.reuse(w)
		return r.committed, r.err
	case <-ctx.Done():
		return store.Committed{}, fmt.Errorf("wait for the commit: %w", ErrBusy)
	case <-w.patience.C:
		return store.Committed{}, fmt.Errorf("wait for the commit: %w", ErrBusy)
	case <-in.stopped:
		return in.lastWord(w)
	}
}

// reuse keeps what a delivery waited with for the next one. Only the writer's answer makes it
// free: without one, the writer may still have it in hand.
func (in *Inbox) reuse(w *waiting) {
	w.in = store.Incoming{}
	w.patience.Stop()
	in.idle.Put(w)
}

// lastWord returns the result of a delivery that the writer may have finished as it stopped.
func (in *Inbox) lastWord(w *waiting) (store.Committed, error) {
	select {
	case r := <-w.done:
		return r.committed, r.err
	default:
		return store.Committed{}, fmt.Errorf("shutting down: %w", ErrBusy)
	}
}
