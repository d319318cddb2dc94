package inbox

import (
	"context"
	"errors"
	"fmt"
)

// maxBatch is how many deliveries one transaction takes at most. Measured: fewer is slower at
// 256 connections, more gains nothing.
const maxBatch = 256

// plenty is how many deliveries are committed while others are still on their way to the disk.
// Measured with a slow one: fewer cost more than the wait, more let the processor idle.
const plenty = 64

// Run commits what comes in until the context ends and what was waiting then is on disk.
func (in *Inbox) Run(ctx context.Context) error {
	defer in.once.Do(func() { close(in.stopped) })
	refusals, landings := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(refusals)
		in.keepRefused(ctx)
	}()
	go func() {
		defer close(landings)
		in.landAll()
	}()
	for {
		select {
		case w := <-in.commits:
			in.write(in.gather(w))
		case <-ctx.Done():
			in.drain()
			close(in.flights.under)
			<-landings
			<-refusals
			return nil
		}
	}
}

// drain commits what is still in the queue. Nobody is admitted any more by then.
func (in *Inbox) drain() {
	for {
		select {
		case w := <-in.commits:
			in.write(in.gather(w))
		default:
			return
		}
	}
}

// gather adds to a delivery whatever else waits right now. It does not linger for more: measured,
// that only delays answers. Only while others are on their way to the disk, and the processor has
// nothing better to do, a few wait for more.
func (in *Inbox) gather(first *waiting) []*waiting {
	batch := append(make([]*waiting, 0, maxBatch), first)
	for len(batch) < maxBatch {
		select {
		case w := <-in.commits:
			batch = append(batch, w)
			continue
		default:
		}
		if len(batch) >= plenty || in.flights.count.Load() == 0 {
			return batch
		}
		select {
		case w := <-in.commits:
			batch = append(batch, w)
		case <-in.flights.landed:
		}
	}
	return batch
}

// write commits a batch. When it fails, its deliveries are committed one by one, so that one
// that cannot be stored does not take its neighbours down.
func (in *Inbox) write(batch []*waiting) {
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

// writeTogether commits a batch and sends it on its way to the disk.
func (in *Inbox) writeTogether(batch []*waiting) error {
	// Shutting down must not cut a commit short: its senders wait for the answer.
	ctx, cancel := context.WithTimeout(context.Background(), maxWait)
	defer cancel()
	incoming := in.incoming[:0]
	for _, w := range batch {
		incoming = append(incoming, w.in)
	}
	in.incoming = incoming
	defer clear(incoming) // bodies can be large: nothing should hold them until the next batch
	committed, err := in.o.Keeper.CommitDeliveries(ctx, incoming)
	if err != nil {
		err = errors.Join(err, ctx.Err())
		in.o.Wrote(err)
		return err
	}
	in.flights.start(flight{batch, committed})
	return nil
}
