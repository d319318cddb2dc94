package tally

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/testkit"
)

func noon() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// bundle is books over a real database.
type bundle struct {
	t     *testing.T
	clock *testkit.Clock
	store *store.Store
	books *Books
}

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{t: t, clock: testkit.NewClock(noon())}
	b.store = testkit.Store(t, store.Options{Now: b.clock.Now,
		Path: filepath.Join(t.TempDir(), "r.db")})
	b.restart()
	return b
}

// restart goes on with books that know nothing but what was written.
func (b *bundle) restart() {
	b.books = New(Options{Counters: b.store, Now: b.clock.Now, Log: testkit.Quiet()})
}

func (b *bundle) write() {
	b.t.Helper()
	if err := b.books.Write(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bundle) read(days int) task.Loss {
	b.t.Helper()
	loss, err := b.books.Read(b.t.Context(), days)
	if err != nil {
		b.t.Fatal(err)
	}
	return loss
}

// kept counts a delivery that arrives now.
func (b *bundle) kept(o task.Outcome) { b.books.Kept(o, 1, b.clock.Now()) }

func TestNumbersAreThereAtOnceAndSurviveARestart(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, o := range append(task.Outcomes(), task.Applied, "of another kind") {
		b.kept(o)
	}
	for _, ms := range []time.Duration{1, 2, 3, 900} {
		b.books.Answered(ms*time.Millisecond, false)
	}
	b.books.Answered(10*time.Second, true)
	want := task.Tally{Applied: 2, Repeated: 1, Conflicting: 1, NotUnderstood: 1, Refused: 1, Busy: 1}
	check := func(when string) {
		t.Helper()
		got := b.read(30)
		answers := got.Sum.Answers
		if answers.N != 5 || answers.Max != 10*time.Second || answers.P99 < 9*time.Second ||
			answers.P50 < 2800*time.Microsecond || answers.P50 > 3200*time.Microsecond {
			t.Errorf("%s: answers %+v", when, answers)
		}
		got.Sum.Answers = task.AnswerTimes{}
		if len(got.Days) != 30 || got.Sum != want || got.All != want ||
			got.Days[0].Answers != answers || !got.Days[0].Day.Equal(noon().Truncate(24*time.Hour)) ||
			!got.Days[1].Empty() {
			t.Errorf("%s: %+v", when, got)
		}
	}
	check("not written")
	b.write()
	check("written")
	b.write()
	check("written twice")
	b.restart()
	check("restarted")
}

func TestDaysAreThoseOfUTC(t *testing.T) {
	t.Parallel()
	b := setup(t)
	east := time.FixedZone("east", 8*60*60)
	b.books.Kept(task.Applied, 1, time.Date(2026, 3, 1, 7, 59, 59, 0, east)) // February's last second
	b.books.Kept(task.Repeated, 2, time.Date(2026, 3, 1, 8, 0, 0, 0, east))
	b.clock.Add(12 * time.Hour) // midnight
	b.kept(task.Refused)
	b.books.Answered(time.Millisecond, false)
	for range 2 {
		days := b.read(3).Days
		for i, want := range []task.Tally{{Refused: 1}, {Repeated: 1}, {Applied: 1}} {
			got := days[i].Tally
			got.Answers = task.AnswerTimes{}
			if got != want || !days[i].Day.Equal(time.Date(2026, 3, 2-i, 0, 0, 0, 0, time.UTC)) {
				t.Errorf("%s: %+v, want %+v", days[i].Day, got, want)
			}
		}
		if days[0].Answers.N != 1 || days[1].Answers.N != 0 {
			t.Error("an answer is counted on another day")
		}
		b.write()
	}
	if before := dayOf(time.Date(1969, 12, 31, 23, 0, 0, 0, time.UTC)); before != -1 {
		t.Errorf("the day before the first is %d", before)
	}
}

func TestOldSheetsArePutAwayAndStillCount(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 5 {
		b.kept(task.Applied)
		b.books.Answered(time.Millisecond, false)
		b.write()
		b.clock.Add(24 * time.Hour)
	}
	b.write()
	if n := len(b.books.sheets.open()); n > 2 {
		t.Errorf("%d days are still held", n)
	}
	n, sum, _ := b.books.Answers()
	if b.books.Total(Applied) != 5 || n != 5 || sum != 5*time.Millisecond {
		t.Errorf("since the start: %d, %d answers in %v", b.books.Total(Applied), n, sum)
	}
	if got := b.read(30); got.Sum.Applied != 5 || got.Days[1].Applied != 1 {
		t.Errorf("read %+v", got.Sum)
	}
}

func TestWhatTheStoreCountsItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	yesterday := noon().AddDate(0, 0, -1)
	err := b.store.AddCounts(t.Context(), map[string]int64{
		store.CounterRepaired: 9, store.CounterRepairedOn(noon()): 2,
		store.CounterRepairedOn(yesterday): 3, store.CounterLost: 1,
		store.CounterOn(store.CounterLost, yesterday): 1,
		"refused_dropped": 4, "answer:not-a-day:000": 7, "answer:2026-03-01:999": 7,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := b.read(2)
	if got.Sum != (task.Tally{Repaired: 5, Lost: 1}) || got.All != (task.Tally{Repaired: 9, Lost: 1}) ||
		got.Days[0].Repaired != 2 || got.Days[1].Missed() != 4 {
		t.Errorf("read %+v", got)
	}
}

func TestSumsKeptElsewhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	unkept := int64(3)
	start := func() {
		b.books = New(Options{Counters: b.store, Now: b.clock.Now, Log: testkit.Quiet(),
			Elsewhere: func() map[Kind]int64 { return map[Kind]int64{Unkept: unkept} }})
	}
	start()
	b.write()
	unkept = 5
	if got := b.read(1).Sum.Unkept; got != 5 {
		t.Errorf("%d, want 5", got)
	}
	b.write()
	unkept = 2 // of another process
	start()
	if got := b.read(1).Sum.Unkept; got != 7 || b.books.Total(Unkept) != 2 {
		t.Errorf("after a restart %d, %d of it since", got, b.books.Total(Unkept))
	}
}

// counters is a map of counters, which may fail.
type counters struct {
	Counters
	mu     sync.Mutex
	writes int
	err    error
	sum    map[string]int64
}

func (c *counters) AddCounts(_ context.Context, more, _ map[string]int64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes++
	if c.err != nil {
		return c.err
	}
	for name, n := range more {
		c.sum[name] += n
	}
	return nil
}

func TestAFailedWritingIsMadeUpFor(t *testing.T) {
	t.Parallel()
	c := &counters{sum: make(map[string]int64), err: errors.New("the disk is full")}
	b := New(Options{Counters: c, Now: noon, Log: testkit.Quiet()})
	b.Kept(task.Applied, 1, noon())
	if err := b.Write(t.Context()); !errors.Is(err, c.err) {
		t.Errorf("the first writing: %v", err)
	}
	b.Kept(task.Applied, 1, noon())
	c.err = nil
	for range 2 {
		if err := b.Write(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if c.sum["applied"] != 2 || c.sum["applied:2026-03-01"] != 2 || c.writes != 2 {
		t.Errorf("after %d writings: %v", c.writes, c.sum)
	}
}

func TestBooksAreWrittenEveryFewSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &counters{sum: make(map[string]int64), err: errors.New("not yet")}
		log := new(testkit.Log)
		b := New(Options{Counters: c, Log: log.Logger()})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- b.Run(ctx) }()
		b.Kept(task.Applied, 1, time.Now())
		time.Sleep(6 * time.Second) // of the bubble
		c.mu.Lock()
		if c.writes != 1 || log.String() == "" {
			t.Errorf("%d writings, log %q", c.writes, log)
		}
		c.err = nil
		c.mu.Unlock()
		time.Sleep(20 * time.Second)
		stop()
		if err := <-done; err != nil || c.writes != 2 || c.sum["applied"] != 1 {
			t.Errorf("%v after %d writings: %v", err, c.writes, c.sum)
		}
	})
}

// TestRandomHistories counts, writes, restarts and lets days pass at random, and compares what is
// read with what a simple sum has.
func TestRandomHistories(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		b := setup(t)
		r := rand.New(rand.NewPCG(seed, 2))
		want := make(map[time.Time]*task.Tally)
		all := task.Tally{}
		for range 300 {
			today := b.clock.Now().Truncate(24 * time.Hour)
			if want[today] == nil {
				want[today] = new(task.Tally)
			}
			switch n := r.IntN(20); {
			case n < 8:
				b.kept(task.Applied)
				want[today].Applied++
				all.Applied++
			case n < 12:
				b.kept(task.Refused)
				want[today].Refused++
				all.Refused++
			case n < 15:
				d := time.Duration(1+r.IntN(9000)) * time.Millisecond
				b.books.Answered(d, false)
				want[today].Answers.N++
				want[today].Answers.Max = max(want[today].Answers.Max, d)
			case n < 17:
				b.clock.Add(time.Duration(r.IntN(20)) * time.Hour)
			case n < 19:
				b.write()
			default:
				b.write()
				b.restart()
			}
		}
		got := b.read(400)
		if got.All != all {
			t.Errorf("seed %d: in all %+v, want %+v", seed, got.All, all)
		}
		for _, d := range got.Days {
			d.Answers.P50, d.Answers.P99 = 0, 0
			if w := want[d.Day]; w != nil && !reflect.DeepEqual(*w, d.Tally) ||
				w == nil && !d.Empty() {
				t.Errorf("seed %d, %s: %+v, want %+v", seed, d.Day, d.Tally, w)
			}
		}
	}
}
