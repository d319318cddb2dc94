package work

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// TestNoHostTakesEveryWorker has a slow host with a long queue whose links die first, and one
// file elsewhere.
func TestNoHostTakesEveryWorker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		q := newQueue()
		for i := range 10 {
			q.add(task.Asset{Task: int64(i), SourceURL: "https://slow/x", ExpiresAt: now.Add(time.Hour)})
		}
		q.add(task.Asset{Task: 99, SourceURL: "https://fast/x", ExpiresAt: now.Add(9 * time.Hour)})
		var mu sync.Mutex
		running, most := make(map[string]int), make(map[string]int)
		count := func(url string, n int) {
			mu.Lock()
			defer mu.Unlock()
			running[url] += n
			most[url] = max(most[url], running[url])
		}
		run(t, newTestSaver(t, q, fetchFunc(func(ctx context.Context, r request) (result, error) {
			count(r.URL, 1)
			defer count(r.URL, -1)
			if r.URL == "https://slow/x" {
				time.Sleep(time.Minute) // of the bubble
			}
			return brings([]byte("video"))(ctx, r)
		}), func(o *SaverOptions) { o.Workers, o.PerHost = 5, 3 }))
		if a := <-q.finished; a.Task != 99 || time.Since(now) != 0 {
			t.Errorf("the file elsewhere waited: asset of task %d after %v", a.Task, time.Since(now))
		}
		for range 10 {
			<-q.finished
		}
		if took := time.Since(now); took != 4*time.Minute || most["https://slow/x"] != 3 {
			t.Errorf("%v in all, %v at once; want 4 min and 3 of the slow host", took, most)
		}
	})
}

// TestABusyHostsQueueIsNotLookedThroughForEveryCallback has files of one host only, more than it
// may be asked for at a time, and news of ever more of them.
func TestABusyHostsQueueIsNotLookedThroughForEveryCallback(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue()
		for i := range 9 {
			q.add(task.Asset{Task: int64(i), SourceURL: "https://slow/x"})
		}
		begun := time.Now()
		s := newTestSaver(t, q, fetchFunc(func(ctx context.Context, r request) (result, error) {
			time.Sleep(10 * time.Second) // of the bubble
			return brings([]byte("video"))(ctx, r)
		}), func(o *SaverOptions) { o.Workers, o.PerHost = 8, 3 })
		run(t, s)
		for range 5000 { // callbacks, over five seconds
			time.Sleep(time.Millisecond)
			s.Wake()
		}
		synctest.Wait()
		q.mu.Lock()
		looked := q.looked
		q.mu.Unlock()
		if looked > 3+1+20 {
			t.Errorf("looked %d times for what can be saved, in five seconds", looked)
		}
		for range 9 {
			<-q.finished
		}
		if took := time.Since(begun); took != 30*time.Second {
			t.Errorf("nine files of ten seconds, three at a time, took %v", took)
		}
	})
}

// TestAPlaceAtAHostIsGivenBack ends attempts in every way there is.
func TestAPlaceAtAHostIsGivenBack(t *testing.T) {
	t.Parallel()
	h := newHosts(2)
	a, b := task.Asset{SourceURL: "https://a/1"}, task.Asset{SourceURL: "https://b/1"}
	h.take(a)
	h.take(b)
	h.take(a)
	if got := h.busy(); !slices.Equal(got, []string{"a"}) {
		t.Errorf("busy are %v", got)
	}
	h.give(a)
	h.give(a)
	h.give(b)
	if got := h.busy(); len(got) != 0 || len(h.now) != 0 {
		t.Errorf("busy are %v of %v", got, h.now)
	}
	h.take(task.Asset{SourceURL: "%zz"}) // counts as a host of its own
	if fmt.Sprint(h.now) != "map[:1]" {
		t.Errorf("a link that is none: %v", h.now)
	}
}
