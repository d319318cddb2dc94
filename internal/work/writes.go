package work

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/reelback/reelback/internal/task"
)

const (
	// writesEvery is how often it is looked whether writing works again, and only then.
	writesEvery = 2 * time.Second
	// writesTold is the shortest pause between two lines of the log about it: there is an error for
	// every callback that comes in meanwhile.
	writesTold = 10 * time.Second
	// writesIdle is how long nothing may have been written before a little is, to see whether it
	// can be. Who watches the program is to know before the next callback comes.
	writesIdle = time.Minute
)

// WriteWatch knows whether what comes in can be written. It is told of every write, and finds out
// by itself when writing works again.
type WriteWatch struct {
	o     WriteWatchOptions
	wrote atomic.Bool // since the last look

	mu      sync.Mutex
	failing bool
	trouble task.Trouble
	since   time.Time // of the trouble
	again   bool      // a write has failed since the last look
	untold  int       // failures that no line of the log has told of yet
	lastErr error
	told    time.Time // when the last line was logged
	turned  int64     // callbacks turned away that the log knows of
	written time.Time // when something was last known to be written
}

// WriteWatchOptions are what a WriteWatch is made of.
type WriteWatchOptions struct {
	Probe     func(ctx context.Context) error // writes a little
	TroubleOf func(err error) task.Trouble
	// TurnedAway is how many callbacks could not be stored so far.
	TurnedAway func() int64
	Changed    func() // is told when trouble begins and ends; may be nil
	Now        func() time.Time
	Log        *slog.Logger
}

// NewWriteWatch returns a watch that knows of no trouble.
func NewWriteWatch(o WriteWatchOptions) *WriteWatch {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Changed == nil {
		o.Changed = func() {}
	}
	return &WriteWatch{o: o, written: o.Now()}
}

// Trouble says why nothing can be written; empty while it can, as far as is known.
func (w *WriteWatch) Trouble() task.Trouble {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.trouble
}

// Note takes the outcome of a write. It does not block.
func (w *WriteWatch) Note(err error) {
	if err == nil {
		w.wrote.Store(true)
		return
	}
	if w.fail(err) {
		w.o.Changed()
	}
}

// fail notes a failure and says whether it is news.
func (w *WriteWatch) fail(err error) (news bool) {
	trouble, now := w.o.TroubleOf(err), w.o.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.failing {
		w.failing, w.since = true, now
	}
	if trouble == task.NoTrouble && errors.Is(err, context.DeadlineExceeded) {
		trouble = task.Stuck
	}
	if trouble != task.NoTrouble {
		news = trouble != w.trouble
		w.trouble = trouble
	}
	w.again, w.lastErr = true, err
	w.untold++
	w.tell(now)
	return news
}

// tell logs what has failed, or waited for too long, where the last line was long enough ago.
func (w *WriteWatch) tell(now time.Time) {
	turned := w.o.TurnedAway()
	if w.untold == 0 && turned == w.turned || now.Sub(w.told) < writesTold {
		return
	}
	w.o.Log.Error("what came in could not be stored", "reason", string(w.trouble),
		"writes", w.untold, "turned_away", turned-w.turned, "err", w.lastErr)
	w.untold, w.turned, w.told, w.lastErr = 0, turned, now, nil
}

// Run looks after what has failed until the context ends.
func (w *WriteWatch) Run(ctx context.Context) error {
	tick := time.NewTicker(writesEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			w.round(ctx)
		case <-ctx.Done():
			return nil
		}
	}
}

// round probes where the last write failed, or nothing was written for long.
func (w *WriteWatch) round(ctx context.Context) {
	now := w.o.Now()
	w.mu.Lock()
	if w.wrote.Swap(false) {
		w.written = now
	}
	w.tell(now)
	probe := w.failing && !w.again || !w.failing && now.Sub(w.written) >= writesIdle
	w.again = false
	w.mu.Unlock()
	if !probe {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, writesTold)
	defer cancel()
	err := w.o.Probe(ctx)
	switch {
	case err == nil:
		w.recover(now)
	case ctx.Err() == nil || ctx.Err() == context.DeadlineExceeded:
		w.Note(err)
	}
}

// recover ends the trouble, unless something has failed meanwhile.
func (w *WriteWatch) recover(now time.Time) {
	w.mu.Lock()
	w.written = now
	news := w.trouble != task.NoTrouble
	if !w.failing || w.again {
		w.mu.Unlock()
		return
	}
	turned := w.o.TurnedAway()
	w.o.Log.Info("what comes in is stored again", "after", now.Sub(w.since).Round(time.Second),
		"turned_away", turned-w.turned)
	w.failing, w.trouble, w.untold, w.turned = false, task.NoTrouble, 0, turned
	w.mu.Unlock()
	if news {
		w.o.Changed()
	}
}
