package sim

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSendRepeatsDropsAndReorders(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, nil)
	opt := Options{
		Concurrency: 1, Seed: 3, Faults: Faults{Duplicates: 0.2, OutOfOrder: 0.1, Drop: 0.2},
	}
	sum := send(t, opt, r, numbered(50))
	want := Summary{Callbacks: 50, Dropped: 10, Duplicates: 8, Attempts: 48, Accepted: 48}
	if sum != want {
		t.Errorf("summary is %+v, want %+v", sum, want)
	}
	var got, planned []string
	for _, req := range r.requests() {
		got = append(got, req.body)
	}
	steps, _ := plan(50, opt.Faults, newRand(3, "plan"))
	for _, s := range steps {
		planned = append(planned, numbered(50).Callbacks[s.index].Body)
	}
	if !slices.Equal(got, planned) {
		t.Errorf("sends\n%q, planned\n%q", got, planned)
	}
}

func TestSendRepeatsTheLinksOfTheFirst(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, nil)
	clock := newClock()
	opt := Options{
		Faults: Faults{Duplicates: 1}, Media: MediaFaults{DieAfter: time.Hour},
		Concurrency: 1, Now: func() time.Time { clock.pass(time.Second); return clock.now() },
	}
	send(t, opt, r, Scenario{Callbacks: []Callback{
		{Product: "runway", TaskID: "a", Body: `"` + media("tea.mp4") + `"`},
	}})
	got := r.requests()
	if len(got) != 2 || got[0].body != got[1].body || !strings.Contains(got[0].body, "expires=") {
		t.Errorf("sends %+v, want the same signed link twice", got)
	}
}
