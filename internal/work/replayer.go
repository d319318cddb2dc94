package work

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// Replays is where replays are made and kept.
type Replays interface {
	PreviewReplay(ctx context.Context, f task.DeliveryFilter, r store.Reader) (store.Preview, error)
	BeginReplay(ctx context.Context, f task.DeliveryFilter, text string) (int64, error)
	RunReplay(ctx context.Context, id int64, f task.DeliveryFilter, r store.Reader,
		told func(store.Replayed)) error
	BeginUndo(ctx context.Context, id int64) error
	RunUndo(ctx context.Context, id int64, told func(store.Replayed)) error
	EndReplay(ctx context.Context, id int64, state store.ReplayState) error
	DropOldUndos(ctx context.Context) error
}

// Replayer replays deliveries and undoes that, one at a time and apart from the request that
// asked for it: a million deliveries take longer than anybody waits for a page.
type Replayer struct {
	Replays Replays
	Reader  store.Reader
	Log     *slog.Logger
	// Told is told of tasks that have changed, and without any of how far it is.
	Told func(store.Replayed)

	jobs    chan replayJob
	preview chan struct{} // held while one is made
}

type replayJob struct {
	id     int64
	filter task.DeliveryFilter
	undo   bool
}

// NewReplayer returns a replayer, which does what it is asked to once Run has been started.
func NewReplayer(r Replayer) *Replayer {
	if r.Log == nil {
		r.Log = slog.Default()
	}
	if r.Told == nil {
		r.Told = func(store.Replayed) {}
	}
	// The store lets one begin only once the one before has ended, so that nobody ever waits.
	r.jobs, r.preview = make(chan replayJob, 1), make(chan struct{}, 1)
	return &r
}

// Preview says what a replay would do. Previews are made one at a time, for each keeps a core busy.
func (r *Replayer) Preview(ctx context.Context, f task.DeliveryFilter) (store.Preview, error) {
	select {
	case r.preview <- struct{}{}:
		defer func() { <-r.preview }()
	case <-ctx.Done():
		return store.Preview{}, fmt.Errorf("wait for another preview: %w", ctx.Err())
	}
	return r.Replays.PreviewReplay(ctx, f, r.Reader)
}

// Begin has the deliveries that match replayed, and returns the number of the replay at once.
func (r *Replayer) Begin(ctx context.Context, f task.DeliveryFilter, text string) (int64, error) {
	id, err := r.Replays.BeginReplay(ctx, f, text)
	if err == nil {
		r.jobs <- replayJob{id: id, filter: f}
	}
	return id, err
}

// Undo has a replay undone, and returns at once.
func (r *Replayer) Undo(ctx context.Context, id int64) error {
	err := r.Replays.BeginUndo(ctx, id)
	if err == nil {
		r.jobs <- replayJob{id: id, undo: true}
	}
	return err
}

// Run does what is asked for until the context ends. What is under way then is interrupted: what
// it has done stays and can be undone.
func (r *Replayer) Run(ctx context.Context) error {
	for {
		select {
		case job := <-r.jobs:
			r.do(ctx, job)
		case <-ctx.Done():
			return nil
		}
	}
}

func (r *Replayer) do(ctx context.Context, job replayJob) {
	err := r.work(ctx, job)
	state := store.ReplayDone
	switch {
	case err != nil:
		state = store.ReplayInterrupted
	case job.undo:
		state = store.ReplayUndone
	}
	if err != nil && ctx.Err() == nil {
		r.Log.Error("a replay came to an early end", "replay", job.id, "undo", job.undo, "err", err)
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	if err := r.Replays.EndReplay(last, job.id, state); err != nil {
		r.Log.Error("the end of a replay could not be noted", "replay", job.id, "err", err)
	}
	r.Told(store.Replayed{})
	if err := r.Replays.DropOldUndos(ctx); err != nil && ctx.Err() == nil {
		r.Log.Error("old undo data could not be removed", "err", err)
	}
}

// work does a job. A panic, say over a hostile body, ends that job only.
func (r *Replayer) work(ctx context.Context, job replayJob) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	told := func(news store.Replayed) {
		for _, f := range news.Faults {
			r.Log.Error("a task was left alone by a replay", "replay", job.id, "undo", job.undo,
				"deliveries", f.Deliveries, "err", f.Err)
		}
		r.Told(news)
	}
	if job.undo {
		return r.Replays.RunUndo(ctx, job.id, told)
	}
	return r.Replays.RunReplay(ctx, job.id, job.filter, r.Reader, told)
}
