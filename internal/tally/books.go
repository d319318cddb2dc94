package tally

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// Counters is where counts outlive the process.
type Counters interface {
	// AddCounts adds to counters, and raises others to at least a value, all or none.
	AddCounts(ctx context.Context, more, most map[string]int64) error
	// Counts returns counters by name; those that have never counted are left out.
	Counts(ctx context.Context, names []string) (map[string]int64, error)
	// CountsByDay returns the counters of the days from the first to the last whose names begin
	// with one of the given, as CounterOn makes them.
	CountsByDay(ctx context.Context, names []string, first, last time.Time) (
		map[string]int64, error)
	// CountDeliveriesAfter counts the deliveries whose numbers are above those given: taken is
	// that of those which were not refused.
	CountDeliveriesAfter(ctx context.Context, taken, refused int64) ([]store.DeliveryCount, error)
}

// Options are what Books are made of.
type Options struct {
	Counters Counters
	// Elsewhere returns sums since the start of the process that somebody else keeps; nil means
	// that nobody does.
	Elsewhere func() map[Kind]int64
	Every     time.Duration    // between two writings; 0 means 5 s
	Now       func() time.Time // nil means time.Now
	Log       *slog.Logger     // nil means slog.Default
}

// Books count callbacks and know what has been counted. They are safe for concurrent use.
type Books struct {
	o       Options
	sheets  sheets
	reached reached

	mu    sync.Mutex // held while counts go over to the counters, so that none is seen twice
	taken map[Kind]int64
}

// New returns books, which write nothing by themselves before Run.
func New(o Options) *Books {
	if o.Every <= 0 {
		o.Every = 5 * time.Second
	}
	if o.Elsewhere == nil {
		o.Elsewhere = func() map[Kind]int64 { return nil }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return &Books{o: o, taken: make(map[Kind]int64)}
}

// Kept counts a delivery that is on disk under a number.
func (b *Books) Kept(o task.Outcome, id int64, receivedAt time.Time) {
	if k, ok := kindOf(o); ok {
		b.sheets.on(receivedAt).counts[k].Add(1)
		b.reached.note(o, id)
	}
}

// Answered counts how long a callback waited for its answer, which was that it is taken in, or that
// it could not be stored in time.
func (b *Books) Answered(took time.Duration, busy bool) {
	sh := b.sheets.on(b.o.Now())
	sh.answers.observe(took)
	if busy {
		sh.counts[Busy].Add(1)
	}
}

// Run writes every few seconds until the context ends. Whoever stops the program calls Write once
// more, when nothing can come any more.
func (b *Books) Run(ctx context.Context) error {
	tick := time.NewTicker(b.o.Every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
		if err := b.Write(ctx); err != nil && ctx.Err() == nil {
			b.o.Log.Warn("the statistics could not be written, and will be with the next",
				"err", err)
		}
	}
}

// Write brings the counters up to date. After an error it may be tried again.
func (b *Books) Write(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.take()
	entry := newEntry()
	b.reached.put(entry) // before the sums: what comes in between is rather counted twice than not
	open := b.sheets.open()
	now := make([]sums, len(open))
	for i, sh := range open {
		now[i] = sh.sums()
		if now[i] != sh.written {
			grown := now[i].since(&sh.written)
			entry.put(sh.day, &grown)
		}
	}
	if len(entry.more) > 0 {
		if err := b.o.Counters.AddCounts(ctx, entry.more, entry.most); err != nil {
			return err
		}
	}
	for i, sh := range open {
		sh.written = now[i]
	}
	// Whoever is still counting on the sheet of yesterday has a day to finish.
	b.sheets.shutBefore(dayOf(b.o.Now()) - 1)
	return nil
}

// take counts what has come to the sums that are kept elsewhere since the last time.
func (b *Books) take() {
	sh := b.sheets.on(b.o.Now())
	for k, n := range b.o.Elsewhere() {
		sh.counts[k].Add(n - b.taken[k])
		b.taken[k] = n
	}
}
