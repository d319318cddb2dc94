package inbox

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/reelback/reelback/internal/store"
)

// maxBatch is how many deliveries one transaction takes at most. Measured: fewer is slower at
// 256 connections, more gains nothing.
const maxBatch = 256

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

// Run commits what comes in until the context ends and what was waiting then is on disk.
func (in *Inbox) Run(ctx context.Context) error {
	defer in.once.Do(func() { close(in.stopped) })
	refusals := make(chan struct{})
	go func() {
		defer close(refusals)
		in.keepRefused(ctx)
	}()
	batch := make([]*waiting, 0, maxBatch)
	for {
		select {
		case w := <-in.commits:
			batch = in.gather(append(batch[:0], w))
			in.write(batch)
		case <-ctx.Done():
			in.drain(batch)
			<-refusals
			return nil
		}
	}
}

// drain commits what is still in the queue. Nobody is admitted any more by then.
func (in *Inbox) drain(batch []*waiting) {
	for {
		select {
		case w := <-in.commits:
			batch = in.gather(append(batch[:0], w))
			in.write(batch)
		default:
			return
		}
	}
}

// gather adds whatever else waits right now. It does not linger for more: measured, that only
// delays answers.
func (in *Inbox) gather(batch []*waiting) []*waiting {
	for len(batch) < maxBatch {
		select {
		case w := <-in.commits:
			batch = append(batch, w)
		default:
			return batch
		}
	}
	return batch
}

// write commits a batch. When it fails, its deliveries are committed one by one, so that one
// that cannot be stored does not take its neighbours down.
func (in *Inbox) write(batch []*waiting) {
	defer clear(batch) // bodies can be large: nothing should hold them until the next batch
	err := in.writeTogether(batch)
	if err == nil {
		return
	}
	if len(batch) == 1 || errors.Is(err, context.DeadlineExceeded) {
		giveUp(batch, err)
		return
	}
	in.o.Log.Debug("a batch of deliveries is redone one by one", "count", len(batch), "err", err)
	for i := range batch {
		err := in.writeTogether(batch[i : i+1])
		if errors.Is(err, context.DeadlineExceeded) {
			giveUp(batch[i:], err) // the others would wait as long for nothing
			return
		}
		if err != nil {
			giveUp(batch[i:i+1], err)
		}
	}
}

// giveUp tells who waits for the deliveries that they could not be stored.
func giveUp(batch []*waiting, err error) {
	for _, w := range batch {
		w.done <- result{err: fmt.Errorf("%w: %w", ErrBusy, err)}
	}
}

func (in *Inbox) writeTogether(batch []*waiting) error {
	// Shutting down must not cut a commit short: its senders wait for the answer.
	ctx, cancel := context.WithTimeout(context.Background(), maxWait)
	defer cancel()
	incoming := in.incoming[:0]
	for _, w := range batch {
		incoming = append(incoming, w.in)
	}
	in.incoming = incoming
	defer clear(incoming)
	committed, err := in.o.Keeper.CommitDeliveries(ctx, incoming)
	if err != nil {
		err = errors.Join(err, ctx.Err())
		in.o.Wrote(err)
		return err
	}
	in.o.Wrote(nil)
	// First the rest of the program, so that whoever has its answer finds it counted.
	for i, w := range batch {
		d := w.in.Delivery
		d.ID, d.Outcome, d.Reason = committed[i].ID, committed[i].Outcome, committed[i].Reason
		d.TaskID, d.Code = w.in.Report.TaskID, w.in.Report.Code
		in.o.Committed(d, committed[i])
	}
	for i, w := range batch {
		w.done <- result{committed: committed[i]}
	}
	return nil
}
