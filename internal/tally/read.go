package tally

import (
	"context"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// Read returns what is known of the last days, today included, and in all. It looks at counters
// only, never at deliveries, however many there are.
func (b *Books) Read(ctx context.Context, days int) (task.Loss, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.take()
	last := dayOf(b.o.Now())
	first := last - day(max(days, 1)-1)
	byDay, err := b.readDays(ctx, first, last)
	if err != nil {
		return task.Loss{}, err
	}
	var all known
	totals, err := b.o.Counters.Counts(ctx, totalNames())
	if err != nil {
		return task.Loss{}, err
	}
	for name, n := range totals {
		all.read(name, "", n)
	}
	b.addUnwritten(byDay, &all)
	return loss(byDay, first, last, &all), nil
}

func (b *Books) readDays(ctx context.Context, first, last day) (map[day]*known, error) {
	byDay := make(map[day]*known)
	for d := first; d <= last; d++ {
		byDay[d] = new(known)
	}
	counts, err := b.o.Counters.CountsByDay(ctx, dayNames(), first.start(), last.start())
	if err != nil {
		return nil, err
	}
	for name, n := range counts {
		readDay(byDay, name, n)
	}
	return byDay, nil
}

// addUnwritten adds what has not been written yet, so that a page is never behind.
func (b *Books) addUnwritten(byDay map[day]*known, all *known) {
	for _, sh := range b.sheets.open() {
		now := sh.sums()
		grown := now.since(&sh.written)
		all.add(&grown)
		if k := byDay[sh.day]; k != nil {
			k.add(&grown)
		}
	}
}

func loss(byDay map[day]*known, first, last day, all *known) task.Loss {
	var out task.Loss
	var sum known
	for d := last; d >= first; d-- {
		k := byDay[d]
		sum.add(&k.sums)
		sum.repaired, sum.lost = sum.repaired+k.repaired, sum.lost+k.lost
		out.Days = append(out.Days, task.DayTally{Day: d.start(), Tally: k.tally()})
	}
	out.Sum, out.All = sum.tally(), all.tally()
	out.All.Answers = task.AnswerTimes{} // those of all time would be as many counters again
	return out
}

func (k *known) tally() task.Tally {
	c := &k.counts
	return task.Tally{
		Applied: c[Applied], Repeated: c[Repeated], Conflicting: c[Conflicting],
		NotUnderstood: c[NotUnderstood], Refused: c[Refused], Unkept: c[Unkept], Busy: c[Busy],
		UnknownSource: c[UnknownSource], Repaired: k.repaired, Lost: k.lost,
		Answers: task.AnswerTimes{N: k.times.n(), P50: k.times.quantile(0.5),
			P99: k.times.quantile(0.99), Max: k.times.most},
	}
}

// Total returns how many there were of a kind since the start of the process.
func (b *Books) Total(k Kind) int64 {
	total := b.sheets.total()
	return total.counts[k]
}

// Answers returns the answer times since the start of the process as a histogram: their number,
// their sum, and how many were below each bound in seconds.
func (b *Books) Answers() (n uint64, sum time.Duration, below map[float64]uint64) {
	total := b.sheets.total()
	return uint64(total.times.n()), total.times.sum, total.times.below()
}
