package work

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/fetch"
	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/testkit"
)

// memQueue is a queue in memory that keeps the store's rules: nearest expiry first, one claim
// an asset, and no word from whom the claim was lost by.
type memQueue struct {
	mu           sync.Mutex
	assets       []*queued
	events       []task.Event
	tried        []task.Attempt
	claims       []time.Time // when something was claimed
	looked       int         // how often something was looked for
	extended     int
	released     int
	resumed      []int64 // from where attempts went on
	voided       int64
	voidFailures int   // how often VoidClaims fails at first
	claimErr     error // what ClaimAsset fails with
	finish       error // what FinishAsset fails with
	// finished gets every asset that was finished, if there is room.
	finished chan task.Asset
}

type queued struct {
	task.Asset
	lease time.Time
}

func newQueue(assets ...task.Asset) *memQueue {
	q := &memQueue{finished: make(chan task.Asset, 1000)}
	for _, a := range assets {
		q.add(a)
	}
	return q
}

func (q *memQueue) add(a task.Asset) {
	q.mu.Lock()
	defer q.mu.Unlock()
	a.State = cmp.Or(a.State, task.Pending)
	a.Role = cmp.Or(a.Role, task.Video)
	q.assets = append(q.assets, &queued{Asset: a})
}

func (q *memQueue) ClaimAsset(_ context.Context, lease time.Duration, busy ...string) (
	c store.Claimed, next time.Time, ok bool, err error,
) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.claimErr != nil {
		return c, next, false, q.claimErr
	}
	q.looked++
	now := time.Now()
	var first *queued
	blocked := false
	for _, a := range q.assets {
		due := a.NextTryAt
		if a.lease.After(due) {
			due = a.lease
		}
		switch {
		case !a.Open():
		case due.After(now):
			if next.IsZero() || due.Before(next) {
				next = due
			}
		case slices.Contains(busy, hostOf(a.Asset)):
			blocked = true
		case first == nil || a.ExpiresAt.Before(first.ExpiresAt):
			first = a
		}
	}
	if first == nil && blocked {
		return c, time.Time{}, false, nil
	}
	if first == nil {
		return c, next, false, nil
	}
	first.State, first.lease = task.SavingAsset, now.Add(lease)
	first.Claim++
	q.claims = append(q.claims, now)
	return store.Claimed{Asset: first.Asset, Task: task.Task{Key: first.Task, Provider: "kie",
		Product: "veo3.1", TaskID: "t", CompletedAt: time.Unix(0, 0)},
		Attempt: task.Attempt{Number: len(q.claims), StartedAt: now, Host: hostOf(first.Asset)},
	}, next, true, nil
}

// held returns the asset if the claim on it is the given one.
func (q *memQueue) held(a task.Asset) *queued {
	i := slices.IndexFunc(q.assets, func(b *queued) bool {
		return b.Task == a.Task && b.Role == a.Role && b.Index == a.Index && b.Claim == a.Claim
	})
	if i < 0 {
		return nil
	}
	return q.assets[i]
}

func (q *memQueue) ExtendClaim(_ context.Context, a task.Asset, lease time.Duration) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	mine := q.held(a)
	if mine == nil {
		return store.ErrClaimLost
	}
	q.extended++
	mine.lease = time.Now().Add(lease)
	return nil
}

func (q *memQueue) Reattempt(_ context.Context, c store.Claimed, at task.Attempt) (
	store.Claimed, error,
) {
	q.mu.Lock()
	defer q.mu.Unlock()
	mine := q.held(c.Asset)
	if mine == nil {
		return c, store.ErrClaimLost
	}
	q.tried = append(q.tried, at)
	c.Asset, c.Attempt.Number = mine.Asset, c.Attempt.Number+1
	return c, nil
}

func (q *memQueue) NoteResumed(_ context.Context, _ store.Claimed, from int64) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.resumed = append(q.resumed, from)
	return nil
}

func (q *memQueue) ReleaseAsset(ctx context.Context, a task.Asset, at task.Attempt) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.tried = append(q.tried, at)
	if mine := q.held(a); mine != nil && ctx.Err() == nil {
		mine.State, mine.lease = task.Pending, time.Time{}
		q.released++
	}
	return ctx.Err()
}

func (q *memQueue) FinishAsset(
	ctx context.Context, a task.Asset, e task.Event, at task.Attempt,
) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	mine := q.held(a)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case mine == nil:
		return store.ErrClaimLost
	case q.finish != nil:
		return q.finish
	}
	mine.Asset, mine.lease = a, time.Time{}
	q.events, q.tried = append(q.events, e), append(q.tried, at)
	select {
	case q.finished <- a:
	default:
	}
	return nil
}

func (q *memQueue) VoidClaims(context.Context) (int64, error) {
	if q.voidFailures > 0 {
		q.voidFailures--
		return 0, full
	}
	return q.voided, nil
}

// steal takes the claim on an asset away from whoever has it.
func (q *memQueue) steal(i int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.assets[i].Claim++
}

// attempts returns how often something was claimed.
func (q *memQueue) attempts() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.claims)
}

func (q *memQueue) asset(i int) task.Asset {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.assets[i].Asset
}

// fetchFunc is a fetcher.
type fetchFunc func(ctx context.Context, r request) (result, error)

type (
	request = fetch.Request
	result  = fetch.Result
)

func (f fetchFunc) Fetch(ctx context.Context, r request) (result, error) {
	return f(ctx, r)
}

// brings returns a fetcher whose every attempt brings the content.
func brings(content []byte) fetchFunc {
	return func(_ context.Context, r request) (result, error) {
		if err := r.Part.Reset(); err != nil {
			return result{}, &fetch.Error{Kind: fetch.Disk, Err: err}
		}
		if _, err := r.Part.Write(content); err != nil {
			return result{}, &fetch.Error{Kind: fetch.Disk, Err: err}
		}
		sum := sha256.Sum256(content)
		return result{ContentType: "video/mp4", Bytes: int64(len(content)),
			SHA256: hex.EncodeToString(sum[:])}, nil
	}
}

// fails returns a fetcher whose every attempt fails.
func fails(err *fetch.Error) fetchFunc {
	return func(context.Context, request) (result, error) {
		return result{}, err
	}
}

// waits returns a fetcher that waits for the end of the attempt, as a real one would explain it.
func waits(begun chan<- struct{}) fetchFunc {
	return func(ctx context.Context, _ request) (result, error) {
		begun <- struct{}{}
		<-ctx.Done()
		return result{}, &fetch.Error{Kind: fetch.Cancelled, Err: context.Cause(ctx)}
	}
}

// newTestSaver returns a saver of a queue, with no jitter and a folder of its own.
func newTestSaver(t *testing.T, q Queue, f Fetcher, change ...func(*SaverOptions)) *Saver {
	t.Helper()
	o := SaverOptions{Queue: q, Fetcher: f, Folder: testkit.Folder(t), Log: testkit.Quiet(),
		Jitter: func() float64 { return 0 }}
	for _, set := range change {
		set(&o)
	}
	return NewSaver(o)
}

// run starts a saver; stop ends it and waits for that.
func run(t *testing.T, s *Saver) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the saver ended with %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// claim claims what is due.
func claim(t *testing.T, q Queue) store.Claimed {
	t.Helper()
	c, _, ok, err := q.ClaimAsset(t.Context(), lease)
	if err != nil || !ok {
		t.Fatalf("nothing was claimed: %v", err)
	}
	return c
}

func exists(t *testing.T, f *media.Folder, path string) bool {
	t.Helper()
	file, _, err := f.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return false
	}
	if err != nil {
		t.Fatal(err)
	}
	_ = file.Close()
	return true
}

func parts(t *testing.T, f *media.Folder) []string {
	t.Helper()
	keys, err := f.PartKeys()
	if err != nil {
		t.Fatal(err)
	}
	return keys
}
