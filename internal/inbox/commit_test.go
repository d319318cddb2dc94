package inbox

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/store"
)

func body(i int) string { return fmt.Sprintf(`{"id":"t-%d"}`, i) }

// TestWhatWaitsGoesTogether holds the first commit up until many more wait.
func TestWhatWaitsGoesTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{commitGate: make(chan struct{})}
		b := setup(t, k).run()
		var answers []<-chan error
		for i := range 600 {
			answers = append(answers, b.receive(request(body(i))))
			if i == 0 {
				synctest.Wait() // the first is on its way, by itself
			}
		}
		synctest.Wait()
		for _, a := range answers {
			if len(a) > 0 {
				t.Fatal("an answer was given before the commit")
			}
		}
		close(k.commitGate)
		for _, a := range answers {
			if err := <-a; err != nil {
				t.Error(err)
			}
		}
		synctest.Wait()
		if want := []int{1, 256, 256, 87}; !slices.Equal(k.batches, want) {
			t.Errorf("batches of %v, want %v", k.batches, want)
		}
		b.checkToldOnce(600)
	})
}

// checkToldOnce expects that Committed was told of n deliveries, of each once and with its id.
func (b *bundle) checkToldOnce(n int) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	seen := make(map[int64]bool)
	for _, d := range b.told {
		seen[d.ID] = true
	}
	if len(b.told) != n || len(seen) != n || seen[0] {
		b.t.Errorf("told of %d deliveries, %d different", len(b.told), len(seen))
	}
}

func TestFailingBatchIsRedoneOneByOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("a rule of the schema")
		k := &keeper{commitGate: make(chan struct{}), fail: func(in []store.Incoming) error {
			for i := range in {
				if in[i].Report.TaskID == "t-3" {
					return broken
				}
			}
			return nil
		}}
		b := setup(t, k).run()
		answers := []<-chan error{b.receive(request(body(0)))}
		synctest.Wait()
		for i := 1; i < 6; i++ {
			answers = append(answers, b.receive(request(body(i))))
		}
		synctest.Wait()
		close(k.commitGate)
		for i, a := range answers {
			err := <-a
			if i != 3 && err != nil || i == 3 && (!errors.Is(err, ErrBusy) || !errors.Is(err, broken)) {
				t.Errorf("delivery %d: %v", i, err)
			}
		}
		synctest.Wait()
		if want := []int{1, 5, 1, 1, 1, 1, 1}; !slices.Equal(k.batches, want) {
			t.Errorf("batches of %v, want %v", k.batches, want)
		}
		b.checkToldOnce(5)
	})
}

func TestBusyAfterTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{commitGate: make(chan struct{})} // never opened
		b := setup(t, k).run()
		begin := time.Now()
		if err := <-b.receive(request(body(0))); !errors.Is(err, ErrBusy) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(begin); took != maxWait || took > 15*time.Second {
			t.Errorf("it took %s", took)
		}
		if len(b.told) > 0 {
			t.Errorf("told of %+v", b.told)
		}
	})
}

func TestBusyWhenTheQueueIsFull(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setup(t, &keeper{}) // not running
		var answers []<-chan error
		for i := range commitQueue + 1 {
			answers = append(answers, b.receive(request(body(i))))
		}
		synctest.Wait()
		begin := time.Now()
		for _, a := range answers {
			if err := <-a; !errors.Is(err, ErrBusy) {
				t.Fatalf("got %v", err)
			}
		}
		if took := time.Since(begin); took != maxWait {
			t.Errorf("it took %s", took)
		}
	})
}

func TestSenderThatHangsUpIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{commitGate: make(chan struct{})}
		b := setup(t, k).run()
		ctx, hangUp := context.WithCancel(t.Context())
		answer := make(chan error)
		go func() {
			_, err := b.Receive(ctx, request(body(0)))
			answer <- err
		}()
		synctest.Wait()
		hangUp()
		if err := <-answer; !errors.Is(err, ErrBusy) {
			t.Errorf("got %v", err)
		}
		close(k.commitGate)
		synctest.Wait()
		if accepted, _ := k.kept(); len(accepted) != 1 {
			t.Error("what had arrived was not kept")
		}
	})
}

// TestTimeoutIsNotRedoneOneByOne sees that a dead disk costs one wait, not one a delivery.
func TestTimeoutIsNotRedoneOneByOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{commitGate: make(chan struct{}), entered: make(chan struct{}, 1000)}
		b := setup(t, k).run()
		for i := range 100 {
			b.receive(request(body(i)))
			if i == 0 {
				synctest.Wait()
			}
		}
		<-time.After(10 * maxWait) // of the bubble's time
		if calls := len(k.entered); calls != 2 {
			t.Errorf("%d commits were tried", calls)
		}
	})
}

func TestShutdownStoresWhatWasAdmitted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{commitGate: make(chan struct{}), refuseGate: make(chan struct{})}
		b := setup(t, k).run()
		var answers []<-chan error
		for i := range 300 {
			answers = append(answers, b.receive(request(body(i))))
		}
		for i := range 10 {
			answers = append(answers, b.receive(refusable(body(i))))
		}
		synctest.Wait()
		stopped := make(chan struct{})
		go func() { b.stop(); close(stopped) }()
		synctest.Wait()
		close(k.commitGate)
		synctest.Wait()
		select {
		case <-stopped:
			t.Error("it stopped before the refused ones were kept")
		default:
		}
		close(k.refuseGate)
		<-stopped
		for i, a := range answers {
			if err := <-a; i < 300 && err != nil || i >= 300 && reason(err) == "" {
				t.Errorf("delivery %d: %v", i, err)
			}
		}
		if accepted, refused := k.kept(); len(accepted) != 300 || len(refused) != 10 {
			t.Errorf("kept are %d and %d", len(accepted), len(refused))
		}
		b.checkToldOnce(310)
		begin := time.Now()
		if err := <-b.receive(request(body(0))); !errors.Is(err, ErrBusy) {
			t.Errorf("after the end: %v", err)
		}
		if err := <-b.receive(refusable(body(0))); reason(err) == "" {
			t.Errorf("refused after the end: %v", err)
		}
		if took := time.Since(begin); took > 0 {
			t.Errorf("the answers took %s", took)
		}
	})
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	k := &keeper{}
	b := setup(t, k).run()
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			for j := range 20 {
				r := request(body(100*i + j))
				if j%5 == 0 {
					r = refusable(body(0))
					r.RemoteAddr = fmt.Sprint("192.0.2.", i)
				}
				_, err := b.Receive(t.Context(), r)
				if (reason(err) != "") != (j%5 == 0) || strings.HasPrefix(reason(err), "error") {
					t.Errorf("delivery %d: %v", j, err)
				}
			}
		})
	}
	all.Wait()
	b.stop()
	if accepted, _ := k.kept(); len(accepted) != 50*16 {
		t.Errorf("%d were kept", len(accepted))
	}
	b.checkToldOnce(50*20 - int(b.Counts().RefusedLost))
}
