package work

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
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

// TestAFileIsBroughtHome makes one pass with nothing faked but the provider: a claim from a
// database, a file over HTTP, and the outcome back in the database.
func TestAFileIsBroughtHome(t *testing.T) {
	t.Parallel()
	clip := testkit.Clip(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "a.mp4", time.Time{}, bytes.NewReader(clip))
	}))
	defer server.Close()
	db := testkit.Store(t, store.Options{})
	_, err := db.CommitDeliveries(t.Context(), []store.Incoming{{
		Delivery: task.Delivery{Source: "veo3.1", ReceivedAt: time.Now(), Body: []byte("{}")},
		Report: task.Report{Provider: "kie", Product: "veo3.1", TaskID: "t-1",
			Result: task.ResultSucceeded, Code: 200,
			CompletedAt: time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC),
			Files:       []task.ReportFile{{Role: task.Video, URL: server.URL + "/a.mp4"}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	fetcher := fetch.New(fetch.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
	defer fetcher.Close()
	var changed []string
	s := newTestSaver(t, db, fetcher, func(o *SaverOptions) {
		o.Changed = func(tk task.Task) { changed = append(changed, tk.TaskID) }
	})
	s.save(t.Context(), claim(t, db))

	got, err := db.FindTask(t.Context(), "kie", "t-1")
	if err != nil {
		t.Fatal(err)
	}
	a := got.Assets[0]
	if got.Status != task.Saved || a.State != task.SavedAsset || a.Bytes != int64(len(clip)) ||
		a.ContentType != "video/mp4" || a.Width == 0 || a.Height == 0 || a.Duration == 0 ||
		a.Error != "" || a.Failures != 0 {
		t.Errorf("task %s, asset %+v", got.Status, a)
	}
	if a.Path != "2026-03/veo3.1_generated_t-1_0.mp4" {
		t.Errorf("the path is %q", a.Path)
	}
	file, _, err := s.o.Folder.Open(a.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if content, err := io.ReadAll(file); err != nil || !bytes.Equal(content, clip) {
		t.Errorf("the file has %d bytes, %v; served were %d", len(content), err, len(clip))
	}
	if keys := parts(t, s.o.Folder); len(keys) != 0 || !slices.Equal(changed, []string{"t-1"}) {
		t.Errorf("parts left: %v; told of %v", keys, changed)
	}
}

func TestTheQueueDecidesTheOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		q := newQueue()
		for _, hours := range []int{5, 1, 9, 3, 7} {
			q.add(task.Asset{Task: int64(hours), ExpiresAt: now.Add(time.Duration(hours) * time.Hour)})
		}
		s := newTestSaver(t, q, brings([]byte("video")), func(o *SaverOptions) { o.Workers = 1 })
		run(t, s)
		for _, want := range []int64{1, 3, 5, 7, 9} {
			if a := <-q.finished; a.Task != want || a.State != task.SavedAsset {
				t.Errorf("asset of task %d came out %s, want %d saved", a.Task, a.State, want)
			}
		}
	})
}

func TestNeverMoreThanTheWorkersAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		for i := range 12 {
			q.add(task.Asset{Task: int64(i)})
		}
		var now, most atomic.Int32
		s := newTestSaver(t, q, fetchFunc(func(ctx context.Context, r request) (result, error) {
			if n := now.Add(1); n > most.Load() {
				most.Store(n)
			}
			time.Sleep(time.Second) // of the bubble
			now.Add(-1)
			return brings([]byte("video"))(ctx, r)
		}), func(o *SaverOptions) { o.Workers = 3 })
		begun := time.Now()
		run(t, s)
		for range 12 {
			<-q.finished
		}
		if most.Load() != 3 || time.Since(begun) != 4*time.Second {
			t.Errorf("%d at once, %v in all; want 3 and 4 s", most.Load(), time.Since(begun))
		}
	})
}

// TestTheFirstRetryComesWithinSeconds lets an attempt be cut while the loop is asleep.
func TestTheFirstRetryComesWithinSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(task.Asset{Task: 1})
		s := newTestSaver(t, q, fetchFunc(func(ctx context.Context, r request) (result, error) {
			if q.asset(0).Claim == 1 {
				time.Sleep(time.Second) // of the bubble; until the loop has gone to sleep
				return result{}, &fetch.Error{Kind: fetch.Cut}
			}
			return brings([]byte("video"))(ctx, r)
		}), func(o *SaverOptions) { o.Jitter = func() float64 { return 1 } })
		run(t, s)
		cut := <-q.finished
		at := time.Now()
		saved := <-q.finished
		if took := time.Since(at); took > 3*time.Second {
			t.Errorf("the retry came after %v", took)
		}
		if cut.Failures != 1 || cut.State != task.Pending || saved.State != task.SavedAsset {
			t.Errorf("after the cut %+v, then %+v", cut, saved)
		}
	})
}

func TestWorkThatIsNotDueIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		q := newQueue(task.Asset{Task: 1, NextTryAt: begun.Add(7 * time.Second)},
			task.Asset{Task: 2, NextTryAt: begun.Add(3 * time.Hour)})
		run(t, newTestSaver(t, q, brings([]byte("video"))))
		for _, want := range []time.Duration{7 * time.Second, 3 * time.Hour} {
			if <-q.finished; time.Since(begun) != want {
				t.Errorf("saved after %v, want %v", time.Since(begun), want)
			}
		}
	})
}

func TestANudgeWakesTheSaver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		s := newTestSaver(t, q, brings([]byte("video")))
		run(t, s)
		synctest.Wait() // it has found nothing and sleeps
		begun := time.Now()
		q.add(task.Asset{Task: 1})
		s.Wake()
		s.Wake() // one that is not needed must not wait for anybody
		if <-q.finished; time.Since(begun) != 0 {
			t.Errorf("saved after %v", time.Since(begun))
		}
		synctest.Wait()
		q.add(task.Asset{Task: 2})
		<-q.finished // without a nudge it is found after a while
		if took := time.Since(begun); took == 0 || took > longestNap {
			t.Errorf("found after %v", took)
		}
	})
}

func TestStoppingCostsNoAttempt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(task.Asset{Task: 1}, task.Asset{Task: 2, Failures: 3, Error: "cut"})
		begun := make(chan struct{}, 2)
		stop := run(t, newTestSaver(t, q, waits(begun)))
		<-begun
		<-begun
		stop()
		for i, failures := range []int{0, 3} {
			if a := q.asset(i); a.State != task.Pending || a.Failures != failures {
				t.Errorf("asset %d was left %+v", i, a)
			}
		}
		if q.released < 2 || len(q.events) != 0 { // one may be claimed once more as the end comes
			t.Errorf("%d given back, events %v", q.released, q.events)
		}
	})
}

// TestWhatIsDoneWhenStoppingIsStored ends the program in the moment a file is complete.
func TestWhatIsDoneWhenStoppingIsStored(t *testing.T) {
	t.Parallel()
	q := newQueue(task.Asset{Task: 1})
	ctx, cancel := context.WithCancel(t.Context())
	s := newTestSaver(t, q, fetchFunc(func(ctx context.Context, r request) (result, error) {
		cancel()
		return brings([]byte("video"))(ctx, r)
	}))
	s.save(ctx, claim(t, q))
	if a := q.asset(0); a.State != task.SavedAsset || !exists(t, s.o.Folder, a.Path) {
		t.Errorf("the asset was left %+v", a)
	}
}

func TestWhatTheLastRunClaimedIsTakenBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(task.Asset{Task: 1})
		q.voided = 1
		var log testkit.Log
		run(t, newTestSaver(t, q, brings([]byte("video")),
			func(o *SaverOptions) { o.Log = log.Logger() }))
		<-q.finished
		if !strings.Contains(log.String(), "saving resumes where the last run stopped") {
			t.Errorf("the log does not say so: %s", &log)
		}
	})
}

// TestAStartOnAFullDiskWaits has a database that cannot be written: saving begins once it can.
func TestAStartOnAFullDiskWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(task.Asset{Task: 1})
		q.voidFailures = 5
		var log testkit.Log
		begun := time.Now()
		run(t, newTestSaver(t, q, brings([]byte("video")),
			func(o *SaverOptions) { o.Log = log.Logger() }))
		<-q.finished
		if took := time.Since(begun); took != 5*roomEvery {
			t.Errorf("it began after %v", took)
		}
		if n := strings.Count(log.String(), "saving waits"); n != 1 {
			t.Errorf("the log says so %d times", n)
		}
	})
}

func TestAFailingQueueIsAskedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(task.Asset{Task: 1})
		q.claimErr = errors.New("the database is busy")
		var log testkit.Log
		run(t, newTestSaver(t, q, brings([]byte("video")),
			func(o *SaverOptions) { o.Log = log.Logger() }))
		time.Sleep(10 * time.Minute) // of the bubble
		if n := strings.Count(log.String(), "the database is busy"); n < 5 || n > 20 {
			t.Errorf("%d complaints in ten minutes, want one a minute", n)
		}
		q.mu.Lock()
		q.claimErr = nil
		q.mu.Unlock()
		<-q.finished
	})
}
