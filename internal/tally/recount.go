package tally

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/reelback/reelback/internal/task"
)

// The counters that say how far the deliveries are counted: the highest number among those that
// were taken in, and among those that were refused, which come by another way.
const (
	counterReached        = "counted_to"
	counterReachedRefused = "counted_refused_to"
)

// reached is how far deliveries have been counted.
type reached struct{ taken, refused atomic.Int64 }

// note says that a delivery has been counted. Each way in counts its own in their order.
func (r *reached) note(o task.Outcome, id int64) {
	if o == task.Refused {
		r.refused.Store(id)
		return
	}
	r.taken.Store(id)
}

// put adds how far the counting is to a writing.
func (r *reached) put(e entry) {
	e.most[counterReached] = r.taken.Load()
	e.most[counterReachedRefused] = r.refused.Load()
}

// Recount counts the deliveries that a process kept and did not live to count. Called before
// anything is counted here, it leaves out none; what comes between the numbers and the counts of
// one writing would be counted twice, should the process be killed before the next.
func (b *Books) Recount(ctx context.Context) error {
	reached, err := b.o.Counters.Counts(ctx, []string{counterReached, counterReachedRefused})
	if err != nil {
		return err
	}
	taken, known := reached[counterReached]
	refused := reached[counterReachedRefused]
	missed, err := b.o.Counters.CountDeliveriesAfter(ctx, taken, refused)
	if err != nil {
		return err
	}
	entry := newEntry()
	entry.most[counterReached], entry.most[counterReachedRefused] = taken, refused
	for _, m := range missed {
		mark := counterReached
		if m.Outcome == task.Refused {
			mark = counterReachedRefused
		}
		entry.most[mark] = max(entry.most[mark], m.Last)
		// Without a mark, everything has been counted that was kept before there were marks.
		if k, ok := kindOf(m.Outcome); ok && known {
			var grown sums
			grown.counts[k] = m.N
			entry.put(dayOf(m.Day), &grown)
		}
	}
	if err := b.o.Counters.AddCounts(ctx, entry.more, entry.most); err != nil {
		return fmt.Errorf("count what was not counted: %w", err)
	}
	b.reached.taken.Store(entry.most[counterReached])
	b.reached.refused.Store(entry.most[counterReachedRefused])
	return nil
}
