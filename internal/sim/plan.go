package sim

import (
	"math"
	"math/rand/v2"
	"slices"
)

// step is one thing to send: a callback of the scenario by its index.
type step struct {
	index  int
	repeat bool // the provider's second sending of it
}

// Bounds of how many places a step that arrives out of order falls back.
const (
	minShift = 2
	maxShift = 9
)

// plan decides what is sent and in which order. Shares are met exactly, rounded to whole
// callbacks, so that a test can count on them.
func plan(n int, f Faults, r *rand.Rand) (steps []step, dropped int) {
	drop := pick(n, n, f.Drop, r)
	for i := range n {
		if drop[i] {
			dropped++
			continue
		}
		steps = append(steps, step{index: i})
	}
	return shift(repeat(steps, f.Duplicates, r), f.OutOfOrder, r), dropped
}

// repeat puts a second copy behind a share of the steps.
func repeat(steps []step, share float64, r *rand.Rand) []step {
	twice := pick(len(steps), len(steps), share, r)
	var out []step
	for i, s := range steps {
		out = append(out, s)
		if twice[i] {
			out = append(out, step{index: s.index, repeat: true})
		}
	}
	return out
}

// shift moves a share of the steps behind later ones. The last step has nothing to fall behind
// and is never chosen.
func shift(steps []step, share float64, r *rand.Rand) []step {
	type placed struct {
		step
		place float64
	}
	late := pick(len(steps), len(steps)-1, share, r)
	places := make([]placed, len(steps))
	for i, s := range steps {
		places[i] = placed{s, float64(i)}
		if late[i] {
			places[i].place += float64(minShift+r.IntN(maxShift-minShift+1)) + 0.5
		}
	}
	slices.SortStableFunc(places, func(a, b placed) int {
		switch {
		case a.place < b.place:
			return -1
		case a.place > b.place:
			return 1
		}
		return 0
	})
	out := make([]step, len(places))
	for i, p := range places {
		out[i] = p.step
	}
	return out
}

// pick marks a share of n, rounded, among the first limit.
func pick(n, limit int, share float64, r *rand.Rand) []bool {
	marked := make([]bool, n)
	if limit <= 0 {
		return marked
	}
	count := min(int(math.Round(share*float64(n))), limit)
	for _, i := range r.Perm(limit)[:count] {
		marked[i] = true
	}
	return marked
}
