// Package work runs what happens in the background: saving assets before their links die and
// keeping the house in order. Every loop is a single pass that tests can call; the loops start
// and stop with a context. It knows no HTTP server and no SQL.
package work

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/reelback/reelback/internal/fetch"
	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// Queue is where assets wait to be saved.
type Queue interface {
	ClaimAsset(ctx context.Context, lease time.Duration) (
		c store.Claimed, next time.Time, ok bool, err error)
	ExtendClaim(ctx context.Context, a task.Asset, lease time.Duration) error
	ReleaseAsset(ctx context.Context, a task.Asset) error
	FinishAsset(ctx context.Context, a task.Asset, e task.Event) error
	VoidClaims(ctx context.Context) (int64, error)
}

// Fetcher makes one attempt to bring a remote file home.
type Fetcher interface {
	Fetch(ctx context.Context, r fetch.Request) (fetch.Result, error)
}

// SaverOptions are what a Saver is made of.
type SaverOptions struct {
	Queue   Queue
	Fetcher Fetcher
	Folder  *media.Folder
	Workers int              // how many assets are fetched at a time; 0 means 4
	Now     func() time.Time // nil means time.Now
	Jitter  func() float64   // spreads retries, from -1 to 1; nil means at random
	Log     *slog.Logger     // nil means slog.Default
	// Changed is told when an asset of a task has come out one way or the other.
	Changed func(t task.Task)
	// Relink looks for a living link to an asset whose own is dead; nil where nobody can be asked.
	Relink func(ctx context.Context, c store.Claimed) bool
	// Progress is told now and then how far a fetch has come; total is 0 when unknown.
	Progress func(c store.Claimed, done, total int64)
}

// Saver saves assets.
type Saver struct {
	o    SaverOptions
	wake chan struct{} // has room for one: a nudge that is there need not be repeated

	mu     sync.Mutex
	resume time.Time // nothing is claimed before, for want of room on the disk
}

// lease is how long a claim holds without news; the saver extends it well before.
const lease = 2 * time.Minute

// NewSaver returns a saver, which does nothing before Run.
func NewSaver(o SaverOptions) *Saver {
	if o.Workers <= 0 {
		o.Workers = 4
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Jitter == nil {
		o.Jitter = func() float64 { return rand.Float64()*2 - 1 }
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Changed == nil {
		o.Changed = func(task.Task) {}
	}
	if o.Progress == nil {
		o.Progress = func(store.Claimed, int64, int64) {}
	}
	return &Saver{o: o, wake: make(chan struct{}, 1)}
}

// Wake tells the saver that there may be work. It never waits.
func (s *Saver) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Run saves assets until the context ends; unfinished ones are given back at no cost then.
func (s *Saver) Run(ctx context.Context) error {
	if n, err := s.o.Queue.VoidClaims(ctx); err != nil {
		return err
	} else if n > 0 {
		s.o.Log.Info("saving resumes where the last run stopped", "assets", n)
	}
	var running sync.WaitGroup
	defer running.Wait()
	slots := make(chan struct{}, s.o.Workers)
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return nil
		}
		c, ok := s.next(ctx)
		if !ok {
			return nil
		}
		running.Go(func() {
			defer func() { <-slots }()
			s.save(ctx, c)
		})
	}
}

// longestNap is how long the saver sleeps at most when nothing is due.
const longestNap = time.Minute

// next waits for an asset that is due and claims it. It is false once the context has ended.
func (s *Saver) next(ctx context.Context) (store.Claimed, bool) {
	trouble := time.Duration(0)
	for ctx.Err() == nil {
		if wait := s.paused(); wait > 0 {
			s.rest(ctx, wait)
			continue
		}
		c, due, ok, err := s.o.Queue.ClaimAsset(ctx, lease)
		if ok {
			return c, true
		}
		nap := longestNap
		switch {
		case err != nil && ctx.Err() == nil:
			trouble = min(max(2*trouble, time.Second), longestNap)
			nap = trouble
			s.o.Log.Error("no asset could be claimed", "err", err, "again_in", nap)
		case !due.IsZero():
			nap = min(max(due.Sub(s.o.Now()), 0), longestNap)
		}
		s.rest(ctx, nap)
	}
	return store.Claimed{}, false
}

// rest returns after the nap, when woken, or when the context ends.
func (s *Saver) rest(ctx context.Context, nap time.Duration) {
	timer := time.NewTimer(nap)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-s.wake:
	case <-ctx.Done():
	}
}

// pause lets nothing be claimed for a while.
func (s *Saver) pause(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resume = s.o.Now().Add(d)
}

// paused returns how long nothing is to be claimed yet, 0 or less when something may be.
func (s *Saver) paused() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.resume.Sub(s.o.Now())
}
