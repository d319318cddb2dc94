package task

import "time"

// Tally is what became of the callbacks of some time, and how fast they were answered.
type Tally struct {
	Applied       int64
	Repeated      int64
	Conflicting   int64
	NotUnderstood int64
	Refused       int64 // turned away and kept
	Unkept        int64 // turned away and not kept: too many came at once
	Busy          int64 // answered that they could not be stored in time; the sender tries again
	UnknownSource int64 // for a source that does not exist
	Repaired      int64 // lost on their way; the provider's record stood in for them
	Lost          int64 // lost for good: there was no record any more
	Answers       AnswerTimes
}

// AnswerTimes are how long callbacks waited for their answer. But for Max they are good to a
// sixteenth.
type AnswerTimes struct {
	N             int64
	P50, P99, Max time.Duration
}

// Received counts the callbacks that were let in, whatever became of them.
func (t Tally) Received() int64 {
	return t.Applied + t.Repeated + t.Conflicting + t.NotUnderstood
}

// Missed counts the callbacks that did not arrive, as far as the provider could be asked.
func (t Tally) Missed() int64 { return t.Repaired + t.Lost }

// RepairedShare is the part that repaired callbacks have in all that are here, from 0 to 1.
func (t Tally) RepairedShare() float64 {
	all := t.Received() + t.Repaired
	if all == 0 {
		return 0
	}
	return float64(t.Repaired) / float64(all)
}

// Empty says whether there was nothing at all.
func (t Tally) Empty() bool { return t == Tally{} }

// DayTally is the tally of one day.
type DayTally struct {
	Day time.Time // its beginning in UTC
	Tally
}

// Loss is what is known of callbacks received, refused, lost and repaired.
type Loss struct {
	Days []DayTally // the newest first, also those on which nothing came
	Sum  Tally      // of those days
	All  Tally      // since the beginning, without the answer times
}

// Repair is a lost callback that the provider's record stood in for.
type Repair struct {
	Task   Task // without its assets
	At     time.Time
	Result Result // that the record had
}

// Late is how long after the provider's result the repair was, 0 where that is not known.
func (r Repair) Late() time.Duration {
	if r.Task.CompletedAt.IsZero() {
		return 0
	}
	return max(r.At.Sub(r.Task.CompletedAt), 0)
}
