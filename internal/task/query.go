package task

import (
	"math"
	"time"
)

// Patience says when the provider is asked for its record of a task.
type Patience struct {
	Silence time.Duration // how long a task may be silent before it is asked about
	Gap     time.Duration // before it is asked about once more; half as long again each time
	Gone    time.Duration // how long the provider keeps its records
}

// DefaultPatience is for a provider that calls back within minutes and forgets after two months.
func DefaultPatience() Patience {
	return Patience{Silence: 2 * time.Minute, Gap: 30 * time.Second, Gone: 60 * 24 * time.Hour}
}

// longestGap is how long a task waits at most to be asked about again.
const longestGap = 30 * time.Minute

// NextQuery returns when the provider is to be asked about a task that it has been asked about a
// number of times already, zero for never: a result is checked at once, a silent task once it has
// been silent for too long, and either again with growing gaps until the record has decided or is
// gone. Jitter spreads the gaps as in RetryDelay.
func NextQuery(t Task, asked int, now time.Time, jitter float64, p Patience) time.Time {
	if t.CrossChecked != CheckNo || !now.Before(t.born().Add(p.Gone)) {
		return time.Time{}
	}
	if asked > 0 {
		return now.Add(p.gap(asked, jitter))
	}
	if due := t.heardOf().Add(p.Silence); !t.Terminal() && due.After(now) {
		return due
	}
	return now
}

// gap returns the pause after the n-th question.
func (p Patience) gap(n int, jitter float64) time.Duration {
	gap := min(float64(p.Gap)*math.Pow(1.5, float64(n-1)), float64(longestGap))
	return time.Duration(gap + min(max(jitter, -1), 1)*gap/10)
}

// born is the earliest time at which the task is known to have been there.
func (t *Task) born() time.Time {
	if !t.CreatedAt.IsZero() && t.CreatedAt.Before(t.FirstSeenAt) {
		return t.CreatedAt
	}
	return t.FirstSeenAt
}

// heardOf is the last time at which something is known to have been heard of a silent task.
func (t *Task) heardOf() time.Time {
	last := t.FirstSeenAt
	for _, at := range []time.Time{t.RegisteredAt, t.FirstDeliveryAt} {
		if at.After(last) {
			last = at
		}
	}
	return last
}

// unknownFor is for how long a provider may say of a task that it has no record: normal for a
// moment after its creation, and no slip of a provider after a day.
const unknownFor = 24 * time.Hour

// NeverKnown says whether a provider that has no record of the task will never have one.
func NeverKnown(t Task, now time.Time) bool { return now.Sub(t.FirstSeenAt) >= unknownFor }
