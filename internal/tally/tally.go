// Package tally counts what becomes of callbacks and how fast they are answered, by days in UTC.
// It counts in memory, so that nobody waits for it, and writes what has come to it every few
// seconds. After a kill it counts the deliveries since then anew; their answer times, and what was
// never kept, are gone. Repaired and lost callbacks
// are exact, because the store counts those in the transaction that makes them so.
package tally

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// Kind is something that can become of a callback.
type Kind int

// The kinds. The first five are the outcomes of deliveries, but that Refused are those kept.
const (
	Applied Kind = iota
	Repeated
	Conflicting
	NotUnderstood
	Refused
	Unkept // refused as well, and not kept because too many came at once
	Busy
	UnknownSource
	kinds
)

// Kinds lists every kind.
func Kinds() []Kind {
	return []Kind{Applied, Repeated, Conflicting, NotUnderstood, Refused, Unkept, Busy,
		UnknownSource}
}

// String returns the name under which the kind is counted.
func (k Kind) String() string {
	return [kinds]string{"applied", "repeated", "conflicting", "not_understood", "refused",
		"refused_unkept", "busy", "unknown_source"}[k]
}

// kindOf returns what an outcome is counted as.
func kindOf(o task.Outcome) (Kind, bool) {
	for k := Applied; k <= Refused; k++ {
		if k.String() == string(o) {
			return k, true
		}
	}
	return 0, false
}

// day counts the days since 1970 in UTC.
type day int64

const secondsOfDay = 24 * 60 * 60

func dayOf(t time.Time) day {
	at := t.Unix()
	if at < 0 {
		at -= secondsOfDay - 1
	}
	return day(at / secondsOfDay)
}

func (d day) start() time.Time { return time.Unix(int64(d)*secondsOfDay, 0).UTC() }

// sheet is where one day is counted.
type sheet struct {
	day     day
	counts  [kinds]atomic.Int64
	answers histogram
	written sums // what the store has of it; guarded by Books.mu
}

// sums are counts as a value.
type sums struct {
	counts [kinds]int64
	times  times
}

func (s *sheet) sums() (out sums) {
	for k := range s.counts {
		out.counts[k] = s.counts[k].Load()
	}
	out.times = s.answers.times()
	return out
}

func (s *sums) add(o *sums) {
	for k, n := range o.counts {
		s.counts[k] += n
	}
	s.times.add(&o.times)
}

// since returns by how much the sums have grown. Of the longest time there is no difference.
func (s *sums) since(o *sums) sums {
	grown := *s
	for k, n := range o.counts {
		grown.counts[k] -= n
	}
	for i, n := range o.times.counts {
		grown.times.counts[i] -= n
	}
	grown.times.sum -= o.times.sum
	return grown
}

// sheets are the days that are being counted: usually today alone.
type sheets struct {
	today atomic.Pointer[sheet]
	mu    sync.Mutex
	all   map[day]*sheet
	shut  sums // of the days that are no longer counted
}

// on returns the sheet of a moment. At most times that is the one looked at first.
func (s *sheets) on(at time.Time) *sheet {
	d := dayOf(at)
	if today := s.today.Load(); today != nil && today.day == d {
		return today
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	sh := s.all[d]
	if sh == nil {
		if s.all == nil {
			s.all = make(map[day]*sheet)
		}
		sh = &sheet{day: d}
		s.all[d] = sh
	}
	if today := s.today.Load(); today == nil || d > today.day {
		s.today.Store(sh)
	}
	return sh
}

// open returns the sheets that are there.
func (s *sheets) open() []*sheet {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := make([]*sheet, 0, len(s.all))
	for _, sh := range s.all {
		open = append(open, sh)
	}
	return open
}

// shutBefore forgets the sheets of days before d, all of which has been written.
func (s *sheets) shutBefore(d day) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for at, sh := range s.all {
		if at < d && sh != s.today.Load() && sh.sums() == sh.written {
			s.shut.add(&sh.written)
			delete(s.all, at)
		}
	}
}

// total returns everything counted since the start of the process.
func (s *sheets) total() sums {
	s.mu.Lock()
	defer s.mu.Unlock()
	total := s.shut
	for _, sh := range s.all {
		now := sh.sums()
		total.add(&now)
	}
	return total
}
