// Package work runs what happens in the background: saving assets before their links die and
// keeping the house in order. Every loop is a single pass that tests can call; the loops start
// and stop with a context. It knows no HTTP server and no SQL.
package work

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	ClaimAsset(ctx context.Context, lease time.Duration) (c store.Claimed, next time.Time, ok bool, err error)
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
	Log     *slog.Logger     // nil means slog.Default
	// Changed is told when an asset of a task has come out one way or the other.
	Changed func(t task.Task)
	// Progress is told now and then how far a fetch has come; total is 0 when unknown.
	Progress func(c store.Claimed, done, total int64)
}

// Saver saves assets.
type Saver struct {
	o    SaverOptions
	wake chan struct{} // has room for one: a nudge that is there need not be repeated
}

// lease is how long a claim holds without news; the saver extends it well before.
const lease = 2 * time.Minute

// farewell is how long the last word on an asset may take once the program is stopping.
const farewell = 5 * time.Second

// NewSaver returns a saver, which does nothing before Run.
func NewSaver(o SaverOptions) *Saver {
	if o.Workers <= 0 {
		o.Workers = 4
	}
	if o.Now == nil {
		o.Now = time.Now
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
	for ctx.Err() == nil {
		c, due, ok, err := s.o.Queue.ClaimAsset(ctx, lease)
		if ok {
			return c, true
		}
		nap := longestNap
		switch {
		case err != nil && ctx.Err() == nil:
			s.o.Log.Error("no asset could be claimed", "err", err)
			nap = time.Second
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

// save makes one attempt at a claimed asset and stores how it came out.
func (s *Saver) save(ctx context.Context, c store.Claimed) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := s.keepClaim(ctx, c, cancel)
	asset, err := s.attempt(ctx, c)
	stop()

	// What is known by now is stored even if the program is stopping.
	last, cancelLast := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancelLast()
	if err != nil && ctx.Err() != nil {
		if err := s.o.Queue.ReleaseAsset(last, c.Asset); err != nil {
			s.o.Log.Error("an asset could not be given back", "err", err)
		}
		return
	}
	event := task.Event{At: s.o.Now(), Role: c.Asset.Role, Index: c.Asset.Index}
	if err == nil {
		event.Kind, event.Detail = task.EventAssetSaved, fmt.Sprint(asset.Bytes)
	} else {
		asset = task.AfterFailure(c.Asset, failure(err), s.o.Now(), rand.Float64()*2-1)
		event.Kind, event.Detail = kindOf(asset.State), asset.Error
	}
	s.log(c, asset, err)
	if err := s.o.Queue.FinishAsset(last, asset, event); err != nil {
		s.o.Log.Error("the outcome of an asset could not be stored",
			"task_id", c.Task.TaskID, "err", err)
		return
	}
	if asset.State != task.Pending {
		s.tidy(c)
	}
	s.o.Changed(c.Task)
}

func kindOf(state task.AssetState) task.EventKind {
	switch state {
	case task.FailedAsset:
		return task.EventAssetFailed
	case task.ExpiredAsset:
		return task.EventAssetExpired
	default:
		return task.EventAttempt
	}
}

// attempt fetches the file and puts it in its place. The asset it returns is a saved one.
func (s *Saver) attempt(ctx context.Context, c store.Claimed) (asset task.Asset, err error) {
	defer func() {
		// A panic in one attempt, say over a hostile file, must cost that attempt only.
		if r := recover(); r != nil {
			err = fmt.Errorf("save asset: panic: %v", r)
		}
	}()
	part, err := s.o.Folder.Part(partKey(c.Asset))
	if err != nil {
		return task.Asset{}, fmt.Errorf("open the partial file: %w", err)
	}
	defer func() { err = errors.Join(err, part.Close()) }()
	res, err := s.o.Fetcher.Fetch(ctx, fetch.Request{
		URL: c.Asset.SourceURL, Role: c.Asset.Role, Part: part,
		Progress: s.progress(c),
	})
	if err != nil {
		return task.Asset{}, err
	}
	facts := s.facts(part, res)
	path, err := s.o.Folder.Commit(part, media.Name{
		Product: c.Task.Product, TaskID: c.Task.TaskID, Role: c.Asset.Role,
		Index: c.Asset.Index, Month: month(c.Task), ContentType: res.ContentType,
	})
	if err != nil {
		return task.Asset{}, fmt.Errorf("put the file in its place: %w", err)
	}
	asset = c.Asset
	asset.State, asset.Error, asset.Path = task.SavedAsset, "", path
	asset.Bytes, asset.SHA256, asset.ContentType = res.Bytes, res.SHA256, res.ContentType
	asset.Width, asset.Height, asset.Duration = facts.Width, facts.Height, facts.Duration
	return asset, nil
}

// progressEvery is how often the progress of one fetch is told at most.
const progressEvery = 250 * time.Millisecond

func (s *Saver) progress(c store.Claimed) func(done, total int64) {
	var told time.Time
	return func(done, total int64) {
		if now := s.o.Now(); now.Sub(told) >= progressEvery {
			told = now
			s.o.Progress(c, done, total)
		}
	}
}

// facts reads what the file says of itself. A file without readable facts is kept all the same.
func (s *Saver) facts(r io.ReaderAt, res fetch.Result) media.Facts {
	facts, err := media.ReadFacts(r, res.Bytes, res.ContentType)
	if err != nil {
		s.o.Log.Debug("a file's facts cannot be read", "type", res.ContentType, "err", err)
		return media.Facts{}
	}
	return facts
}

// tidy removes the partial file of an asset that has come to an end.
func (s *Saver) tidy(c store.Claimed) {
	part, err := s.o.Folder.Part(partKey(c.Asset))
	if err == nil {
		err = part.Discard()
	}
	if err != nil {
		s.o.Log.Warn("a partial file could not be removed", "err", err)
	}
}

// month is the folder a task's files go to: that of its completion.
func month(t task.Task) time.Time {
	if t.CompletedAt.IsZero() {
		return t.FirstSeenAt
	}
	return t.CompletedAt
}

func partKey(a task.Asset) string { return fmt.Sprintf("t%d-%s-%d", a.Task, a.Role, a.Index) }

// keepClaim extends the claim while an attempt runs and cancels the attempt if it is lost.
func (s *Saver) keepClaim(ctx context.Context, c store.Claimed, lost func()) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		tick := time.NewTicker(lease / 4)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			err := s.o.Queue.ExtendClaim(ctx, c.Asset, lease)
			if errors.Is(err, store.ErrClaimLost) {
				lost()
				return
			}
			if err != nil && ctx.Err() == nil {
				s.o.Log.Warn("a claim could not be extended", "err", err)
			}
		}
	})
	return func() { cancel(); done.Wait() }
}

func (s *Saver) log(c store.Claimed, asset task.Asset, err error) {
	attrs := []any{"task_id", c.Task.TaskID, "role", asset.Role, "index", asset.Index,
		"state", asset.State, "failures", asset.Failures}
	if err != nil {
		s.o.Log.Warn("an attempt at an asset failed", append(attrs, "err", err)...)
		return
	}
	s.o.Log.Info("asset saved", append(attrs, "bytes", asset.Bytes, "path", asset.Path)...)
}

// failure says what an attempt's error means for the asset.
func failure(err error) task.Failure {
	var fe *fetch.Error
	if !errors.As(err, &fe) {
		return task.Failure{Reason: "the file could not be stored"}
	}
	f := task.Failure{Reason: fe.Error(), Permanent: fe.Permanent()}
	switch fe.Kind {
	case fetch.Gone, fetch.Denied:
		f.LinkDead = true
	case fetch.WrongType, fetch.Empty:
		f.Useless = true
	}
	return f
}
