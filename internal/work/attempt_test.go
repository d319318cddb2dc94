package work

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/fetch"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/testkit"
)

func TestALongAttemptKeepsItsClaim(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(task.Asset{Task: 1})
		run(t, newTestSaver(t, q, fetchFunc(func(ctx context.Context, r request) (result, error) {
			time.Sleep(time.Hour) // of the bubble
			return brings([]byte("video"))(ctx, r)
		})))
		if a := <-q.finished; a.State != task.SavedAsset || a.Claim != 1 {
			t.Errorf("the asset came out %+v", a)
		}
		if q.extended < 100 {
			t.Errorf("the claim was extended %d times in an hour", q.extended)
		}
	})
}

func TestALostClaimEndsTheAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(task.Asset{Task: 1})
		var changed atomic.Int32
		s := newTestSaver(t, q, waits(make(chan struct{}, 1)), func(o *SaverOptions) {
			o.Changed = func(task.Task) { changed.Add(1) }
		})
		c := claim(t, q)
		q.steal(0)
		begun := time.Now()
		s.save(t.Context(), c)
		if took := time.Since(begun); took > lease {
			t.Errorf("the attempt ended %v after its claim was lost", took)
		}
		if a := q.asset(0); a.State != task.SavingAsset || a.Failures != 0 || q.released != 0 ||
			len(q.events) != 0 || changed.Load() != 0 {
			t.Errorf("stored in spite of the lost claim: %+v, events %v", a, q.events)
		}
	})
}

// TestALateOutcomeIsNotStored loses the claim in the moment the file is complete.
func TestALateOutcomeIsNotStored(t *testing.T) {
	t.Parallel()
	q := newQueue(task.Asset{Task: 1})
	var log testkit.Log
	s := newTestSaver(t, q, brings([]byte("video")), func(o *SaverOptions) {
		o.Log = log.Logger()
		o.Changed = func(task.Task) { t.Error("a change was told that was none") }
	})
	c := claim(t, q)
	q.steal(0)
	s.save(t.Context(), c)
	if a := q.asset(0); a.State != task.SavingAsset || len(q.events) != 0 {
		t.Errorf("stored in spite of the lost claim: %+v, events %v", a, q.events)
	}
	if !strings.Contains(log.String(), "came too late") || strings.Contains(log.String(), "ERROR") {
		t.Errorf("the log says %s", &log)
	}
}

// TestATricklingServerIsLetGo bounds an attempt whose server never quite falls silent.
func TestATricklingServerIsLetGo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(task.Asset{Task: 1})
		s := newTestSaver(t, q, fetchFunc(func(ctx context.Context, r request) (result, error) {
			if _, err := r.Part.Write([]byte("some")); err != nil {
				t.Error(err)
			}
			return waits(make(chan struct{}, 1))(ctx, r)
		}))
		begun := time.Now()
		s.save(t.Context(), claim(t, q))
		a := q.asset(0)
		if time.Since(begun) != longestAttempt || a.State != task.Pending || a.Failures != 1 ||
			a.Error != "the server sends too slowly" {
			t.Errorf("after %v the asset came out %+v", time.Since(begun), a)
		}
		if got := parts(t, s.o.Folder); !slices.Equal(got, []string{"t1-video-0"}) {
			t.Errorf("parts %v: what has arrived must be kept for the next attempt", got)
		}
	})
}

// TestOnlyADeadLinkIsLookedUp counts who asks for a fresh link, while the claim is still held.
func TestOnlyADeadLinkIsLookedUp(t *testing.T) {
	t.Parallel()
	for kind, want := range map[fetch.Kind]int{fetch.Gone: 1, fetch.Denied: 1, fetch.Cut: 0,
		fetch.Disk: 0, fetch.Blocked: 0, fetch.WrongType: 0} {
		q := newQueue(task.Asset{Task: 1})
		asked := 0
		s := newTestSaver(t, q, fails(&fetch.Error{Kind: kind}), func(o *SaverOptions) {
			o.Relink = func(_ context.Context, c store.Claimed) task.Relinked {
				asked++
				if q.held(c.Asset) != nil {
					return task.RelinkFresh
				}
				return task.RelinkNone
			}
		})
		s.save(t.Context(), claim(t, q))
		if asked != want || q.asset(0).Failures > 1 {
			t.Errorf("%s: asked %d times, want %d; %+v", kind, asked, want, q.asset(0))
		}
	}
}

func TestAPanicCostsItsAttemptOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(task.Asset{Task: 1}, task.Asset{Task: 2})
		var log testkit.Log
		s := newTestSaver(t, q, fetchFunc(func(ctx context.Context, r request) (result, error) {
			if strings.Contains(r.URL, "hostile") {
				panic("index out of range")
			}
			return brings([]byte("video"))(ctx, r)
		}), func(o *SaverOptions) { o.Log = log.Logger(); o.Workers = 1 })
		q.assets[0].SourceURL = "https://example.com/hostile.mp4"
		run(t, s)
		if a := <-q.finished; a.Task != 1 || a.State != task.Pending || a.Failures != 1 ||
			a.Error != "the file could not be stored" {
			t.Errorf("the hostile file's asset came out %+v", a)
		}
		if a := <-q.finished; a.Task != 2 || a.State != task.SavedAsset {
			t.Errorf("the next asset came out %+v", a)
		}
		if text := log.String(); !strings.Contains(text, "index out of range") ||
			!strings.Contains(text, "attempt_test.go") {
			t.Errorf("the log does not say where: %s", text)
		}
	})
}

// TestAnOutcomeThatCannotBeStoredStopsNothing lets the database refuse one outcome; the asset
// comes up again when its lease has run out.
func TestAnOutcomeThatCannotBeStoredStopsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(task.Asset{Task: 1})
		q.finish = errors.New("the database is locked")
		var log testkit.Log
		s := newTestSaver(t, q, brings([]byte("video")), func(o *SaverOptions) {
			o.Log = log.Logger()
		})
		begun := time.Now()
		run(t, s)
		synctest.Wait()
		if !strings.Contains(log.String(), "the database is locked") {
			t.Errorf("the log does not say so: %s", &log)
		}
		q.mu.Lock()
		q.finish = nil
		q.mu.Unlock()
		a := <-q.finished
		if took := time.Since(begun); a.State != task.SavedAsset || took > lease+longestNap {
			t.Errorf("after %v the asset came out %+v", took, a)
		}
		if a.Path != "1970-01/veo3.1_generated_t_0.mp4" {
			t.Errorf("the same bytes were kept again, as %s", a.Path)
		}
	})
}

func TestThePartialFile(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err  *fetch.Error
		kept bool
	}{
		"is kept after a cut":            {&fetch.Error{Kind: fetch.Cut}, true},
		"is kept while the disk is full": {&fetch.Error{Kind: fetch.Disk}, true},
		"goes with a given-up asset":     {&fetch.Error{Kind: fetch.Blocked}, false},
		"goes with an expired asset":     {&fetch.Error{Kind: fetch.Gone, Status: 404}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := newQueue(task.Asset{Task: 1, Failures: 50})
			s := newTestSaver(t, q, fetchFunc(func(_ context.Context, r request) (result, error) {
				if _, err := r.Part.Write([]byte("half")); err != nil {
					t.Error(err)
				}
				return result{}, tt.err
			}))
			s.save(t.Context(), claim(t, q))
			if left := len(parts(t, s.o.Folder)) > 0; left != tt.kept {
				t.Errorf("left: %t, want %t", left, tt.kept)
			}
			if open := q.assets[0].Open(); open != tt.kept {
				t.Errorf("the asset is open: %t", open)
			}
		})
	}
}

// TestARetryFindsThePartialFileFree asks for a new attempt in the very moment an asset is given
// up: nothing may still be holding its partial file then.
func TestARetryFindsThePartialFileFree(t *testing.T) {
	t.Parallel()
	q := newQueue(task.Asset{Task: 1})
	var s *Saver
	s = newTestSaver(t, q, fails(&fetch.Error{Kind: fetch.Blocked}), func(o *SaverOptions) {
		o.Changed = func(task.Task) {
			part, err := s.o.Folder.Part("t1-video-0")
			if err != nil {
				t.Fatal(err)
			}
			if err := part.Discard(); err != nil {
				t.Error(err)
			}
		}
	})
	s.save(t.Context(), claim(t, q))
}

func TestProgressIsToldNowAndThen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(task.Asset{Task: 7})
		var told []int64
		s := newTestSaver(t, q, fetchFunc(func(ctx context.Context, r request) (result, error) {
			for i := range 100 {
				r.Progress(int64(i), 100)
				time.Sleep(10 * time.Millisecond) // of the bubble
			}
			return brings([]byte("video"))(ctx, r)
		}), func(o *SaverOptions) {
			o.Progress = func(c store.Claimed, done, total int64) {
				if c.Asset.Task != 7 || total != 100 {
					t.Errorf("progress of %+v, total %d", c.Asset, total)
				}
				told = append(told, done)
			}
		})
		s.save(t.Context(), claim(t, q))
		if want := []int64{0, 25, 50, 75}; !slices.Equal(told, want) {
			t.Errorf("told of %v, want %v", told, want)
		}
	})
}

func TestTheMonthOfAFile(t *testing.T) {
	t.Parallel()
	seen := time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)
	done := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	if got := month(task.Task{FirstSeenAt: seen}); got != seen {
		t.Errorf("without a completion: %v", got)
	}
	if got := month(task.Task{FirstSeenAt: seen, CompletedAt: done}); got != done {
		t.Errorf("with a completion: %v", got)
	}
}
