package work

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/testkit"
)

// memQuestions is the tasks to ask about, in memory. Each is asked about once more when its next
// time has come.
type memQuestions struct {
	mu       sync.Mutex
	due      map[int64]time.Time // zero: never again
	asked    map[int64]int
	taken    []time.Time
	applied  chan task.Record
	checked  store.Checked
	why      string
	verdict  task.CrossCheck
	released int
	links    []string
	claimErr error
}

func newQuestions(keys ...int64) *memQuestions {
	q := &memQuestions{due: make(map[int64]time.Time), asked: make(map[int64]int),
		applied: make(chan task.Record, 100), checked: store.Checked{Changed: true},
		verdict: task.CheckNo}
	for _, k := range keys {
		q.due[k] = time.Now()
	}
	return q
}

func (q *memQuestions) ClaimQuery(context.Context, time.Duration) (
	c store.Query, next time.Time, ok bool, err error,
) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.claimErr != nil {
		return c, next, false, q.claimErr
	}
	first := int64(0)
	for key, at := range q.due {
		if !at.IsZero() && (first == 0 || at.Before(q.due[first]) ||
			at.Equal(q.due[first]) && key < first) {
			first = key
		}
	}
	if first == 0 || q.due[first].After(time.Now()) {
		return c, q.due[first], false, nil
	}
	q.taken = append(q.taken, time.Now())
	q.due[first] = time.Now().Add(time.Hour)
	return store.Query{Task: task.Task{Key: first, TaskID: "t", FirstSeenAt: bubble(),
		CrossChecked: q.verdict}, Asked: q.asked[first]}, next, true, nil
}

// bubble is when every synctest bubble begins.
func bubble() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

func (q *memQuestions) ApplyRecord(ctx context.Context, key int64, r task.Record, _ float64) (
	store.Checked, error,
) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.due[key] = time.Time{}
	q.applied <- r
	return q.checked, ctx.Err()
}

func (q *memQuestions) NoRecord(
	ctx context.Context, c store.Query, why string, next time.Time,
) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.due[c.Task.Key], q.why = next, why
	q.asked[c.Task.Key]++
	return ctx.Err()
}

func (q *memQuestions) ReleaseQuery(ctx context.Context, c store.Query, at time.Time) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.due[c.Task.Key] = at
	q.released++
	return ctx.Err()
}

func (q *memQuestions) RelinkAsset(_ context.Context, _ task.Asset, url string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.links = append(q.links, url)
	return nil
}

func (q *memQuestions) times() []time.Time {
	q.mu.Lock()
	defer q.mu.Unlock()
	return append([]time.Time(nil), q.taken...)
}

// records answer questions.
type records struct {
	query func(ctx context.Context, t task.Task) (task.Record, error)
	fresh func(link string) (string, error)
}

func (r records) Query(ctx context.Context, t task.Task) (task.Record, error) {
	return r.query(ctx, t)
}

func (r records) FreshLink(_ context.Context, link string) (string, error) { return r.fresh(link) }

func finds(context.Context, task.Task) (task.Record, error) {
	return task.Record{Report: task.Report{Result: task.ResultSucceeded}}, nil
}

// answers fails with each error in turn and finds a record then.
func answers(errs ...error) records {
	var mu sync.Mutex
	return records{query: func(ctx context.Context, t task.Task) (task.Record, error) {
		mu.Lock()
		defer mu.Unlock()
		if len(errs) == 0 {
			return finds(ctx, t)
		}
		err := errs[0]
		errs = errs[1:]
		return task.Record{}, err
	}}
}

func newTestAsker(q Questions, r Records, change ...func(*AskerOptions)) *Asker {
	o := AskerOptions{Questions: q, Records: r, Patience: task.DefaultPatience(),
		Log: testkit.Quiet(), Jitter: func() float64 { return 0 }}
	for _, set := range change {
		set(&o)
	}
	return NewAsker(o)
}

// runAsker starts an asker; stop ends it and waits for that.
func runAsker(t *testing.T, a *Asker) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the asker ended with %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}
