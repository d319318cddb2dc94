package work

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// suspect is a file that was not as it should be at the first look.
type suspect struct {
	store.KeptFile
	at time.Time // of that look
}

const (
	// secondLook is how long after the first one a file is looked at again before it is believed to
	// be gone: some tools remove a file before they put another one in its place.
	secondLook = 2 * time.Second
	// stillCopied is how long nothing may have been written to a file of the wrong size: a backup
	// that is being restored grows.
	stillCopied = time.Minute
	// sampleSize is how many files are looked at to tell whether most of them are gone, and
	// sampleLeast how few say nothing about the whole.
	sampleSize  = 64
	sampleLeast = 20
)

// suspect takes in a report about a path.
func (w *FileWatch) suspect(ctx context.Context, path string) {
	if _, known := w.suspects[path]; known || len(w.suspects) >= mostSuspects {
		return
	}
	f, kept, err := w.o.Shelves.KeptFile(ctx, path)
	if err != nil && ctx.Err() == nil {
		w.o.Log.Warn("a file that was asked for in vain could not be looked up", "err", err)
	}
	if kept {
		w.note(f)
	}
}

// note remembers a file that is not as it should be, for a second look.
func (w *FileWatch) note(f store.KeptFile) {
	if _, known := w.suspects[f.Path]; !known && w.fault(f) != "" {
		w.suspects[f.Path] = suspect{f, w.o.Now()}
	}
}

// judge takes the second look at suspects, and notes those that are gone, unless most of all files
// seem to be.
func (w *FileWatch) judge(ctx context.Context) error {
	now, sampled := w.o.Now(), false
	for path, s := range w.suspects {
		if now.Sub(s.at) < secondLook {
			continue
		}
		reason := w.fault(s.KeptFile)
		if reason == task.ErrorFileSize && w.beingWritten(path, now) {
			continue
		}
		if reason != "" && !sampled {
			sampled = true
			if mostGone, err := w.mostGone(ctx); err != nil || mostGone {
				if err == nil {
					w.turn(task.Emptied)
				}
				return err
			}
		}
		delete(w.suspects, path)
		if reason == "" {
			continue
		}
		if err := w.gone(ctx, s.KeptFile, reason); err != nil {
			return err
		}
	}
	return nil
}

// beingWritten says whether somebody has written to a file a moment ago.
func (w *FileWatch) beingWritten(path string, now time.Time) bool {
	info, err := w.o.Folder.Stat(path)
	return err == nil && now.Sub(info.ModTime()) < stillCopied
}

// gone notes that a file is gone and passes it on.
func (w *FileWatch) gone(ctx context.Context, f store.KeptFile, reason string) error {
	t, gone, err := w.o.Shelves.FileGone(ctx, f, reason)
	if err != nil || !gone {
		return err
	}
	w.o.Log.Warn("a saved file is gone", "task_id", t.TaskID, "role", f.Role, "index", f.Index,
		"path", f.Path, "err", reason)
	w.o.Changed(t)
	return nil
}

// Look sees whether the folder is there with most of its files in it.
func (w *FileWatch) Look(ctx context.Context) task.Away {
	another, err := w.o.Folder.Check()
	switch before := w.Away(); {
	case err != nil:
		if before == task.NotAway && !errors.Is(err, fs.ErrNotExist) {
			w.o.Log.Error("the media folder cannot be used", "err", err)
		}
		w.turn(task.Absent)
	case another || before != task.NotAway || !w.looked:
		w.looked = true
		mostGone, err := w.mostGone(ctx)
		switch {
		case err != nil:
			w.o.Log.Warn("the saved files could not be looked at", "err", err)
		case mostGone:
			w.turn(task.Emptied)
		default:
			w.turn(task.NotAway)
		}
	}
	return w.Away()
}

// mostGone says whether more than half of a sample of many files is gone.
func (w *FileWatch) mostGone(ctx context.Context) (bool, error) {
	sample, err := w.o.Shelves.SampleFiles(ctx, sampleSize, w.o.Random)
	if err != nil {
		return false, err
	}
	gone := 0
	for _, f := range sample {
		if w.fault(f) == task.ErrorFileMissing {
			gone++
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	most := len(sample) >= sampleLeast && 2*gone > len(sample)
	w.believed = w.believed && most
	return most && !w.believed, nil
}

// Away says why no file can be found, as far as is known; empty while they can.
func (w *FileWatch) Away() task.Away {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.away
}

// turn notes that the folder is away or back, and tells of it.
func (w *FileWatch) turn(away task.Away) {
	w.mu.Lock()
	before := w.away
	w.away = away
	w.mu.Unlock()
	switch {
	case before == away:
		return
	case away == task.NotAway:
		w.o.Log.Info("the media folder is back")
		w.place, w.walking, w.walkAt = "", false, time.Time{} // all is looked at anew
	default:
		w.o.Log.Error("the media folder is away", "reason", string(away), "err", away.Sentence())
	}
	clear(w.suspects)
	w.o.Told(away)
}
