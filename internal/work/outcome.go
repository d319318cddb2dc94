package work

import (
	"errors"
	"fmt"
	"time"

	"github.com/reelback/reelback/internal/fetch"
	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// The pauses of one asset after trouble on our side.
const (
	ownPause  = 5 * time.Minute
	busyPause = 10 * time.Second // somebody whose claim was lost will soon notice
)

// longestWish is how long a server may have us wait at most.
const longestWish = time.Hour

// The reasons for pages that package fetch does not give.
const (
	reasonStore = "the file could not be stored"
	reasonSlow  = "the server sends too slowly"
)

// afterFailure returns the asset as a failed attempt leaves it.
func (s *Saver) afterFailure(a task.Asset, err error) task.Asset {
	now := s.o.Now()
	if own(err) {
		// This says nothing about the link and brings the asset no nearer to being given up.
		wait := ownPause
		a.State, a.Error = task.Pending, reasonStore
		switch {
		case media.IsFull(err):
			// Nothing else is begun either until there is room, so that not every asset asks the
			// provider in vain.
			a.Error, wait = task.ReasonDiskFull, 0
			s.room.full()
		case errors.Is(err, fetch.ErrNoRoom): // for this file; a smaller one may find some
			a.Error, wait = task.ReasonDiskFull, blindPause
			if s.room.tight() {
				wait = 0
			}
		case errors.Is(err, media.ErrBusy):
			wait = busyPause
		}
		a.NextTryAt = now.Add(wait)
		return a
	}
	a = task.AfterFailure(a, failure(err), now, s.o.Jitter())
	var fe *fetch.Error
	if errors.As(err, &fe) && a.State == task.Pending {
		wish := now.Add(min(fe.RetryAfter, longestWish))
		if wish.After(a.NextTryAt) && (a.ExpiresAt.IsZero() || wish.Before(a.ExpiresAt)) {
			a.NextTryAt = wish
		}
	}
	return a
}

// own says whether an attempt failed on our side: over the disk, not over the link or the file.
func own(err error) bool {
	var fe *fetch.Error
	var p *panicked
	switch {
	case errors.As(err, &fe):
		return fe.Kind == fetch.Disk
	default:
		return !errors.As(err, &p)
	}
}

// failure says what an attempt's error means for the asset.
func failure(err error) task.Failure {
	var fe *fetch.Error
	if !errors.As(err, &fe) {
		return task.Failure{Reason: reasonStore}
	}
	f := task.Failure{Reason: fe.Error(), Permanent: fe.Permanent()}
	switch fe.Kind {
	case fetch.Gone, fetch.Denied:
		f.LinkDead = true
	case fetch.WrongType, fetch.Empty:
		f.Useless = true
	case fetch.Cancelled:
		// Not by a shutdown or a lost claim, which are no failures: its time was up.
		f.Reason = reasonSlow
	}
	return f
}

// refused is the address that the guard refused, empty where it refused none.
func refused(err error) string {
	var fe *fetch.Error
	if !errors.As(err, &fe) || !fe.Addr.IsValid() {
		return ""
	}
	return fe.Addr.String()
}

// event tells how an attempt left an asset.
func event(a task.Asset, now time.Time) task.Event {
	e := task.Event{At: now, Role: a.Role, Index: a.Index, Detail: a.Error}
	switch a.State {
	case task.SavedAsset:
		e.Kind, e.Detail = task.EventAssetSaved, fmt.Sprint(a.Bytes)
	case task.FailedAsset:
		e.Kind = task.EventAssetFailed
	case task.ExpiredAsset:
		e.Kind = task.EventAssetExpired
	default:
		e.Kind = task.EventAttempt
	}
	return e
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
