package work

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// memSky is what is to be seen, in memory.
type memSky struct {
	seen      task.Overview
	looks     int
	takes     time.Duration
	err       error
	vanishing [][]task.Vanishing // of each call in turn
}

func (m *memSky) Overview(context.Context, time.Time) (task.Overview, error) {
	m.looks++
	time.Sleep(m.takes) // of the bubble
	return m.seen, m.err
}

func (m *memSky) WarnVanishing(context.Context) (v []task.Vanishing, err error) {
	if len(m.vanishing) > 0 {
		v, m.vanishing = m.vanishing[0], m.vanishing[1:]
	}
	return v, m.err
}

// newRadar returns a radar that counts whom it tells.
func newRadar(sky *memSky) (r *Radar, warned, changed *atomic.Int64) {
	warned, changed = new(atomic.Int64), new(atomic.Int64)
	return &Radar{Sky: sky, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Warned:  func(task.Vanishing) { warned.Add(1) },
		Changed: func() { changed.Add(1) }}, warned, changed
}

func TestTheRadarRemembersUntilSomethingChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sky := &memSky{takes: 5 * time.Millisecond}
		r, _, _ := newRadar(sky)
		saw := func(when string, saved, looks int) {
			t.Helper()
			if o, err := r.Look(t.Context()); err != nil || o.Saved != saved || sky.looks != looks {
				t.Errorf("%s: %+v, %v after %d looks; want %d after %d", when, o, err, sky.looks, saved,
					looks)
			}
		}
		saw("at first", 0, 1)
		sky.seen.Saved = 1
		time.Sleep(5 * time.Second)
		saw("without a word", 0, 1)
		r.Stir()
		saw("after a word", 1, 2)
		sky.seen.Saved = 2
		r.Stir()
		saw("at once again", 1, 2) // a twentieth of the time is for looking
		time.Sleep(radarShare * sky.takes)
		saw("a moment later", 2, 3)
		sky.seen.Saved = 3
		time.Sleep(radarEvery)
		saw("after a while", 3, 4)
	})
}

func TestASlowLookIsNotWaitedForTooLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sky := &memSky{takes: time.Second}
		r, _, _ := newRadar(sky)
		for range 2 {
			if _, err := r.Look(t.Context()); err != nil {
				t.Fatal(err)
			}
			r.Stir()
			time.Sleep(radarPatience) // no page reads again sooner
		}
		if sky.looks != 2 {
			t.Errorf("looked %d times", sky.looks)
		}
	})
}

func TestARadarThatFailsLooksAgain(t *testing.T) {
	t.Parallel()
	sky := &memSky{err: errors.New("no")}
	r, _, _ := newRadar(sky)
	if _, err := r.Look(t.Context()); err == nil {
		t.Error("it saw something")
	}
	sky.err, sky.seen.Saved = nil, 7
	if o, err := r.Look(t.Context()); err != nil || o.Saved != 7 {
		t.Errorf("then %+v, %v", o, err)
	}
}

func TestTheRadarWarnsAndTellsWhatTimeChanges(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sky := &memSky{vanishing: [][]task.Vanishing{{{}, {}}, {{}}}}
		sky.seen = task.Overview{Soon: 1, SoonestAt: time.Now().Add(90*time.Minute + time.Second)}
		r, warned, changed := newRadar(sky)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- r.Run(ctx) }()
		synctest.Wait()
		if warned.Load() != 3 || changed.Load() != 1 {
			t.Errorf("at once: %d warned, %d changes", warned.Load(), changed.Load())
		}
		time.Sleep(29 * time.Minute)
		synctest.Wait()
		if changed.Load() != 1 {
			t.Errorf("an hour is an hour, and %d changes are told", changed.Load())
		}
		time.Sleep(11 * time.Minute) // from then on minutes count
		synctest.Wait()
		if changed.Load() < 9 || changed.Load() > 12 {
			t.Errorf("after ten minutes of the last hour %d changes are told", changed.Load())
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}
