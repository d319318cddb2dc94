package work

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/reelback/reelback/internal/fetch"
	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// farewell is how long the last word on an asset may take once the program is stopping.
const farewell = 5 * time.Second

// longestAttempt bounds an attempt, so that a server that trickles cannot hold a worker for
// ever. What has arrived by then is kept, and the next attempt goes on from there.
const longestAttempt = 2 * time.Hour

// save makes one attempt at a claimed asset and stores how it came out.
func (s *Saver) save(ctx context.Context, c store.Claimed) {
	defer s.Wake() // the loop may be asleep for longer than until the next attempt
	defer func() { s.hosts.give(c.Asset) }()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stop := s.keepClaim(ctx, c, cancel)
	var trace fetch.Trace
	asset, err := s.attempt(ctx, c, &trace)
	relinked := s.relink(ctx, c, err)
	if relinked == task.RelinkFresh {
		if fresh, ok := s.again(ctx, c, trace, err); ok {
			c = fresh
			asset, err = s.attempt(ctx, c, &trace)
		}
	}
	stop()

	// What is known by now is stored even if the program is stopping.
	last, cancelLast := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancelLast()
	at := s.ended(c.Attempt, trace)
	if err != nil && ctx.Err() != nil {
		s.release(last, c, at)
		return
	}
	if err != nil {
		asset = s.afterFailure(c.Asset, err)
		if dead(last, err) {
			at.Relinked = relinked
			if relinked == task.RelinkFresh {
				asset = task.AfterRelink(c.Asset, failure(err).Reason, s.o.Now(), s.o.Jitter())
			}
		}
		at.Result, at.Reason, at.Refused = task.AttemptFailed, asset.Error, refused(err)
	} else {
		at.Result = task.AttemptSaved
	}
	s.log(c, asset, err)
	s.finish(last, c, asset, at)
}

// relink looks for a living link where an attempt failed because its own is dead.
func (s *Saver) relink(ctx context.Context, c store.Claimed, err error) task.Relinked {
	switch {
	case !dead(ctx, err):
		return ""
	case s.o.Relink == nil:
		return task.RelinkNoKey
	default:
		return s.o.Relink(ctx, c)
	}
}

// dead says whether an attempt failed because its link is dead.
func dead(ctx context.Context, err error) bool {
	return err != nil && ctx.Err() == nil && failure(err).LinkDead
}

// again begins another attempt at once where a dead link has been replaced: the fresh one may not
// live long, and must not wait behind a long queue.
func (s *Saver) again(ctx context.Context, c store.Claimed, trace fetch.Trace, err error) (
	store.Claimed, bool,
) {
	at := s.ended(c.Attempt, trace)
	at.Result, at.Reason = task.AttemptFailed, failure(err).Reason
	at.Relinked = task.RelinkFresh
	fresh, err := s.o.Queue.Reattempt(ctx, c, at)
	if err != nil {
		if ctx.Err() == nil {
			s.o.Log.Warn("a fresh link has to wait for its turn", "err", err)
		}
		return c, false
	}
	s.hosts.take(fresh.Asset)
	s.hosts.give(c.Asset)
	return fresh, true
}

// ended returns an attempt as its trace leaves it, interrupted unless it came to an end.
func (s *Saver) ended(at task.Attempt, trace fetch.Trace) task.Attempt {
	at.EndedAt, at.Result = s.o.Now(), task.AttemptInterrupted
	at.Status, at.From, at.Bytes = trace.Status, trace.From, trace.Bytes
	at.Host = cmp.Or(trace.Host, at.Host)
	return at
}

// release gives an asset back whose attempt was interrupted.
func (s *Saver) release(ctx context.Context, c store.Claimed, at task.Attempt) {
	at.Result, at.Reason = task.AttemptInterrupted, ""
	if err := s.o.Queue.ReleaseAsset(ctx, c.Asset, at); err != nil {
		s.o.Log.Error("an asset could not be given back", "err", err)
	}
}

// finish stores how an attempt came out.
func (s *Saver) finish(
	ctx context.Context, c store.Claimed, asset task.Asset, at task.Attempt,
) {
	if asset.State == task.FailedAsset || asset.State == task.ExpiredAsset {
		s.tidy(c) // as long as the claim keeps a retry away from the partial file
	}
	err := s.o.Queue.FinishAsset(ctx, asset, event(asset, s.o.Now()), at)
	switch {
	case errors.Is(err, store.ErrClaimLost):
		s.o.Log.Warn("the outcome of an asset came too late", "task_id", c.Task.TaskID)
		s.release(ctx, c, at) // to whoever has the claim by now this makes no difference
		return
	case err != nil:
		s.o.Log.Error("the outcome of an asset could not be stored",
			"task_id", c.Task.TaskID, "err", err)
		return
	}
	if asset.State == task.SavedAsset {
		if err := s.o.Folder.Settle(partKey(asset)); err != nil {
			s.o.Log.Warn("the note of a commit could not be removed", "err", err)
		}
	}
	s.o.Changed(c.Task)
}

// panicked is an attempt's error when it ended in a panic.
type panicked struct {
	value any
	stack []byte
}

func (p *panicked) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// attempt fetches the file and puts it in its place. The asset it returns is a saved one.
func (s *Saver) attempt(ctx context.Context, c store.Claimed, trace *fetch.Trace) (
	asset task.Asset, err error,
) {
	ctx, cancel := context.WithTimeout(ctx, longestAttempt)
	defer cancel()
	defer s.o.Ended(c)
	defer func() {
		// A panic in one attempt, say over a hostile file, must cost that attempt only.
		if r := recover(); r != nil {
			err = &panicked{value: r, stack: debug.Stack()}
		}
	}()
	key := partKey(c.Asset)
	if err := s.o.Folder.Reclaim(key, c.Asset.SourceURL); err != nil {
		s.o.Log.Warn("a whole file could not be taken back and is fetched again", "err", err)
	}
	part, err := s.o.Folder.Part(key)
	if err != nil {
		return task.Asset{}, fmt.Errorf("open the partial file: %w", err)
	}
	defer func() { err = errors.Join(err, part.Close()) }()
	res, err := s.o.Fetcher.Fetch(ctx, fetch.Request{
		URL: c.Asset.SourceURL, Role: c.Asset.Role, Part: part,
		Progress: s.progress(c), Trace: trace, Room: s.room.fits,
		// Still short after a day of attempts, it is all there is to be had.
		KeepShort: c.Asset.TriedLong(),
		Resumed:   func(from int64) { s.resumed(ctx, c, from) },
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
	asset.FrameRate, asset.Codec = facts.FrameRate, facts.Codec
	asset.FastStart = facts.FastStart
	return asset, nil
}

// resumed notes from which byte an attempt goes on, so that it is known while it runs.
func (s *Saver) resumed(ctx context.Context, c store.Claimed, from int64) {
	if err := s.o.Queue.NoteResumed(ctx, c, from); err != nil && ctx.Err() == nil {
		s.o.Log.Warn("where an attempt goes on could not be noted", "err", err)
	}
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

// tidy removes the partial file of an asset that is given up.
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
