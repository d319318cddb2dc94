package tally

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/reelback/reelback/internal/store"
)

// The counters of answer times: one for each bucket of a day, its number behind a colon, and one
// for the longest, in microseconds.
const (
	counterAnswer     = "answer"
	counterAnswerMost = "answer_most"
)

// entry is what a writing brings to the counters.
type entry struct{ more, most map[string]int64 }

func newEntry() entry {
	return entry{more: make(map[string]int64), most: make(map[string]int64)}
}

// put adds what has come to a day.
func (e entry) put(d day, grown *sums) {
	for k, n := range grown.counts {
		if n != 0 {
			name := Kind(k).String()
			e.more[name] += n
			e.more[store.CounterOn(name, d.start())] += n
		}
	}
	for i, n := range grown.times.counts {
		if n != 0 {
			e.more[fmt.Sprintf("%s:%03d", store.CounterOn(counterAnswer, d.start()), i)] += n
			e.most[store.CounterOn(counterAnswerMost, d.start())] = grown.times.most.Microseconds()
		}
	}
}

// dayNames lists the names of the counters by day.
func dayNames() []string {
	return append(totalNames(), counterAnswer, counterAnswerMost)
}

// totalNames lists the names of the counters in all.
func totalNames() []string {
	names := []string{store.CounterRepaired, store.CounterLost}
	for _, k := range Kinds() {
		names = append(names, k.String())
	}
	return names
}

// known is what is known of a day or of all time: what was counted here, and what the store
// counted by itself.
type known struct {
	sums
	repaired, lost int64
}

// read adds a counter, whose name is taken apart from the day in it.
func (k *known) read(name, bucket string, n int64) {
	switch name {
	case store.CounterRepaired:
		k.repaired += n
	case store.CounterLost:
		k.lost += n
	case counterAnswer:
		if i, err := strconv.Atoi(bucket); err == nil && i >= 0 && i < buckets {
			k.times.counts[i] += n
		}
	case counterAnswerMost:
		k.times.most = max(k.times.most, time.Duration(n)*time.Microsecond)
	default:
		for _, kind := range Kinds() {
			if kind.String() == name {
				k.counts[kind] += n
			}
		}
	}
}

// readDay adds the counter of a day to those of its day.
func readDay(days map[day]*known, name string, n int64) {
	kind, rest, _ := strings.Cut(name, ":")
	date, bucket, _ := strings.Cut(rest, ":")
	at, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return
	}
	if k := days[dayOf(at)]; k != nil {
		k.read(kind, bucket, n)
	}
}
