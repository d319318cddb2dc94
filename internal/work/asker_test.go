package work

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/testkit"
)

func TestDueTasksAreAskedAboutAndToldOf(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQuestions(1, 2)
		q.due[2] = time.Now().Add(3 * time.Hour)
		q.checked.Event = task.EventRepaired
		told := make(chan store.Checked, 10)
		a := newTestAsker(q, answers(), func(o *AskerOptions) {
			o.Checked = func(c store.Checked) { told <- c }
		})
		runAsker(t, a)
		for _, want := range []time.Duration{0, 3 * time.Hour} {
			if <-told; time.Since(bubble()) != want {
				t.Errorf("asked after %v, want %v", time.Since(bubble()), want)
			}
		}
		if a.Repaired() != 2 {
			t.Errorf("%d repaired", a.Repaired())
		}
	})
}

func TestWhatAnErrorOfTheProviderMeans(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err  error
		want []time.Duration // between the questions until there is a record
		why  string
	}{
		"not yet": {ErrNoRecord, []time.Duration{30 * time.Second}, "too_old"},
		"gone":    {ErrRecordGone, nil, "too_old"},
		"refused": {errors.New("the question was refused"),
			[]time.Duration{30 * time.Second}, "too_old"},
		"wrong key": {&Quiet{For: 10 * time.Minute, Err: errors.New("401")},
			[]time.Duration{10 * time.Minute}, ""},
		"too often": {&Quiet{For: 7 * time.Second, Err: errors.New("429")},
			[]time.Duration{7 * time.Second}, ""},
		"unavailable": {&Quiet{Err: errors.New("500")}, []time.Duration{30 * time.Second}, "too_old"},
	}
	for name, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			q := newQuestions(1)
			stop := runAsker(t, newTestAsker(q, answers(test.err)))
			time.Sleep(time.Hour) // of the bubble
			stop()
			taken := q.times()
			if len(taken) != len(test.want)+1 || q.why != test.why {
				t.Fatalf("%s: asked at %v, why %q", name, taken, q.why)
			}
			for i, want := range test.want {
				if got := taken[i+1].Sub(taken[i]); got != want {
					t.Errorf("%s: asked again after %v, want %v", name, got, want)
				}
			}
		})
	}
}

func TestATaskThatTheProviderNeverKnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQuestions(1)
		unknown := records{query: func(context.Context, task.Task) (task.Record, error) {
			return task.Record{}, ErrNoRecord
		}}
		stop := runAsker(t, newTestAsker(q, unknown))
		time.Sleep(72 * time.Hour) // of the bubble
		stop()
		taken := q.times()
		last := taken[len(taken)-1].Sub(bubble())
		if q.why != task.GoneNoRecord || last < 24*time.Hour || last > 25*time.Hour ||
			len(taken) > 70 {
			t.Errorf("asked %d times, last after %v, why %q", len(taken), last, q.why)
		}
	})
}

func TestAContestedRecordIsAskedForAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQuestions(1)
		q.verdict = task.CheckConfirmed
		runAsker(t, newTestAsker(q, answers(errors.New("refused"))))
		time.Sleep(30 * time.Second) // of the bubble
		synctest.Wait()
		if len(q.applied) != 1 {
			t.Errorf("asked at %v", q.times())
		}
	})
}

// TestAnOutageIsWaitedOut has a provider that fails for an hour under a hundred tasks.
func TestAnOutageIsWaitedOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var keys []int64
		for k := range int64(100) {
			keys = append(keys, k+1)
		}
		q := newQuestions(keys...)
		down := records{query: func(ctx context.Context, tk task.Task) (task.Record, error) {
			if time.Since(bubble()) < time.Hour {
				return task.Record{}, &Quiet{Err: errors.New("503")}
			}
			return finds(ctx, tk)
		}}
		runAsker(t, newTestAsker(q, down))
		time.Sleep(59 * time.Minute) // of the bubble
		if n := len(q.times()); n < 10 || n > 60 {
			t.Errorf("asked %d times while it was down", n)
		}
		for range keys {
			<-q.applied
		}
		if took := time.Since(bubble()); took > time.Hour+longestQuiet {
			t.Errorf("all was told after %v", took)
		}
	})
}

func TestStoppingCostsNoQuestion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQuestions(1)
		begun := make(chan struct{}, 1)
		stop := runAsker(t, newTestAsker(q, records{
			query: func(ctx context.Context, _ task.Task) (task.Record, error) {
				begun <- struct{}{}
				<-ctx.Done()
				return task.Record{}, ctx.Err()
			}}))
		<-begun
		stop()
		// Whoever was about to claim as the end came may claim it once more, and gives it back, too.
		if q.released < 1 || q.asked[1] != 0 || q.due[1].After(time.Now()) {
			t.Errorf("%d given back, asked %d times, due %v", q.released, q.asked[1], q.due[1])
		}
	})
}

func TestNeverMoreThanTwoQuestionsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQuestions(1, 2, 3, 4, 5, 6)
		slow := records{query: func(ctx context.Context, tk task.Task) (task.Record, error) {
			time.Sleep(time.Second) // of the bubble
			return finds(ctx, tk)
		}}
		runAsker(t, newTestAsker(q, slow))
		for range 6 {
			<-q.applied
		}
		if took := time.Since(bubble()); took != 3*time.Second {
			t.Errorf("six questions of a second took %v", took)
		}
	})
}

func TestANudgeWakesTheAsker(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQuestions()
		a := newTestAsker(q, answers())
		runAsker(t, a)
		synctest.Wait() // it has found nothing and sleeps
		q.mu.Lock()
		q.due[1] = time.Now()
		q.mu.Unlock()
		a.Wake()
		a.Wake() // one that is not needed must not wait for anybody
		if <-q.applied; time.Since(bubble()) != 0 {
			t.Errorf("asked after %v", time.Since(bubble()))
		}
		var none *Asker
		none.Wake() // as where there is no key
	})
}

func TestTroubleInTheAskerIsLogged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQuestions(1)
		q.claimErr = errors.New("the database is busy")
		var log testkit.Log
		hostile := records{query: func(context.Context, task.Task) (task.Record, error) {
			panic("hostile answer")
		}}
		stop := runAsker(t, newTestAsker(q, hostile,
			func(o *AskerOptions) { o.Log = log.Logger() }))
		time.Sleep(10 * time.Minute) // of the bubble
		if n := strings.Count(log.String(), "the database is busy"); n < 5 || n > 20 {
			t.Errorf("%d complaints in ten minutes, want one a minute", n)
		}
		q.mu.Lock()
		q.claimErr = nil
		q.mu.Unlock()
		time.Sleep(2 * time.Minute) // of the bubble
		stop()
		if !strings.Contains(log.String(), "hostile answer") || q.asked[1] == 0 {
			t.Errorf("a panic costs more than its question: %s", &log)
		}
	})
}
