package work

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// Questions is where tasks wait to be asked about.
type Questions interface {
	ClaimQuery(ctx context.Context, lease time.Duration) (
		q store.Query, next time.Time, ok bool, err error)
	ApplyRecord(ctx context.Context, key int64, r task.Record, jitter float64) (
		store.Checked, error)
	NoRecord(ctx context.Context, q store.Query, why string, next time.Time) error
	ReleaseQuery(ctx context.Context, q store.Query, at time.Time) error
	RelinkAsset(ctx context.Context, a task.Asset, url string) error
}

// Records are what a provider has on file. The errors of both are one of the Err… values below,
// a *Quiet, or anything else for trouble with this one question.
type Records interface {
	// Query returns the provider's own record of a task.
	Query(ctx context.Context, t task.Task) (task.Record, error)
	// FreshLink returns a living link to a file by one that may be dead.
	FreshLink(ctx context.Context, link string) (string, error)
}

// What Records can say besides a record.
var (
	// ErrNoRecord says that the provider knows no such task, or not yet.
	ErrNoRecord = errors.New("the provider has no record of the task")
	// ErrRecordGone says that the record is too old and will not come back.
	ErrRecordGone = errors.New("the provider's record of the task is gone")
)

// Quiet is an error that is about every question: none is to be asked for a while.
type Quiet struct {
	For time.Duration // 0 leaves it to the asker, which waits longer each time
	Err error
}

// Error returns that of the cause.
func (q *Quiet) Error() string { return q.Err.Error() }

// Unwrap returns the cause.
func (q *Quiet) Unwrap() error { return q.Err }

// AskerOptions are what an Asker is made of.
type AskerOptions struct {
	Questions Questions
	Records   Records
	Patience  task.Patience
	Workers   int              // how many questions are under way at a time; 0 means 2
	Now       func() time.Time // nil means time.Now
	Jitter    func() float64   // spreads questions, from -1 to 1; nil means at random
	Log       *slog.Logger     // nil means slog.Default
	// Checked is told when a record has changed a task.
	Checked func(store.Checked)
}

// Asker asks the provider for its records: to confirm what was delivered, to find what was not,
// and for living links.
type Asker struct {
	o AskerOptions
	*crew[store.Query]
	last     time.Duration // the last pause of our own choice, 0 after an answer; guarded by crew.mu
	repaired atomic.Int64
}

// questionLease is how long a task is taken for one question. It is longer than any client waits.
const questionLease = 5 * time.Minute

// The pauses of our own choice, when the provider does not answer and does not say how long.
const (
	firstQuiet   = 5 * time.Second
	longestQuiet = 5 * time.Minute
)

// NewAsker returns an asker, which does nothing before Run.
func NewAsker(o AskerOptions) *Asker {
	if o.Workers <= 0 {
		o.Workers = 2
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Jitter == nil {
		o.Jitter = func() float64 { return rand.Float64()*2 - 1 }
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Checked == nil {
		o.Checked = func(store.Checked) {}
	}
	a := &Asker{o: o}
	a.crew = &crew[store.Query]{
		what: "task to ask about", workers: o.Workers, now: o.Now, log: o.Log,
		wake: make(chan struct{}, 1),
		claim: func(ctx context.Context) (store.Query, time.Time, bool, error) {
			return o.Questions.ClaimQuery(ctx, questionLease)
		},
		do: a.ask,
	}
	return a
}

// Wake tells the asker that a task may be due. It never waits, and may be called on nil.
func (a *Asker) Wake() {
	if a != nil {
		a.crew.Wake()
	}
}

// Repaired returns how many lost callbacks have been repaired since the start.
func (a *Asker) Repaired() int64 { return a.repaired.Load() }

// Run asks until the context ends.
func (a *Asker) Run(ctx context.Context) error {
	a.work(ctx)
	return nil
}

// hush lets nothing be asked for a while and returns until when.
func (a *Asker) hush(q *Quiet) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	wait, now := q.For, a.o.Now()
	if wait <= 0 {
		// Two questions that fail at once are one sign of trouble.
		if !a.resume.After(now) {
			a.last = min(max(2*a.last, firstQuiet), longestQuiet)
		}
		wait = a.last
	}
	if until := now.Add(wait); until.After(a.resume) {
		a.resume = until
		a.o.Log.Warn("the provider is not asked for a while", "err", q.Err, "again_in", wait)
	}
	return a.resume
}

// answered notes that the provider is well.
func (a *Asker) answered() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.last = 0
}
