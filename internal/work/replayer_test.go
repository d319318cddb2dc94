package work

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// archive is a store of replays that does what a test says.
type archive struct {
	mu    sync.Mutex
	run   func(ctx context.Context) error
	state map[int64]store.ReplayState
	drops int
}

func (a *archive) PreviewReplay(ctx context.Context, _ task.DeliveryFilter, _ store.Reader) (
	store.Preview, error,
) {
	return store.Preview{Total: 3}, a.run(ctx)
}

func (a *archive) BeginReplay(context.Context, task.DeliveryFilter, string) (int64, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, state := range a.state {
		if state == store.ReplayRunning || state == store.ReplayUndoing {
			return 0, store.ErrReplayRunning
		}
	}
	id := int64(len(a.state) + 1)
	a.state[id] = store.ReplayRunning
	return id, nil
}

func (a *archive) BeginUndo(_ context.Context, id int64) error {
	return a.EndReplay(context.Background(), id, store.ReplayUndoing)
}

func (a *archive) RunReplay(ctx context.Context, _ int64, _ task.DeliveryFilter, _ store.Reader,
	told func(store.Replayed),
) error {
	told(store.Replayed{Work: true})
	return a.run(ctx)
}

func (a *archive) RunUndo(ctx context.Context, _ int64, told func(store.Replayed)) error {
	told(store.Replayed{})
	return a.run(ctx)
}

func (a *archive) EndReplay(ctx context.Context, id int64, state store.ReplayState) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.state[id] = state
	return ctx.Err()
}

func (a *archive) DropOldUndos(context.Context) error {
	a.drops++
	return nil
}

func TestReplayerNotesHowAReplayEnded(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		run          func(ctx context.Context) error
		replay, undo store.ReplayState
	}{
		"well": {func(context.Context) error { return nil }, store.ReplayDone, store.ReplayUndone},
		"badly": {func(context.Context) error { return errors.New("disk full") },
			store.ReplayInterrupted, store.ReplayInterrupted},
		"in a panic": {func(context.Context) error { panic("a hostile body") },
			store.ReplayInterrupted, store.ReplayInterrupted},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				a := &archive{run: tt.run, state: map[int64]store.ReplayState{}}
				told := 0
				r := NewReplayer(Replayer{Replays: a, Told: func(store.Replayed) { told++ },
					Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
				ctx, stop := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- r.Run(ctx) }()
				id, err := r.Begin(ctx, task.DeliveryFilter{}, "")
				if err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if a.state[id] != tt.replay || told != 2 || a.drops != 1 {
					t.Errorf("it is %s, told %d times", a.state[id], told)
				}
				if err := r.Undo(ctx, id); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if a.state[id] != tt.undo {
					t.Errorf("after undoing it is %s", a.state[id])
				}
				stop()
				if err := <-done; err != nil {
					t.Errorf("it ended with %v", err)
				}
			})
		})
	}
}

// faulty has tasks that could not be changed.
type faulty struct{ *archive }

func (faulty) RunReplay(_ context.Context, _ int64, _ task.DeliveryFilter, _ store.Reader,
	told func(store.Replayed),
) error {
	fault := store.Fault{Deliveries: []int64{7}, Err: errors.New("by hand")}
	told(store.Replayed{Faults: []store.Fault{fault}})
	return nil
}

func TestReplayerLogsWhatCouldNotBeReplayed(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	r := NewReplayer(Replayer{Replays: faulty{&archive{state: map[int64]store.ReplayState{}}},
		Log: slog.New(slog.NewTextHandler(&log, nil))})
	r.do(t.Context(), replayJob{id: 3})
	if got := log.String(); !strings.Contains(got, "replay=3") || !strings.Contains(got, "[7]") ||
		!strings.Contains(got, "by hand") {
		t.Errorf("the log says %q", got)
	}
}

func TestReplayerIsInterruptedByTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := &archive{state: map[int64]store.ReplayState{}, run: func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		}}
		r := NewReplayer(Replayer{Replays: a})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- r.Run(ctx) }()
		id, err := r.Begin(ctx, task.DeliveryFilter{}, "")
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if _, err := r.Begin(ctx, task.DeliveryFilter{}, ""); !errors.Is(err, store.ErrReplayRunning) {
			t.Errorf("a second one began: %v", err)
		}
		stop()
		if err := <-done; err != nil || a.state[id] != store.ReplayInterrupted {
			t.Errorf("it is %s, %v", a.state[id], err)
		}
	})
}

func TestPreviewsAreMadeOneAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hold := make(chan struct{})
		a := &archive{run: func(context.Context) error { <-hold; return nil }}
		r := NewReplayer(Replayer{Replays: a})
		first := make(chan error, 1)
		go func() {
			_, err := r.Preview(t.Context(), task.DeliveryFilter{})
			first <- err
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := r.Preview(ctx, task.DeliveryFilter{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the second did not wait: %v", err)
		}
		close(hold)
		if err := <-first; err != nil {
			t.Error(err)
		}
		if p, err := r.Preview(t.Context(), task.DeliveryFilter{}); err != nil || p.Total != 3 {
			t.Errorf("the next: %+v, %v", p, err)
		}
	})
}
