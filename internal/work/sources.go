package work

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// SourceStore is where sources and their tokens are kept.
type SourceStore interface {
	ListSources(ctx context.Context) ([]task.Source, error)
	NoteTokenUses(ctx context.Context, uses map[int64]time.Time) error
}

// Door is where deliveries come in.
type Door interface {
	SetSources(sources []task.Source)
	TokenUses() map[int64]time.Time // the last use since the start, by the token's number
}

const (
	// sourcesEvery is the pause between two readings of the sources. They are few, so that reading
	// them costs less than asking whether anything has changed.
	sourcesEvery = time.Second
	// usedEvery is how exactly the last use of a token is noted: a busy one need not cost a
	// write with every delivery.
	usedEvery = time.Minute
	// lastNote is how long noting the last uses may take when the program stops.
	lastNote = 2 * time.Second
)

// SourceWatch lets the door know of sources and tokens that others have changed, another process
// among them, and notes when tokens were used.
type SourceWatch struct {
	o       SourceWatchOptions
	sources atomic.Pointer[[]task.Source]

	mu      sync.Mutex // one round at a time, so that no older list replaces a newer one
	noted   map[int64]noted
	failing bool
}

// SourceWatchOptions are what a SourceWatch is made of.
type SourceWatchOptions struct {
	Store   SourceStore
	Door    Door
	Sources []task.Source    // as the door knows them
	Now     func() time.Time // nil means time.Now
	Log     *slog.Logger
}

// noted is what was written about a token, and when.
type noted struct{ use, at time.Time }

// NewSourceWatch returns a watch, which sees nothing new before Run or Refresh.
func NewSourceWatch(o SourceWatchOptions) *SourceWatch {
	if o.Now == nil {
		o.Now = time.Now
	}
	w := &SourceWatch{o: o, noted: make(map[int64]noted)}
	w.sources.Store(&o.Sources)
	return w
}

// Sources returns the sources with their valid tokens, as they were read last.
func (w *SourceWatch) Sources() []task.Source { return *w.sources.Load() }

// Refresh reads the sources. What has changed before it was called is in force once it returns.
func (w *SourceWatch) Refresh(ctx context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	sources, err := w.o.Store.ListSources(ctx)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(sources, w.Sources()) {
		w.o.Door.SetSources(sources)
		w.sources.Store(&sources)
	}
	return nil
}

// Run makes a round every second until the context ends, then notes the last uses.
func (w *SourceWatch) Run(ctx context.Context) error {
	tick := time.NewTicker(sourcesEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			w.round(ctx)
		case <-ctx.Done():
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastNote)
			defer cancel()
			w.tell(ctx, w.note(ctx, 0))
			return nil
		}
	}
}

func (w *SourceWatch) round(ctx context.Context) {
	w.tell(ctx, errors.Join(w.Refresh(ctx), w.note(ctx, usedEvery)))
}

// note writes the uses of tokens about which nothing was written for a while.
func (w *SourceWatch) note(ctx context.Context, pause time.Duration) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.o.Now()
	uses := w.o.Door.TokenUses()
	for id, use := range uses {
		if before := w.noted[id]; !use.After(before.use) || now.Sub(before.at) < pause {
			delete(uses, id)
		}
	}
	if len(uses) == 0 {
		return nil
	}
	if err := w.o.Store.NoteTokenUses(ctx, uses); err != nil {
		return err
	}
	for id, use := range uses {
		w.noted[id] = noted{use, now}
	}
	return nil
}

// tell logs the first error of a row: there is a round every second.
func (w *SourceWatch) tell(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil && !w.failing {
		w.o.Log.Error("sources could not be read again, so those known stay in force", "err", err)
	}
	w.failing = err != nil
}
