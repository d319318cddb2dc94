package work

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// doorTokens is a store of sources and a door in memory.
type doorTokens struct {
	mu      sync.Mutex
	sources []task.Source
	known   []task.Source // by the door
	sets    int
	uses    map[int64]time.Time
	notes   []map[int64]time.Time
	err     error
}

func (d *doorTokens) ListSources(context.Context) ([]task.Source, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sources, d.err
}

func (d *doorTokens) NoteTokenUses(ctx context.Context, uses map[int64]time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := errors.Join(d.err, ctx.Err()); err != nil {
		return err
	}
	d.notes = append(d.notes, maps.Clone(uses))
	return nil
}

func (d *doorTokens) SetSources(sources []task.Source) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.known = sources
	d.sets++
}

func (d *doorTokens) TokenUses() map[int64]time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return maps.Clone(d.uses)
}

// change alters what is stored or known, and shows what came of it before.
func (d *doorTokens) change(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}

func sourceWith(ids ...int64) []task.Source {
	src := task.Source{Name: "s", Provider: "kie"}
	for _, id := range ids {
		src.Tokens = append(src.Tokens, task.SourceToken{ID: id, Source: "s", Token: "secret"})
	}
	return []task.Source{src}
}

// watched runs fn beside a watch whose time passes only while everybody waits; it returns what
// was logged.
func watched(t *testing.T, d *doorTokens, fn func(w *SourceWatch)) string {
	t.Helper()
	var log strings.Builder
	synctest.Test(t, func(t *testing.T) {
		w := NewSourceWatch(SourceWatchOptions{Store: d, Door: d, Sources: d.sources,
			Log: slog.New(slog.NewTextHandler(&log, nil))})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.Run(ctx) }()
		fn(w)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return log.String()
}

func TestChangesOfSourcesAreSeenWithinTwoSeconds(t *testing.T) {
	t.Parallel()
	d := &doorTokens{sources: sourceWith(1)}
	watched(t, d, func(w *SourceWatch) {
		time.Sleep(10 * time.Second)
		d.change(func() {
			if d.sets != 0 {
				t.Errorf("the door was told %d times of nothing new", d.sets)
			}
			d.sources = sourceWith(2, 1)
		})
		time.Sleep(2 * time.Second)
		d.change(func() {
			if d.sets != 1 || len(d.known[0].Tokens) != 2 {
				t.Errorf("told %d times, knows %v", d.sets, d.known)
			}
			d.sources = sourceWith(2)
		})
		if err := w.Refresh(t.Context()); err != nil || len(w.Sources()[0].Tokens) != 1 {
			t.Errorf("after a refresh: %v, %v", w.Sources(), err)
		}
		time.Sleep(2 * time.Second)
		d.change(func() {
			if d.sets != 2 {
				t.Errorf("told %d times", d.sets)
			}
		})
	})
}

func TestSourcesStayInForceWhileTheyCannotBeRead(t *testing.T) {
	t.Parallel()
	d := &doorTokens{sources: sourceWith(1)}
	log := watched(t, d, func(w *SourceWatch) {
		d.change(func() { d.sources, d.err = nil, errors.New("no disk") })
		if err := w.Refresh(t.Context()); err == nil {
			t.Error("a refresh does not tell")
		}
		time.Sleep(time.Minute)
		if len(w.Sources()) != 1 || d.sets != 0 {
			t.Errorf("known are %v, told %d times", w.Sources(), d.sets)
		}
		d.change(func() { d.sources, d.err = sourceWith(3), nil })
		time.Sleep(2 * time.Second)
		if w.Sources()[0].Tokens[0].ID != 3 {
			t.Errorf("known are %v", w.Sources())
		}
		d.change(func() { d.err = errors.New("again no disk") })
		time.Sleep(2 * time.Second)
	})
	if strings.Count(log, "no disk") != 2 || strings.Contains(log, "secret") {
		t.Errorf("the log:\n%s", log)
	}
}

func TestUsesAreNotedOnceAMinute(t *testing.T) {
	t.Parallel()
	d := &doorTokens{sources: sourceWith(1, 2)}
	var began, last time.Time
	watched(t, d, func(*SourceWatch) {
		began = time.Now()
		for range 150 { // seconds, with a use of the first token in each
			last = time.Now()
			d.change(func() { d.uses = map[int64]time.Time{1: last, 2: began} })
			time.Sleep(time.Second)
		}
		last = time.Now()
		d.change(func() { d.uses[1] = last })
	})
	ones, twos := 0, 0
	var latest time.Time
	for _, note := range d.notes {
		if at, ok := note[1]; ok {
			ones, latest = ones+1, at
		}
		if _, ok := note[2]; ok {
			twos++
		}
	}
	if ones != 4 || twos != 1 { // at once, after one minute, after two, and at the end
		t.Errorf("noted %d times and %d times", ones, twos)
	}
	if !latest.Equal(last) {
		t.Errorf("the last use is %s, noted %s", last, latest)
	}
}
