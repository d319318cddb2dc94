package tally

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"
)

func TestBucketsFollowOneAnother(t *testing.T) {
	t.Parallel()
	for i := range buckets {
		if got := bucket(bound(i)); got != i {
			t.Errorf("bucket %d begins at %v, which is in bucket %d", i, bound(i), got)
		}
		if i > 0 && bucket(bound(i)-1) != i-1 {
			t.Errorf("just below %v is in bucket %d, not %d", bound(i), bucket(bound(i)-1), i-1)
		}
		if i > 1 && i < buckets-1 {
			if wide := float64(bound(i+1)-bound(i)) / float64(bound(i)); wide > 0.125 {
				t.Errorf("bucket %d is %v wide", i, wide)
			}
		}
	}
	if bound(1) > 100*time.Microsecond || bound(buckets-1) < 20*time.Second {
		t.Errorf("told apart is from %v to %v only", bound(1), bound(buckets-1))
	}
	if bucket(math.MaxInt64) != buckets-1 || bucket(0) != 0 {
		t.Error("the ends are not where they should be")
	}
}

// exact returns the time within which a part of the given were.
func exact(all []time.Duration, part float64) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[int(math.Ceil(part*float64(len(sorted))))-1]
}

func observed(all []time.Duration) times {
	var h histogram
	for _, d := range all {
		h.observe(d)
	}
	return h.times()
}

// checkQuantiles compares quantiles with the exact ones, which lie within the range that is told
// apart.
func checkQuantiles(t *testing.T, all []time.Duration) {
	t.Helper()
	got := observed(all)
	for _, part := range []float64{0.01, 0.5, 0.9, 0.99, 1} {
		want, have := exact(all, part), got.quantile(part)
		if off := math.Abs(float64(have-want)) / float64(want); off > 1.0/15 {
			t.Errorf("quantile %v of %d is %v, want %v: off by %.3f", part, len(all), have, want, off)
		}
	}
	if got.most != slices.Max(all).Truncate(time.Microsecond) || got.n() != int64(len(all)) {
		t.Errorf("%d, the longest %v", got.n(), got.most)
	}
}

func TestQuantilesAreNearTheExactOnes(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(7, 1))
	for range 200 {
		all := make([]time.Duration, 1+r.IntN(3000))
		middle, wide := r.Float64()*9, r.Float64()*3
		for i := range all {
			us := 100 * math.Exp(middle+wide*r.NormFloat64())
			all[i] = time.Duration(min(max(us, 100), 20e6) * float64(time.Microsecond))
		}
		checkQuantiles(t, all)
	}
}

func FuzzQuantiles(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1})
	f.Add([]byte("a few callbacks that were answered"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var all []time.Duration
		for ; len(raw) >= 4; raw = raw[4:] {
			us := 100 + int64(binary.BigEndian.Uint32(raw))%(20_000_000-100)
			all = append(all, time.Duration(us)*time.Microsecond)
		}
		if len(all) > 0 {
			checkQuantiles(t, all)
		}
	})
}

func TestTimesBeyondTheRange(t *testing.T) {
	t.Parallel()
	got := observed([]time.Duration{-time.Second, 0, 3 * time.Microsecond, 50 * time.Second,
		2 * time.Minute})
	if q := got.quantile(0.5); q > 64*time.Microsecond {
		t.Errorf("the middle is %v", q)
	}
	if q := got.quantile(1); q != 2*time.Minute || got.most != 2*time.Minute {
		t.Errorf("the longest is %v, %v", q, got.most)
	}
	none := observed(nil)
	if none.quantile(0.99) != 0 || none.n() != 0 {
		t.Errorf("of nothing: %v", none.quantile(0.99))
	}
	one := observed([]time.Duration{time.Millisecond + 1})
	if q := one.quantile(0.99); q > time.Millisecond+1 {
		t.Errorf("%v is longer than the longest", q)
	}
}

func TestCountsBelowBounds(t *testing.T) {
	t.Parallel()
	got := observed([]time.Duration{10 * time.Microsecond, 127 * time.Microsecond,
		128 * time.Microsecond, time.Millisecond, time.Minute})
	below := got.below()
	for bound, want := range map[float64]uint64{0.000064: 1, 0.000128: 2, 0.000256: 3, 0.001024: 4,
		33.554432: 4} {
		if n, ok := below[bound]; !ok || n != want {
			t.Errorf("%d below %v s (%v), want %d", n, bound, ok, want)
		}
	}
	if len(below) != highest-lowest+1 {
		t.Errorf("%d bounds", len(below))
	}
}

func TestManyObserveAtOnce(t *testing.T) {
	t.Parallel()
	var h histogram
	var wg sync.WaitGroup
	for worker := range 8 {
		wg.Go(func() {
			for i := range 1000 {
				h.observe(time.Duration(worker*1000+i) * time.Microsecond)
			}
		})
	}
	wg.Wait()
	got := h.times()
	if got.n() != 8000 || got.most != 7999*time.Microsecond ||
		got.sum != 8000*7999/2*time.Microsecond {
		t.Errorf("%d, the longest %v, together %v", got.n(), got.most, got.sum)
	}
}
