package work

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/fetch"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/testkit"
)

// disk is a disk whose free space a test decides.
type disk struct {
	mu          sync.Mutex
	free, total int64
	err         error
}

func (d *disk) space() (free, total int64, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.free, d.total, d.err
}

func (d *disk) set(free int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.free = free
}

func TestTheReserveIsTheSmallerOfTwo(t *testing.T) {
	t.Parallel()
	const gib = 1 << 30
	tests := map[string]struct {
		reserve, free, total int64
		err                  error
		short                bool
		kept                 int64
	}{
		"a large disk":          {0, 2 * gib, 1000 * gib, nil, false, 2 * gib},
		"a large disk, short":   {0, 2*gib - 1, 1000 * gib, nil, true, 2 * gib},
		"a small disk":          {0, gib, 20 * gib, nil, false, gib},
		"a small disk, short":   {0, gib - 1, 20 * gib, nil, true, gib},
		"a reserve of ones own": {10 * gib, 10*gib - 1, 1000 * gib, nil, true, 10 * gib},
		"none":                  {-1, 0, 20 * gib, nil, false, 0},
		"a disk that is dumb":   {0, 0, 0, errors.ErrUnsupported, false, 0},
	}
	for name, tt := range tests {
		d := &disk{free: tt.free, total: tt.total, err: tt.err}
		r := &room{reserve: tt.reserve, space: d.space, now: time.Now, log: testkit.Quiet(),
			told: func(bool) {}}
		if wait := r.wait(); (wait > 0) != tt.short || r.isShort() != tt.short || wait > roomEvery {
			t.Errorf("%s: short %t, waits %v", name, r.isShort(), wait)
		}
		if kept := r.kept(); kept != tt.kept {
			t.Errorf("%s: %d bytes are kept free, want %d", name, kept, tt.kept)
		}
	}
}

// TestBelowTheReserveNothingBegins lets the space go while an attempt is under way and come back
// an hour later.
func TestBelowTheReserveNothingBegins(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &disk{free: 100, total: 100}
		q := newQueue(task.Asset{Task: 1})
		var told []bool
		var log testkit.Log
		s := newTestSaver(t, q, fetchFunc(func(ctx context.Context, r request) (result, error) {
			time.Sleep(time.Minute) // of the bubble
			return brings([]byte("video"))(ctx, r)
		}), func(o *SaverOptions) {
			o.Short = func(short bool) { told = append(told, short) }
			o.Log = log.Logger()
		})
		s.room.space = d.space
		run(t, s)
		time.Sleep(time.Second)
		d.set(4)
		q.add(task.Asset{Task: 2})
		s.Wake()
		if a := <-q.finished; a.Task != 1 || a.State != task.SavedAsset {
			t.Errorf("what was under way came out %+v", a)
		}
		time.Sleep(time.Hour)
		if q.attempts() != 1 || !s.Short() {
			t.Errorf("%d attempts were begun, short %t", q.attempts(), s.Short())
		}
		d.set(5)
		back := time.Now()
		if a := <-q.finished; a.Task != 2 || time.Since(back) > roomEvery+time.Minute || s.Short() {
			t.Errorf("it went on after %v with %+v", time.Since(back), a)
		}
		if len(told) != 2 || !told[0] || told[1] {
			t.Errorf("told of %v", told)
		}
		if n := strings.Count(log.String(), "saving pauses"); n != 1 {
			t.Errorf("the log says %d times that saving pauses", n)
		}
	})
}

// TestASmallQuotaIsNoSpinning lets writes fail although the system says that there is space.
func TestASmallQuotaIsNoSpinning(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &disk{free: 100, total: 100}
		q := newQueue(task.Asset{Task: 1})
		s := newTestSaver(t, q, fails(full))
		s.room.space = d.space
		run(t, s)
		time.Sleep(10*time.Minute + time.Second) // of the bubble, and between two attempts
		if n := q.attempts(); n < 15 || n > 25 {
			t.Errorf("%d attempts in ten minutes, want one every %v", n, blindPause)
		}
		if a := q.asset(0); a.Failures != 0 || a.Error != task.ReasonDiskFull || !s.Short() {
			t.Errorf("the asset is %+v, short %t", a, s.Short())
		}
	})
}

// TestAFileTooLargeForTheDiskHoldsNobodyUp has one that never fits, and a disk that is nearly full.
func TestAFileTooLargeForTheDiskHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	for free, short := range map[int64]bool{100: false, 15: true} {
		synctest.Test(t, func(t *testing.T) {
			d := &disk{free: free, total: 200} // of which 10 are the reserve
			q := newQueue(task.Asset{Task: 1})
			s := newTestSaver(t, q, fails(&fetch.Error{Kind: fetch.Disk, Err: fetch.ErrNoRoom}))
			s.room.space = d.space
			run(t, s)
			time.Sleep(blindPause / 2)
			synctest.Wait()
			if a := q.asset(0); a.Failures != 0 || a.Error != task.ReasonDiskFull || s.Short() != short {
				t.Errorf("%d free: the asset is %+v, short %t", free, a, s.Short())
			}
		})
	}
}
