package task

import (
	"testing"
	"time"
)

func TestNextQuery(t *testing.T) {
	t.Parallel()
	p := Patience{Silence: 2 * time.Minute, Gap: 30 * time.Second, Gone: 24 * time.Hour}
	now := at(10)
	base := Task{Status: Waiting, CrossChecked: CheckNo, FirstSeenAt: now}
	tests := map[string]struct {
		change func(*Task)
		asked  int
		want   time.Duration // from now; negative is never
	}{
		"just known":      {func(*Task) {}, 0, 2 * time.Minute},
		"running":         {func(t *Task) { t.Status = Generating }, 0, 2 * time.Minute},
		"not understood":  {func(t *Task) { t.Status = Unconfirmed }, 0, 2 * time.Minute},
		"known a minute":  {func(t *Task) { t.FirstSeenAt = at(9) }, 0, time.Minute},
		"silent too long": {func(t *Task) { t.FirstSeenAt = at(0) }, 0, 0},
		"heard of since": {func(t *Task) { t.FirstSeenAt, t.FirstDeliveryAt = at(0), at(9) }, 0,
			time.Minute},
		"registered since": {func(t *Task) { t.FirstSeenAt, t.RegisteredAt = at(0), now }, 0,
			2 * time.Minute},
		"a result":          {func(t *Task) { t.Status = Saving }, 0, 0},
		"a failure":         {func(t *Task) { t.Status = Failed }, 0, 0},
		"asked once":        {func(*Task) {}, 1, 30 * time.Second},
		"asked twice":       {func(*Task) {}, 2, 45 * time.Second},
		"a result, again":   {func(t *Task) { t.Status = Saved }, 3, 67500 * time.Millisecond},
		"asked for long":    {func(*Task) {}, 40, 30 * time.Minute},
		"asked for ever":    {func(*Task) {}, 1e9, 30 * time.Minute},
		"confirmed":         {func(t *Task) { t.CrossChecked = CheckConfirmed }, 0, -1},
		"disagrees":         {func(t *Task) { t.CrossChecked = CheckDisagrees }, 3, -1},
		"record gone":       {func(t *Task) { t.FirstSeenAt = now.Add(-24 * time.Hour) }, 0, -1},
		"known late, old":   {func(t *Task) { t.CreatedAt = now.Add(-24 * time.Hour) }, 0, -1},
		"created after all": {func(t *Task) { t.CreatedAt = now.Add(time.Hour) }, 0, 2 * time.Minute},
	}
	for name, test := range tests {
		tk := base
		test.change(&tk)
		got := NextQuery(tk, test.asked, now, 0, p)
		if test.want < 0 && !got.IsZero() || test.want >= 0 && got.Sub(now) != test.want {
			t.Errorf("%s: in %v, want %v", name, got.Sub(now), test.want)
		}
	}
}

func TestQueriesAreSpreadByATenth(t *testing.T) {
	t.Parallel()
	tk := Task{Status: Saved, CrossChecked: CheckNo, FirstSeenAt: at(0)}
	for jitter, want := range map[float64]time.Duration{
		-1: 27 * time.Second, 0: 30 * time.Second, 1: 33 * time.Second, 9: 33 * time.Second,
	} {
		if got := NextQuery(tk, 1, at(1), jitter, DefaultPatience()).Sub(at(1)); got != want {
			t.Errorf("jitter %v: %v, want %v", jitter, got, want)
		}
	}
}

func TestNeverKnown(t *testing.T) {
	t.Parallel()
	tk := Task{FirstSeenAt: at(0)}
	if NeverKnown(tk, at(30)) || !NeverKnown(tk, at(24*60)) {
		t.Error("a provider has a day to get to know its task, not less and not more")
	}
}
