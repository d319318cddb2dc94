package work

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/task"
)

var (
	errNoRoom = errors.New("no room")
	errBadRow = errors.New("this row cannot be stored")
)

// fullDisk is full while it has an error.
type fullDisk struct {
	mu     sync.Mutex
	err    error
	probes int
	turned atomic.Int64
	news   atomic.Int64
}

func (d *fullDisk) probe(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.probes++
	return d.err
}

func (d *fullDisk) set(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err = err
}

func (d *fullDisk) probed() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.probes
}

// overDisk runs fn beside a watch, and returns the lines of its log.
func overDisk(t *testing.T, d *fullDisk, fn func(w *WriteWatch)) (lines []string) {
	t.Helper()
	var log strings.Builder
	synctest.Test(t, func(t *testing.T) {
		w := NewWriteWatch(WriteWatchOptions{
			Probe: d.probe, TurnedAway: d.turned.Load, Changed: func() { d.news.Add(1) },
			TroubleOf: func(err error) task.Trouble {
				if errors.Is(err, errNoRoom) {
					return task.DiskFull
				}
				return task.NoTrouble
			},
			Log: slog.New(slog.NewTextHandler(&log, nil)),
		})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.Run(ctx) }()
		fn(w)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return strings.Split(strings.TrimSpace(log.String()), "\n")
}

func TestWriteWatch_TellsOfAFullDiskNowAndThenAndOfItsEnd(t *testing.T) {
	t.Parallel()
	d := &fullDisk{err: errNoRoom}
	lines := overDisk(t, d, func(w *WriteWatch) {
		for range 350 { // 35 s
			w.Note(fmt.Errorf("commit: %w", errNoRoom))
			d.turned.Add(2)
			time.Sleep(100 * time.Millisecond)
		}
		if w.Trouble() != task.DiskFull || d.news.Load() != 1 {
			t.Errorf("%q, told %d times", w.Trouble(), d.news.Load())
		}
		d.set(nil)
		time.Sleep(10 * time.Second)
		if w.Trouble() != task.NoTrouble || d.news.Load() != 2 {
			t.Errorf("at the end: %q, told %d times", w.Trouble(), d.news.Load())
		}
	})
	if len(lines) < 4 || len(lines) > 6 || strings.Count(lines[0], "level=ERROR") != 1 ||
		!strings.Contains(lines[0], "reason=disk_full writes=1") ||
		!strings.Contains(lines[1], "turned_away=2") ||
		!strings.Contains(lines[len(lines)-1], "level=INFO") {
		t.Errorf("the log:\n%s", strings.Join(lines, "\n"))
	}
}

func TestWriteWatch_ProbesUntilItCanWrite(t *testing.T) {
	t.Parallel()
	d := &fullDisk{err: errNoRoom}
	overDisk(t, d, func(w *WriteWatch) {
		w.Note(errNoRoom)
		time.Sleep(time.Minute)
		if w.Trouble() != task.DiskFull || d.probed() < 5 {
			t.Errorf("%q after %d probes", w.Trouble(), d.probed())
		}
		d.set(nil)
		time.Sleep(5 * time.Second)
		if w.Trouble() != task.NoTrouble {
			t.Errorf("still %q", w.Trouble())
		}
	})
}

func TestWriteWatch_FindsAFullDiskBeforeTheNextCallback(t *testing.T) {
	t.Parallel()
	d := &fullDisk{err: errNoRoom}
	overDisk(t, d, func(w *WriteWatch) {
		for range 30 {
			w.Note(nil)
			time.Sleep(10 * time.Second)
		}
		if n := d.probed(); n != 0 || w.Trouble() != task.NoTrouble {
			t.Errorf("%d probes beside writes, %q", n, w.Trouble())
		}
		time.Sleep(writesIdle + 2*writesEvery)
		if w.Trouble() != task.DiskFull {
			t.Errorf("%q after %d probes", w.Trouble(), d.probed())
		}
	})
}

func TestWriteWatch_OneBadRowIsLoggedAndNoTrouble(t *testing.T) {
	t.Parallel()
	d := new(fullDisk)
	lines := overDisk(t, d, func(w *WriteWatch) {
		w.Note(errBadRow)
		if w.Trouble() != task.NoTrouble || d.news.Load() != 0 {
			t.Errorf("%q, told %d times", w.Trouble(), d.news.Load())
		}
		time.Sleep(10 * time.Second)
	})
	if len(lines) != 2 || !strings.Contains(lines[0], errBadRow.Error()) {
		t.Errorf("the log: %q", lines)
	}
}

func TestWriteWatch_ADiskThatDoesNotAnswerIsStuck(t *testing.T) {
	t.Parallel()
	d := &fullDisk{err: errors.New("cut short")}
	overDisk(t, d, func(w *WriteWatch) {
		w.Note(errors.Join(errors.New("cut short"), context.DeadlineExceeded))
		if w.Trouble() != task.Stuck {
			t.Errorf("%q", w.Trouble())
		}
	})
}

func TestWriteWatch_TellsOfCallbacksThatWaitedTooLong(t *testing.T) {
	t.Parallel()
	d := new(fullDisk)
	lines := overDisk(t, d, func(w *WriteWatch) {
		for range 300 {
			d.turned.Add(1)
			w.Note(nil)
			time.Sleep(100 * time.Millisecond)
		}
	})
	if len(lines) < 2 || len(lines) > 4 || !strings.Contains(lines[0], "turned_away=") {
		t.Errorf("the log:\n%s", strings.Join(lines, "\n"))
	}
}
