package sim

import (
	"slices"
	"testing"
)

func TestPlanWithoutFaultsIsTheScenarioInOrder(t *testing.T) {
	t.Parallel()
	steps, dropped := plan(5, Faults{}, newRand(1, "plan"))
	want := []step{{index: 0}, {index: 1}, {index: 2}, {index: 3}, {index: 4}}
	if !slices.Equal(steps, want) || dropped != 0 {
		t.Errorf("plans %v and drops %d", steps, dropped)
	}
}

func TestPlanMeetsTheSharesExactly(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name                          string
		n                             int
		faults                        Faults
		dropped, repeated, outOfPlace int
	}{
		{"drop a fifth", 100, Faults{Drop: 0.2}, 20, 0, 0},
		{"send a fifth twice", 100, Faults{Duplicates: 0.2}, 0, 20, 0},
		{"a tenth out of order", 100, Faults{OutOfOrder: 0.1}, 0, 0, 10},
		{"all three", 100, Faults{0.25, 0.1, 0.2}, 20, 20, 10},
		{"everything dropped", 10, Faults{Drop: 1, Duplicates: 1, OutOfOrder: 1}, 10, 0, 0},
		{"everything twice", 10, Faults{Duplicates: 1}, 0, 10, 0},
		{"nothing to send", 0, Faults{1, 1, 1}, 0, 0, 0},
		{"one to send", 1, Faults{OutOfOrder: 1}, 0, 0, 0},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			steps, dropped := plan(tc.n, tc.faults, newRand(1, "plan"))
			repeated := 0
			for _, s := range steps {
				if s.repeat {
					repeated++
				}
			}
			if dropped != tc.dropped || repeated != tc.repeated {
				t.Errorf("drops %d and repeats %d, want %d and %d",
					dropped, repeated, tc.dropped, tc.repeated)
			}
			if want := tc.n - tc.dropped + tc.repeated; len(steps) != want {
				t.Errorf("has %d steps, want %d", len(steps), want)
			}
			if got := overtaken(steps); got > tc.outOfPlace || (tc.outOfPlace > 0 && got == 0) {
				t.Errorf("%d steps arrive behind later ones, want %d or, where two of them "+
					"stay in order, a few less", got, tc.outOfPlace)
			}
		})
	}
}

func TestPlanMovesAStepOnlySomePlaces(t *testing.T) {
	t.Parallel()
	steps, _ := plan(1000, Faults{OutOfOrder: 0.1}, newRand(5, "plan"))
	for place, s := range steps {
		if behind := place - s.index; behind > maxShift+1 {
			t.Errorf("callback %d comes %d places late, want at most %d", s.index, behind, maxShift+1)
		}
	}
}

func TestPlanFollowsFromTheSeed(t *testing.T) {
	t.Parallel()
	faults := Faults{0.2, 0.1, 0.2}
	one, _ := plan(100, faults, newRand(1, "plan"))
	same, _ := plan(100, faults, newRand(1, "plan"))
	other, _ := plan(100, faults, newRand(2, "plan"))
	if !slices.Equal(one, same) {
		t.Error("the same seed makes another plan")
	}
	if slices.Equal(one, other) {
		t.Error("another seed makes the same plan")
	}
}

func TestPlanPutsADuplicateBehindItsFirst(t *testing.T) {
	t.Parallel()
	steps, _ := plan(200, Faults{Duplicates: 0.3}, newRand(9, "plan"))
	for i, s := range steps {
		if s.repeat && (i == 0 || steps[i-1] != step{index: s.index}) {
			t.Errorf("step %d repeats callback %d, which was not just sent", i, s.index)
		}
	}
}

// overtaken counts the steps that come after a step of a later callback.
func overtaken(steps []step) int {
	latest, count := -1, 0
	for _, s := range steps {
		if s.index < latest {
			count++
		}
		latest = max(latest, s.index)
	}
	return count
}
