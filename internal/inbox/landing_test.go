package inbox

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"
)

// receiveMany lets n deliveries in and waits until they can get no further.
func (b *bundle) receiveMany(from, n int) (answers []<-chan error) {
	for i := range n {
		answers = append(answers, b.receive(request(body(from+i))))
	}
	synctest.Wait()
	return answers
}

// answered returns how many answers have been given.
func answered(answers []<-chan error) (n int) {
	synctest.Wait()
	for _, a := range answers {
		n += len(a)
	}
	return n
}

func TestNobodyIsAnsweredBeforeTheSync(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{syncGate: make(chan struct{})}
		b := setup(t, k).run()
		answers := b.receiveMany(0, 1)
		if accepted, _ := k.kept(); len(accepted) != 1 || answered(answers) != 0 || len(b.told) != 0 {
			t.Errorf("%d are committed, %d answered, %d told", len(accepted), answered(answers),
				len(b.told))
		}
		close(k.syncGate)
		if err := <-answers[0]; err != nil {
			t.Error(err)
		}
		b.checkToldOnce(1)
	})
}

// TestTheWriterGoesOnDuringASync holds the first sync up. What has been committed meanwhile needs
// only one more.
func TestTheWriterGoesOnDuringASync(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{syncGate: make(chan struct{})}
		b := setup(t, k).run()
		first := b.receiveMany(0, 1)
		rest := b.receiveMany(1, plenty-1)
		if want := []int{1}; !slices.Equal(k.batches, want) {
			t.Errorf("with few waiting: batches of %v, want %v", k.batches, want)
		}
		rest = append(rest, b.receiveMany(plenty, 1)...)
		rest = append(rest, b.receiveMany(plenty+1, plenty)...)
		if want := []int{1, plenty, plenty}; !slices.Equal(k.batches, want) {
			t.Errorf("with plenty: batches of %v, want %v", k.batches, want)
		}
		k.syncGate <- struct{}{}
		if a, r := answered(first), answered(rest); a != 1 || r != 0 {
			t.Errorf("after one sync %d and %d are answered", a, r)
		}
		k.syncGate <- struct{}{}
		if r := answered(rest); r != 2*plenty || k.synced != 2 {
			t.Errorf("after %d syncs %d are answered", k.synced, r)
		}
		b.checkToldOnce(1 + 2*plenty)
	})
}

// TestFewWaitOnlyForTheSync sees that what waits for company goes alone when the disk is free.
func TestFewWaitOnlyForTheSync(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{syncGate: make(chan struct{}, 10)}
		b := setup(t, k).run()
		b.receiveMany(0, 1)
		few := b.receiveMany(1, 3)
		k.syncGate <- struct{}{}
		k.syncGate <- struct{}{}
		if n := answered(few); n != 3 || !slices.Equal(k.batches, []int{1, 3}) {
			t.Errorf("%d are answered, in batches of %v", n, k.batches)
		}
	})
}

func TestAFailedSyncIsNoSuccess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("the disk is gone")
		k := &keeper{failSync: broken}
		var wrote []error
		b := setup(t, k, func(o *Options) { o.Wrote = func(err error) { wrote = append(wrote, err) } })
		b.run()
		if err := <-b.receive(request(body(0))); !errors.Is(err, ErrBusy) || !errors.Is(err, broken) {
			t.Errorf("got %v", err)
		}
		synctest.Wait()
		if len(wrote) != 1 || !errors.Is(wrote[0], broken) {
			t.Errorf("told of %v", wrote)
		}
		b.checkToldOnce(0)
		k.mu.Lock()
		k.failSync = nil
		k.mu.Unlock()
		if err := <-b.receive(request(body(0))); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

// TestADiskThatHangsHoldsTheWriterUp sees that what is committed and not on disk is bounded.
func TestADiskThatHangsHoldsTheWriterUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{syncGate: make(chan struct{})}
		b := setup(t, k).run()
		for i := range 2 * maxFlights {
			b.receiveMany(1000*i, plenty)
		}
		// One batch is being synced, and the writer has one that finds no place.
		if got := len(k.batches); got != maxFlights+2 {
			t.Errorf("%d batches are committed", got)
		}
		close(k.syncGate)
	})
}

func TestShutdownWaitsForTheDisk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{syncGate: make(chan struct{})}
		b := setup(t, k).run()
		answers := b.receiveMany(0, 1)
		stopped := make(chan struct{})
		go func() { b.stop(); close(stopped) }()
		synctest.Wait()
		select {
		case <-stopped:
			t.Error("it did not wait")
		default:
		}
		close(k.syncGate)
		<-stopped
		if err := <-answers[0]; err != nil {
			t.Error(err)
		}
	})
}
