package auth

import (
	"container/list"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// Locked says that too many attempts have failed, and how long to wait. It does not say whether
// that was for the name or for the address.
type Locked struct {
	Wait    time.Duration
	Refused int // attempts since then, this one included

	byName bool // and not for the address
}

func (e *Locked) Error() string {
	return fmt.Sprintf("too many failed attempts: try again in %s", e.Wait.Round(time.Second))
}

// Tells says whether this refusal is worth a line of the audit trail: the first is, the tenth, the
// hundredth and so on.
func (e *Locked) Tells() bool {
	n := e.Refused
	for n >= 10 && n%10 == 0 {
		n /= 10
	}
	return n == 1
}

// limit is how many attempts may fail, and how the pauses after them grow.
type limit struct {
	free        int // attempts before the first pause
	first, most time.Duration
}

// A person mistypes a few times; many people can share an address.
func nameLimit() limit    { return limit{5, 30 * time.Second, 15 * time.Minute} }
func addressLimit() limit { return limit{20, 30 * time.Second, 15 * time.Minute} }

const (
	forgetAfter = time.Hour // without a failure
	maxKeys     = 10_000    // names, and addresses; the longest untouched go first
	maxKey      = 64        // bytes
)

// Throttle counts failed attempts by name and by address. It is safe for concurrent use.
type Throttle struct {
	mu               sync.Mutex
	now              func() time.Time
	names, addresses ledger
}

// NewThrottle returns a throttle that knows of no failures.
func NewThrottle(now func() time.Time) *Throttle {
	return &Throttle{now: now, names: newLedger(nameLimit()), addresses: newLedger(addressLimit())}
}

// Take asks whether an attempt may be made, and counts it as failed until it is given back: many
// attempts at once must not all come before the first has failed.
func (t *Throttle) Take(name, address string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	now, n, a := t.now(), nameKey(name), addressKey(address)
	byName, byAddress := t.names.wait(n, now), t.addresses.wait(a, now)
	switch { // an address that is locked out is counted once, whatever names it tries
	case byAddress > 0:
		return &Locked{Wait: max(byName, byAddress), Refused: t.addresses.refuse(a)}
	case byName > 0:
		return &Locked{Wait: byName, Refused: t.names.refuse(n), byName: true}
	}
	t.names.fail(n, now)
	t.addresses.fail(a, now)
	return nil
}

// GiveBack undoes a Take of an attempt that did not come to an end.
func (t *Throttle) GiveBack(name, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.names.undo(nameKey(name))
	t.addresses.undo(addressKey(address))
}

// Succeeded undoes a Take of an attempt that was right, and forgets the failures of its name. Those
// of the address stay, or an account of one's own would buy any number of attempts at others.
func (t *Throttle) Succeeded(name, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.names.forget(nameKey(name))
	t.addresses.undo(addressKey(address))
}

// Failed notes which hash an attempt did not fit; empty for a name that is nobody's.
func (t *Throttle) Failed(name, hash string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if e, ok := t.names.byKey[nameKey(name)]; ok {
		f := e.Value.(*failures)
		f.tried, f.hash = true, hash
	}
}

// Lift forgets the failures of a name whose password is another one by now, and says whether it
// is: what was guessed at is gone. That lifts a lock-out from a process that only shares the
// database.
func (t *Throttle) Lift(name, hash string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	e, ok := t.names.byKey[nameKey(name)]
	if !ok {
		return true
	}
	if f := e.Value.(*failures); !f.tried || f.hash == hash {
		return false
	}
	t.names.forget(nameKey(name))
	return true
}

func nameKey(name string) string {
	key := strings.ToLower(name)
	return key[:min(len(key), maxKey)]
}

// addressKey is the network whose owner can choose the rest of the address.
func addressKey(address string) string {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return address[:min(len(address), maxKey)]
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		prefix, _ := addr.Prefix(64)
		return prefix.String()
	}
	return addr.String()
}

// ledger remembers failures, the latest touched in front.
type ledger struct {
	limit limit
	byKey map[string]*list.Element
	order *list.List
}

type failures struct {
	key   string
	n     int
	last  time.Time
	until time.Time // no attempt before

	refused int // attempts before that

	tried bool
	hash  string // that did not fit when tried last
}

func newLedger(l limit) ledger {
	return ledger{limit: l, byKey: make(map[string]*list.Element), order: list.New()}
}

func (l *ledger) wait(key string, now time.Time) time.Duration {
	e, ok := l.byKey[key]
	if !ok {
		return 0
	}
	return e.Value.(*failures).until.Sub(now)
}

func (l *ledger) fail(key string, now time.Time) {
	e, ok := l.byKey[key]
	if !ok {
		e = l.order.PushFront(&failures{key: key})
		l.byKey[key] = e
	}
	l.order.MoveToFront(e)
	f := e.Value.(*failures)
	if now.Sub(f.last) > forgetAfter {
		f.n = 0
	}
	f.n++
	f.refused = 0
	f.last, f.until = now, now.Add(l.limit.pause(f.n))
	for len(l.byKey) > maxKeys {
		l.forget(l.order.Back().Value.(*failures).key)
	}
}

// refuse counts an attempt of a key that has to wait.
func (l *ledger) refuse(key string) int {
	f := l.byKey[key].Value.(*failures)
	f.refused++
	return f.refused
}

func (l *ledger) undo(key string) {
	e, ok := l.byKey[key]
	if !ok {
		return
	}
	f := e.Value.(*failures)
	f.n--
	f.until = time.Time{}
	if f.n <= 0 {
		l.forget(key)
	}
}

func (l *ledger) forget(key string) {
	if e, ok := l.byKey[key]; ok {
		l.order.Remove(e)
		delete(l.byKey, key)
	}
}

// pause is how long nothing is tried after so many failures.
func (l limit) pause(n int) time.Duration {
	if n < l.free {
		return 0
	}
	pause := l.first
	for range n - l.free {
		if pause *= 2; pause >= l.most {
			return l.most
		}
	}
	return pause
}
