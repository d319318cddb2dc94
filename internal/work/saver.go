// Package work runs what happens in the background: saving assets before their links die and
// keeping the house in order. Every loop is a single pass that tests can call; the loops start
// and stop with a context. It knows no HTTP server and no SQL.
package work

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/reelback/reelback/internal/fetch"
	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// Queue is where assets wait to be saved.
type Queue interface {
	ClaimAsset(ctx context.Context, lease time.Duration, busy ...string) (
		c store.Claimed, next time.Time, ok bool, err error)
	ExtendClaim(ctx context.Context, a task.Asset, lease time.Duration) error
	Reattempt(ctx context.Context, c store.Claimed, at task.Attempt) (store.Claimed, error)
	NoteResumed(ctx context.Context, c store.Claimed, from int64) error
	ReleaseAsset(ctx context.Context, a task.Asset, at task.Attempt) error
	FinishAsset(ctx context.Context, a task.Asset, e task.Event, at task.Attempt) error
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
	Workers int              // how many assets are fetched at a time; 0 means 8
	PerHost int              // how many of them from one host; 0 means 4
	Reserve int64            // bytes of the disk to leave free; 0 means 2 GiB or a twentieth
	Now     func() time.Time // nil means time.Now
	Jitter  func() float64   // spreads retries, from -1 to 1; nil means at random
	Log     *slog.Logger     // nil means slog.Default
	// Changed is told when an asset of a task has come out one way or the other.
	Changed func(t task.Task)
	// Relink looks for a living link to an asset whose own is dead; nil where nobody can be asked.
	Relink func(ctx context.Context, c store.Claimed) task.Relinked
	// Away says that the folder is not there, so that nothing is begun.
	Away func() bool
	// Short is told when saving pauses for want of room on the disk, and when it goes on.
	Short func(short bool)
	// Progress is told now and then how far a fetch has come; total is 0 when unknown.
	Progress func(c store.Claimed, done, total int64)
	// Ended is told when that fetch is over, whatever came of it.
	Ended func(c store.Claimed)
}

// Saver saves assets.
type Saver struct {
	o     SaverOptions
	hosts *hosts
	room  *room
	*crew[store.Claimed]
}

// lease is how long a claim holds without news; the saver extends it well before.
const lease = 2 * time.Minute

// NewSaver returns a saver, which does nothing before Run.
func NewSaver(o SaverOptions) *Saver {
	if o.Workers <= 0 {
		o.Workers = 8
	}
	if o.PerHost <= 0 {
		o.PerHost = 4
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
	if o.Away == nil {
		o.Away = func() bool { return false }
	}
	if o.Short == nil {
		o.Short = func(bool) {}
	}
	if o.Progress == nil {
		o.Progress = func(store.Claimed, int64, int64) {}
	}
	if o.Ended == nil {
		o.Ended = func(store.Claimed) {}
	}
	s := &Saver{o: o, hosts: newHosts(o.PerHost)}
	s.room = &room{reserve: o.Reserve, space: o.Folder.Space, now: o.Now, log: o.Log, told: o.Short}
	s.crew = &crew[store.Claimed]{
		what: "asset", workers: o.Workers, now: o.Now, log: o.Log, wake: make(chan struct{}, 1),
		claim: s.claim, do: s.save, hold: s.hold,
	}
	return s
}

// hold returns how long nothing can be saved at least, 0 when something can.
func (s *Saver) hold() time.Duration {
	if s.o.Away() {
		return awayBeat
	}
	return s.room.wait()
}

// claim claims an asset whose host is not busy, which takes a place there until save is done.
func (s *Saver) claim(ctx context.Context) (store.Claimed, time.Time, bool, error) {
	if again := s.hosts.feedsAt(s.o.Now()); !again.IsZero() {
		return store.Claimed{}, again, false, nil
	}
	busy := s.hosts.busy()
	c, next, ok, err := s.o.Queue.ClaimAsset(ctx, lease, busy...)
	switch {
	case ok:
		s.hosts.take(c.Asset)
	case err == nil && len(busy) > 0 && next.IsZero():
		s.hosts.starve(s.o.Now())
		next = s.o.Now().Add(longestNap) // a place given back wakes the saver before
	}
	return c, next, ok, err
}

// Short says whether saving pauses for want of room on the disk.
func (s *Saver) Short() bool { return s.room.isShort() }

// Reserve returns how many bytes of the disk are left free, 0 where that cannot be told.
func (s *Saver) Reserve() int64 { return s.room.kept() }

// HasRoom says whether the folder has more room than its reserve right now.
func (s *Saver) HasRoom() bool {
	_, enough := s.room.look()
	return enough && !s.Short() && !s.o.Away()
}

// Run saves assets until the context ends; unfinished ones are given back at no cost then.
func (s *Saver) Run(ctx context.Context) error {
	if s.voidClaims(ctx) {
		s.work(ctx)
	}
	return nil
}

// voidClaims gives back what a run before this one had claimed, and tries until that is written:
// on a full disk everything else has to go on. It says whether that was done before the end.
func (s *Saver) voidClaims(ctx context.Context) bool {
	n, err := s.o.Queue.VoidClaims(ctx)
	for told := false; err != nil && ctx.Err() == nil; n, err = s.o.Queue.VoidClaims(ctx) {
		if !told {
			s.o.Log.Error("saving waits until the database can be written", "err", err)
			told = true
		}
		again := time.NewTimer(roomEvery)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
		}
	}
	if ctx.Err() == nil && n > 0 {
		s.o.Log.Info("saving resumes where the last run stopped", "assets", n)
	}
	return ctx.Err() == nil
}
