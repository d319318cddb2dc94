package tally

import (
	"math"
	"math/bits"
	"sync/atomic"
	"time"
)

// A bucket is an eighth of a power of two of microseconds wide, so that its middle is within a
// sixteenth of whatever is in it. Times are told apart from 64 µs to 33 s: quicker is no answer
// that waits for a disk, and slower none that a provider still waits for.
const (
	parts   = 3  // 2^3 buckets between two powers of two
	lowest  = 6  // 2^6 µs
	highest = 25 // 2^25 µs
	buckets = (highest-lowest)<<parts + 2
)

// histogram counts times. It is safe for concurrent use, and observing takes no lock. Prometheus'
// own could be read back by decoding its protocol only, and neither be put together from parts nor
// be filled again after a restart.
type histogram struct {
	counts [buckets]atomic.Int64
	sum    atomic.Int64 // nanoseconds
	most   atomic.Int64 // nanoseconds, whole microseconds as the books keep it
}

func (h *histogram) observe(d time.Duration) {
	d = max(d, 0)
	h.counts[bucket(d)].Add(1)
	h.sum.Add(int64(d))
	whole := int64(d.Truncate(time.Microsecond))
	for {
		most := h.most.Load()
		if whole <= most || h.most.CompareAndSwap(most, whole) {
			return
		}
	}
}

// times returns what has been counted. Whatever is observed meanwhile is in it or not.
func (h *histogram) times() (t times) {
	for i := range h.counts {
		t.counts[i] = h.counts[i].Load()
	}
	t.sum, t.most = time.Duration(h.sum.Load()), time.Duration(h.most.Load())
	return t
}

// bucket returns the bucket of a time: 0 below the first bound, the last from the last one on.
func bucket(d time.Duration) int {
	us := uint64(d.Microseconds())
	power := bits.Len64(us) - 1
	switch {
	case power < lowest:
		return 0
	case power >= highest:
		return buckets - 1
	}
	part := us >> (power - parts) & (1<<parts - 1)
	return 1 + (power-lowest)<<parts + int(part)
}

// bound returns where a bucket begins; the one before ends there.
func bound(i int) time.Duration {
	if i == 0 {
		return 0
	}
	power, part := (i-1)>>parts+lowest, (i-1)&(1<<parts-1)
	return time.Duration(1<<power+part<<(power-parts)) * time.Microsecond
}

// times are counted times as a value.
type times struct {
	counts [buckets]int64
	sum    time.Duration
	most   time.Duration
}

func (t *times) add(o *times) {
	for i, n := range o.counts {
		t.counts[i] += n
	}
	t.sum, t.most = t.sum+o.sum, max(t.most, o.most)
}

func (t *times) n() (n int64) {
	for _, count := range t.counts {
		n += count
	}
	return n
}

// quantile returns the time within which a part of all were, 0 where there is none.
func (t *times) quantile(part float64) time.Duration {
	rank := int64(math.Ceil(part * float64(t.n())))
	for i, n := range t.counts {
		if rank -= n; n > 0 && rank <= 0 {
			if i == buckets-1 {
				return t.most
			}
			return min((bound(i)+bound(i+1))/2, t.most)
		}
	}
	return 0
}

// below counts the times under each power of two, in seconds, as Prometheus has it.
func (t *times) below() map[float64]uint64 {
	all := make(map[float64]uint64, highest-lowest)
	n := uint64(0)
	for i, count := range t.counts[:buckets-1] {
		n += uint64(count)
		if i&(1<<parts-1) == 0 {
			all[bound(i+1).Seconds()] = n
		}
	}
	return all
}
