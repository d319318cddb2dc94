package work

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/fetch"
	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/task"
)

// full is how a disk says that it is full.
var full = &fetch.Error{Kind: fetch.Disk, Err: &os.PathError{Op: "write", Err: syscall.ENOSPC}}

func TestWhatAnErrorMeansForTheAsset(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err  error
		own  bool
		want task.Failure
	}{
		"blocked": {&fetch.Error{Kind: fetch.Blocked}, false,
			task.Failure{Reason: "the address is not public", Permanent: true}},
		"bad URL": {&fetch.Error{Kind: fetch.BadURL}, false,
			task.Failure{Reason: "the link is not valid", Permanent: true}},
		"too large": {&fetch.Error{Kind: fetch.TooLarge}, false,
			task.Failure{Reason: "the file is larger than the limit", Permanent: true}},
		"gone": {&fetch.Error{Kind: fetch.Gone, Status: 410}, false,
			task.Failure{Reason: "the server answered 410", LinkDead: true}},
		"denied": {&fetch.Error{Kind: fetch.Denied, Status: 403}, false,
			task.Failure{Reason: "the server answered 403", LinkDead: true}},
		"wrong type": {&fetch.Error{Kind: fetch.WrongType, Err: media.ErrWrongType}, false,
			task.Failure{Reason: "wrong type of file", Useless: true}},
		"empty": {&fetch.Error{Kind: fetch.Empty}, false,
			task.Failure{Reason: "the server sent an empty file", Useless: true}},
		"status": {&fetch.Error{Kind: fetch.Status, Status: 500}, false,
			task.Failure{Reason: "the server answered 500"}},
		"cut": {&fetch.Error{Kind: fetch.Cut}, false,
			task.Failure{Reason: "the connection was cut before the file was complete"}},
		"stalled": {&fetch.Error{Kind: fetch.Stalled}, false,
			task.Failure{Reason: "the server stopped sending"}},
		"network": {&fetch.Error{Kind: fetch.Network, Err: syscall.ECONNREFUSED}, false,
			task.Failure{Reason: "the server refused the connection"}},
		"time is up": {&fetch.Error{Kind: fetch.Cancelled, Err: context.DeadlineExceeded}, false,
			task.Failure{Reason: "the server sends too slowly"}},
		"wrapped": {fmt.Errorf("twice: %w", &fetch.Error{Kind: fetch.Cut}), false,
			task.Failure{Reason: "the connection was cut before the file was complete"}},
		"a panic": {&panicked{value: "boom"}, false,
			task.Failure{Reason: "the file could not be stored"}},
		"the disk":      {&fetch.Error{Kind: fetch.Disk, Err: syscall.EIO}, true, task.Failure{}},
		"a full disk":   {full, true, task.Failure{}},
		"the folder":    {fmt.Errorf("open: %w", media.ErrBusy), true, task.Failure{}},
		"a full folder": {fmt.Errorf("sync: %w", syscall.EDQUOT), true, task.Failure{}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := own(tt.err); got != tt.own {
				t.Fatalf("our own fault: %t, want %t", got, tt.own)
			}
			if got := failure(tt.err); !tt.own && got != tt.want {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestHowAnAttemptIsToldOf(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	for state, want := range map[task.AssetState]task.Event{
		task.SavedAsset:   {Kind: task.EventAssetSaved, Detail: "9"},
		task.FailedAsset:  {Kind: task.EventAssetFailed, Detail: "no"},
		task.ExpiredAsset: {Kind: task.EventAssetExpired, Detail: "no"},
		task.Pending:      {Kind: task.EventAttempt, Detail: "no"},
	} {
		want.At, want.Role, want.Index = now, task.Cover, 2
		a := task.Asset{Role: task.Cover, Index: 2, State: state, Bytes: 9, Error: "no"}
		if got := event(a, now); got != want {
			t.Errorf("%s: %+v, want %+v", state, got, want)
		}
	}
}

func TestAPermanentFailureIsFinalAtOnce(t *testing.T) {
	t.Parallel()
	for _, kind := range []fetch.Kind{fetch.Blocked, fetch.BadURL, fetch.TooLarge} {
		q := newQueue(task.Asset{Task: 1})
		s := newTestSaver(t, q, fails(&fetch.Error{Kind: kind}))
		s.save(t.Context(), claim(t, q))
		if a := q.asset(0); a.State != task.FailedAsset || a.Failures != 1 || a.Error == "" {
			t.Errorf("%s: the asset came out %+v", kind, a)
		}
		if len(q.events) != 1 || q.events[0].Kind != task.EventAssetFailed {
			t.Errorf("%s: the timeline has %+v", kind, q.events)
		}
	}
}

// TestAServersWishIsHeeded looks at the time of the next attempt after a 503 with Retry-After.
func TestAServersWishIsHeeded(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		wish, expires, want time.Duration
	}{
		"none":                         {0, 0, 2 * time.Second},
		"sooner than we would anyway":  {time.Second, 0, 2 * time.Second},
		"later":                        {90 * time.Second, 0, 90 * time.Second},
		"much later":                   {48 * time.Hour, 0, time.Hour},
		"later than the link is alive": {30 * time.Minute, 20 * time.Minute, 2 * time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := time.Unix(1000, 0)
			a := task.Asset{Task: 1}
			if tt.expires > 0 {
				a.ExpiresAt = now.Add(tt.expires)
			}
			s := newTestSaver(t, newQueue(), brings(nil),
				func(o *SaverOptions) { o.Now = func() time.Time { return now } })
			got := s.afterFailure(a, &fetch.Error{Kind: fetch.Status, Status: 503, RetryAfter: tt.wish})
			if wait := got.NextTryAt.Sub(now); wait != tt.want || got.State != task.Pending {
				t.Errorf("%s, next attempt in %v, want %v", got.State, wait, tt.want)
			}
		})
	}
}

// TestAFullDiskGivesUpNothing fills the disk for longer than the links live: what is to be
// saved must wait, whatever else has gone wrong with it, and be saved once there is room.
func TestAFullDiskGivesUpNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		q := newQueue(task.Asset{Task: 1, ExpiresAt: begun.Add(time.Hour)},
			task.Asset{Task: 2, ExpiresAt: begun.Add(2 * time.Hour), Failures: 50})
		room := begun.Add(24 * time.Hour)
		run(t, newTestSaver(t, q, fetchFunc(func(ctx context.Context, r request) (result, error) {
			if time.Now().Before(room) {
				return result{}, full
			}
			return brings([]byte("video"))(ctx, r)
		})))
		time.Sleep(23*time.Hour + time.Second) // of the bubble, and between two attempts
		for i, failures := range []int{0, 50} {
			a := q.asset(i)
			if a.State != task.Pending || a.Failures != failures || a.Error != "the disk is full" {
				t.Errorf("asset %d is %+v", i, a)
			}
		}
		if n := q.attempts(); n < 1000 || n > 6000 {
			t.Errorf("%d attempts in 23 hours, want a few a minute", n)
		}
		for a := range q.finished {
			if a.State == task.SavedAsset && q.asset(0).State == task.SavedAsset &&
				q.asset(1).State == task.SavedAsset {
				break
			}
		}
		if late := time.Since(room); late < 0 || late > time.Minute {
			t.Errorf("saved %v after there was room", late)
		}
	})
}

// TestAFullDiskStopsTheOthersToo counts how many of many assets ask the provider in vain.
func TestAFullDiskStopsTheOthersToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		for i := range 500 {
			q.add(task.Asset{Task: int64(i)})
		}
		s := newTestSaver(t, q, fails(full))
		run(t, s)
		time.Sleep(10 * time.Second) // of the bubble
		s.Wake()
		synctest.Wait()
		if n := q.attempts(); n > 8 {
			t.Errorf("%d attempts in the first seconds", n)
		}
	})
}

// TestTroubleOfOneFileStopsNoOther has a file that cannot be opened beside one that can.
func TestTroubleOfOneFileStopsNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		q := newQueue(task.Asset{Task: 1, ExpiresAt: now.Add(time.Minute)}, task.Asset{Task: 2})
		s := newTestSaver(t, q, brings([]byte("video")), func(o *SaverOptions) { o.Workers = 1 })
		part, err := s.o.Folder.Part("t1-video-0")
		if err != nil {
			t.Fatal(err)
		}
		run(t, s)
		first, second := <-q.finished, <-q.finished
		if first.State == task.SavedAsset {
			first, second = second, first
		}
		if first.State != task.Pending || first.Failures != 0 ||
			first.Error != "the file could not be stored" || second.State != task.SavedAsset {
			t.Errorf("they came out %+v and %+v", first, second)
		}
		if err := part.Close(); err != nil {
			t.Fatal(err)
		}
		if a := <-q.finished; a.Task != 1 || a.State != task.SavedAsset {
			t.Errorf("once it could be opened: %+v", a)
		}
	})
}

func TestFactsAreNoCondition(t *testing.T) {
	t.Parallel()
	q := newQueue(task.Asset{Task: 1})
	s := newTestSaver(t, q, brings([]byte("no movie at all")))
	s.save(t.Context(), claim(t, q))
	a := q.asset(0)
	if a.State != task.SavedAsset || a.Width != 0 || a.Duration != 0 || a.Bytes != 15 {
		t.Errorf("the asset came out %+v", a)
	}
	if !exists(t, s.o.Folder, a.Path) {
		t.Errorf("%s is not there", a.Path)
	}
}

func TestTheRefusedAddressIsNoted(t *testing.T) {
	t.Parallel()
	addr := netip.MustParseAddr("10.0.0.5")
	q := newQueue(task.Asset{Task: 1})
	s := newTestSaver(t, q, fails(&fetch.Error{Kind: fetch.Blocked, Addr: addr}))
	s.save(t.Context(), claim(t, q))
	if len(q.tried) != 1 || q.tried[0].Refused != "10.0.0.5" {
		t.Errorf("the attempts are %+v", q.tried)
	}
	if got := refused(context.Canceled); got != "" {
		t.Errorf("another error refuses %q", got)
	}
}
