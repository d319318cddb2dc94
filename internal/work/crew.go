package work

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// crew works off a queue of the store: it claims one piece of work after another, while one is
// due and a worker is free, and rests otherwise.
type crew[Work any] struct {
	what    string // is claimed, for the log
	workers int
	now     func() time.Time
	log     *slog.Logger
	// claim claims what is due; without any, next is when the nearest will be, zero if none waits.
	claim func(ctx context.Context) (w Work, next time.Time, ok bool, err error)
	do    func(ctx context.Context, w Work)
	// hold says how long to wait before it is asked again, 0 to claim now; may be nil.
	hold func() time.Duration

	wake chan struct{} // has room for one: a nudge that is there need not be repeated

	mu     sync.Mutex
	resume time.Time // nothing is claimed before
}

// longestNap is how long a crew sleeps at most when nothing is due.
const longestNap = time.Minute

// Wake tells the crew that there may be work. It never waits.
func (c *crew[Work]) Wake() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// work claims and does until the context ends and everything under way has come to an end.
func (c *crew[Work]) work(ctx context.Context) {
	var running sync.WaitGroup
	defer running.Wait()
	slots := make(chan struct{}, c.workers)
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		w, ok := c.next(ctx)
		if !ok {
			return
		}
		running.Go(func() {
			defer func() { <-slots }()
			c.do(ctx, w)
		})
	}
}

// next waits for work that is due and claims it. It is false once the context has ended.
func (c *crew[Work]) next(ctx context.Context) (w Work, ok bool) {
	trouble := time.Duration(0)
	for ctx.Err() == nil {
		wait := c.paused()
		if wait <= 0 && c.hold != nil {
			wait = c.hold()
		}
		if wait > 0 {
			c.rest(ctx, wait)
			continue
		}
		w, due, ok, err := c.claim(ctx)
		if ok {
			return w, true
		}
		nap := longestNap
		switch {
		case err != nil && ctx.Err() == nil:
			trouble = min(max(2*trouble, time.Second), longestNap)
			nap = trouble
			c.log.Error("no "+c.what+" could be claimed", "err", err, "again_in", nap)
		case !due.IsZero():
			nap = min(max(due.Sub(c.now()), 0), longestNap)
		}
		c.rest(ctx, nap)
	}
	return w, false
}

// rest returns after the nap, when woken, or when the context ends.
func (c *crew[Work]) rest(ctx context.Context, nap time.Duration) {
	timer := time.NewTimer(nap)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.wake:
	case <-ctx.Done():
	}
}

// paused returns how long nothing is to be claimed yet, 0 or less when something may be.
func (c *crew[Work]) paused() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.resume.Sub(c.now())
}
