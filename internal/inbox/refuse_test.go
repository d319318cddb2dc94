package inbox

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestBlockedRefusedWriterHoldsUpNoAcceptedDelivery(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{refuseGate: make(chan struct{})}
		b := setup(t, k).run()
		refused := []<-chan error{b.receive(refusable("{}"))}
		synctest.Wait() // that one is in the writer's hands
		begin := time.Now()
		for i := range 2 * refusedQueue {
			r := refusable(body(i))
			r.RemoteAddr = fmt.Sprint("192.0.2.", i%200)
			refused = append(refused, b.receive(r))
		}
		synctest.Wait()
		for i := range 100 {
			if err := <-b.receive(request(body(i))); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(begin); took > 0 {
			t.Errorf("the accepted ones waited %s", took)
		}
		for _, answer := range refused {
			if err := <-answer; reason(err) == "" {
				t.Errorf("got %v", err)
			}
		}
		if took := time.Since(begin); took != maxRefusedWait {
			t.Errorf("the refused ones waited %s", took)
		}
		if lost := b.Counts().RefusedLost; lost != refusedQueue {
			t.Errorf("%d were lost", lost)
		}
		close(k.refuseGate)
	})
}

func TestBlockedWriterHoldsUpNoRefusedDelivery(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{commitGate: make(chan struct{})}
		b := setup(t, k).run()
		for i := range 50 {
			b.receive(request(body(i)))
		}
		synctest.Wait()
		begin := time.Now()
		for i := range 10 {
			if err := <-b.receive(refusable(body(i))); reason(err) == "" {
				t.Errorf("got %v", err)
			}
		}
		if took := time.Since(begin); took > 0 {
			t.Errorf("the refused ones waited %s", took)
		}
		if _, refused := k.kept(); len(refused) != 10 {
			t.Errorf("%d were kept", len(refused))
		}
		close(k.commitGate)
	})
}

func TestRefusedQueueIsBoundedInBytes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{refuseGate: make(chan struct{})}
		b := setup(t, k).run()
		large := strings.Repeat("x", 1<<20)
		flood := func(n int) {
			answers := make([]<-chan error, n)
			for i := range answers {
				r := refusable(large)
				r.RemoteAddr = fmt.Sprint("192.0.2.", i)
				answers[i] = b.receive(r)
			}
			for _, answer := range answers {
				<-answer
			}
		}
		flood(1) // this one is in the writer's hands, and does not count any more
		flood(20)
		if lost := b.Counts().RefusedLost; lost != 12 {
			t.Errorf("of 20 MiB, %d were lost", lost)
		}
		close(k.refuseGate)
		synctest.Wait()
		if waiting := b.refusedWaiting.Load(); waiting != 0 {
			t.Errorf("after the jam, %d bytes seem to wait", waiting)
		}
		flood(8)
		if lost := b.Counts().RefusedLost; lost != 12 {
			t.Errorf("after the jam, %d were lost", lost-12)
		}
	})
}

func TestRefusedThatCannotBeKeptAreCounted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &keeper{failRefused: errors.New("disk full")}
		b := setup(t, k).run()
		if err := <-b.receive(refusable("{}")); reason(err) == "" {
			t.Errorf("got %v", err)
		}
		synctest.Wait()
		if got := b.Counts(); got != (Counts{Refused: 1, RefusedLost: 1}) || len(b.told) > 0 {
			t.Errorf("counts %+v, told of %+v", got, b.told)
		}
	})
}

func TestRefusedAreLimitedByAddress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		now := &clock{now: time.Now()}
		k := &keeper{}
		b := setup(t, k, func(o *Options) { o.Now = now.Now }).run()
		send := func(n int, addr string) (kept int) {
			_, before := k.kept()
			for range n {
				r := refusable("{}")
				r.RemoteAddr = addr
				if err := <-b.receive(r); reason(err) == "" {
					t.Errorf("got %v", err)
				}
			}
			_, after := k.kept()
			return len(after) - len(before)
		}
		if got := send(200, "192.0.2.1"); got != refusedBurst {
			t.Errorf("%d of the first burst were kept", got)
		}
		if got := send(10, "192.0.2.2"); got != 10 {
			t.Errorf("of another address, %d were kept", got)
		}
		for range 3 {
			now.add(time.Second)
			if got := send(100, "192.0.2.1"); got != refusedPerSecond {
				t.Errorf("a second later, %d were kept", got)
			}
		}
		if got := b.Counts(); got.Refused != 510 || got.RefusedLost != 140+240 {
			t.Errorf("counts %+v", got)
		}
	})
}

func TestLimitsForgetWhenThereAreTooMany(t *testing.T) {
	t.Parallel()
	now := &clock{now: time.Unix(1_000_000, 0)}
	l := newLimits(now.Now)
	most := 0
	for i := range 3 * maxAddresses {
		if !l.allow(fmt.Sprint("address ", i)) {
			t.Fatal("a new address was not let through")
		}
		most = max(most, len(l.by))
	}
	if most > maxAddresses {
		t.Errorf("there were %d limiters", most)
	}
}

func TestOneNetworkOfIPv6IsOneAddress(t *testing.T) {
	t.Parallel()
	now := &clock{now: time.Unix(1_000_000, 0)}
	l := newLimits(now.Now)
	passed := 0
	for i := range 10 * refusedBurst {
		if l.allow(fmt.Sprintf("2001:db8::%x", i)) {
			passed++
		}
	}
	if passed != refusedBurst {
		t.Errorf("%d passed", passed)
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"192.0.2.1":              "192.0.2.1",
		"::ffff:192.0.2.1":       "::ffff:192.0.2.1",
		"2001:db8:1:2:3:4:5:6":   "2001:db8:1:2::/64",
		"2001:db8:1:2::":         "2001:db8:1:2::/64",
		"2001:db8:1:3::":         "2001:db8:1:3::/64",
		"fe80::1%eth0":           "fe80::/64",
		"":                       "",
		"@":                      "@",
		"unix socket, who knows": "unix socket, who knows",
	} {
		if got := network(addr); got != want {
			t.Errorf("%q: %q, want %q", addr, got, want)
		}
	}
}
