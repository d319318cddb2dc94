package auth

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"
)

// fewUsers are users by name.
type fewUsers struct {
	byName map[string]User
	fresh  map[int64]string // hashes that replaced others
	err    error
}

func (u *fewUsers) FindUser(_ context.Context, name string) (User, error) {
	if u.err != nil {
		return User{}, u.err
	}
	found, ok := u.byName[name]
	if !ok {
		return User{}, ErrNoUser
	}
	return found, nil
}

func (u *fewUsers) SignedIn(_ context.Context, id int64, hash string) error {
	u.fresh[id] = hash
	return nil
}

// testDoor is a door with anna, a disabled bert, and carl whose hash is an old one.
type testDoor struct {
	*Door
	t     *testing.T
	users *fewUsers
	now   time.Time
}

const right = "correct horse"

func newTestDoor(t *testing.T) *testDoor {
	t.Helper()
	h := NewHasher(HasherOptions{Cost: cheap()})
	old := NewHasher(HasherOptions{Cost: Cost{MemoryKiB: 32, Passes: 1, Threads: 1}})
	hash, err := h.Hash(t.Context(), right)
	oldHash, err2 := old.Hash(t.Context(), right)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	d := &testDoor{t: t, now: time.Unix(1_800_000_000, 0), users: &fewUsers{
		fresh: make(map[int64]string), byName: map[string]User{
			"anna": {ID: 1, Name: "anna", Hash: hash, Role: Admin},
			"bert": {ID: 2, Name: "bert", Hash: hash, DisabledAt: time.Unix(1, 0)},
			"carl": {ID: 3, Name: "carl", Hash: oldHash},
		}}}
	d.Door = NewDoor(d.users, h, func() time.Time { return d.now })
	return d
}

// try signs in from an address and returns how long to wait, negative for no wait.
func (d *testDoor) try(name, password, address string) (time.Duration, error) {
	d.t.Helper()
	_, err := d.SignIn(d.t.Context(), Attempt{name, password, address})
	var locked *Locked
	if errors.As(err, &locked) {
		return locked.Wait, err
	}
	return -1, err
}

func TestTheDoorSaysOneThingWhateverIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		name, password string
		want           error
	}{
		"right":          {"anna", right, nil},
		"wrong password": {"anna", "wrong horse", ErrWrong},
		"no password":    {"anna", "", ErrWrong},
		"unknown name":   {"nobody", right, ErrWrong},
		"disabled":       {"bert", right, ErrWrong},
	} {
		if _, err := newTestDoor(t).try(c.name, c.password, "192.0.2.1"); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestAnOldHashIsReplaced(t *testing.T) {
	t.Parallel()
	d := newTestDoor(t)
	if _, err := d.try("carl", right, "192.0.2.1"); err != nil || d.users.fresh[3] == "" {
		t.Errorf("%v, %q", err, d.users.fresh[3])
	}
	if _, err := d.try("anna", right, "192.0.2.1"); err != nil || d.users.fresh[1] != "" {
		t.Errorf("%v, %q", err, d.users.fresh[1])
	}
}

func TestPausesGrow(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"anna", "nobody"} { // and tell nothing of who there is
		d := newTestDoor(t)
		var pauses []time.Duration
		for i := range 11 {
			wait, err := d.try(name, "wrong horse", fmt.Sprintf("192.0.2.%d", i))
			if wait > 0 || !errors.Is(err, ErrWrong) {
				t.Fatalf("%s, attempt %d: %v", name, i, err)
			}
			wait, err = d.try(name, right, "198.51.100.1")
			if i < 4 {
				if name == "anna" && err != nil {
					t.Fatalf("the right password after %d wrong ones: %v", i+1, err)
				}
				d = newTestDoor(t) // it was forgotten; come back to where this was
				for j := range i + 1 {
					_, _ = d.try(name, "wrong horse", fmt.Sprintf("192.0.2.%d", j))
				}
				continue
			}
			pauses = append(pauses, wait)
			d.now = d.now.Add(wait)
		}
		want := []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute,
			8 * time.Minute, 15 * time.Minute, 15 * time.Minute}
		if fmt.Sprint(pauses) != fmt.Sprint(want) {
			t.Errorf("%s: pauses of %v, want %v", name, pauses, want)
		}
		d.now = d.now.Add(forgetAfter + time.Second)
		if _, err := d.try(name, "wrong horse", "192.0.2.1"); !errors.Is(err, ErrWrong) {
			t.Errorf("%s, an hour later: %v", name, err)
		}
		if wait, _ := d.try(name, "wrong horse", "192.0.2.1"); wait > 0 {
			t.Errorf("%s: the failures were not forgotten", name)
		}
	}
}

func TestAnAddressIsLockedWhateverTheName(t *testing.T) {
	t.Parallel()
	d := newTestDoor(t)
	for i := range 20 {
		// An account of one's own does not buy more attempts; other addresses of a network neither.
		if _, err := d.try("anna", right, "2001:db8::1"); err != nil {
			t.Fatal(err)
		}
		wait, _ := d.try(fmt.Sprintf("guess-%d", i), "wrong horse", fmt.Sprintf("2001:db8::%d", i))
		if wait > 0 {
			t.Fatalf("locked after %d", i)
		}
	}
	if wait, _ := d.try("anna", right, "2001:db8::ffff"); wait != 30*time.Second {
		t.Errorf("the network waits %s", wait)
	}
	if _, err := d.try("anna", right, "2001:db8:0:1::1"); err != nil {
		t.Errorf("another network: %v", err)
	}
}

// TestAnotherPasswordEndsALockOut changes it behind the door's back, as a command does.
func TestAnotherPasswordEndsALockOut(t *testing.T) {
	t.Parallel()
	d := newTestDoor(t)
	lock := func(name string) {
		for i := range nameLimit().free {
			_, err := d.try(name, "wrong horse", fmt.Sprintf("192.0.2.%d", i))
			if !errors.Is(err, ErrWrong) {
				t.Fatal(err)
			}
		}
		if wait, _ := d.try(name, right, "198.51.100.1"); wait <= 0 {
			t.Fatalf("%s is not locked out", name)
		}
	}
	lock("anna")
	lock("dora")
	anna := d.users.byName["anna"]
	hash, err := d.Hash(t.Context(), "another horse")
	if err != nil {
		t.Fatal(err)
	}
	anna.Hash = hash
	d.users.byName["anna"] = anna
	if _, err := d.try("dora", right, "198.51.100.1"); err == nil || errors.Is(err, ErrWrong) {
		t.Errorf("another name: %v", err)
	}
	if _, err := d.try("Anna", "wrong horse", "198.51.100.1"); err == nil || errors.Is(err, ErrWrong) {
		t.Errorf("a name that these users lack: %v", err)
	}
	lock("anna") // it was forgotten, and is counted anew
	hash, err = d.Hash(t.Context(), right)
	if err != nil {
		t.Fatal(err)
	}
	anna.Hash = hash
	d.users.byName["anna"] = anna
	if _, err := d.try("anna", right, "198.51.100.1"); err != nil {
		t.Errorf("the new password: %v", err)
	}
	for i := range addressLimit().free { // the address has guessed at others, too
		_, _ = d.try(fmt.Sprint("guess-", i), "wrong horse", "203.0.113.1")
	}
	if wait, _ := d.try("anna", right, "203.0.113.1"); wait <= 0 {
		t.Error("the lock-out of an address was lifted")
	}
}

// TestALockOutStaysWhileNothingWasTried has many attempts under way at once.
func TestALockOutStaysWhileNothingWasTried(t *testing.T) {
	t.Parallel()
	d := newTestDoor(t)
	for range nameLimit().free {
		if err := d.throttle.Take("anna", "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
	}
	if wait, err := d.try("anna", right, "198.51.100.1"); wait <= 0 {
		t.Errorf("%v", err)
	}
}

// TestRefusalsAreCountedForEachLockOut tells of few of many attempts while there is a pause.
func TestRefusalsAreCountedForEachLockOut(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	th := NewThrottle(func() time.Time { return now })
	for range nameLimit().free {
		if err := th.Take("anna", "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
	}
	for round := range 2 {
		var told []int
		for n := range 2345 {
			var locked *Locked
			if err := th.Take("Anna", fmt.Sprint("192.0.2.", n%4)); !errors.As(err, &locked) {
				t.Fatalf("round %d: not locked out: %v", round, err)
			}
			if locked.Refused != n+1 {
				t.Fatalf("round %d: attempt %d counts as %d", round, n+1, locked.Refused)
			}
			if locked.Tells() {
				told = append(told, locked.Refused)
			}
		}
		if want := []int{1, 10, 100, 1000}; !slices.Equal(told, want) {
			t.Errorf("round %d: told of %v, want %v", round, told, want)
		}
		now = now.Add(20 * time.Minute)
		if err := th.Take("anna", "192.0.2.9"); err != nil {
			t.Fatalf("after the pause: %v", err)
		}
	}
}

func TestFailuresOfOursAreNotTheirs(t *testing.T) {
	t.Parallel()
	d := newTestDoor(t)
	d.users.err = errors.New("disk I/O error")
	for range 50 {
		if wait, err := d.try("anna", right, "192.0.2.1"); err == nil || wait > 0 ||
			errors.Is(err, ErrWrong) {
			t.Fatal(err)
		}
	}
	d.users.err = nil
	if _, err := d.try("anna", right, "192.0.2.1"); err != nil {
		t.Error(err)
	}
}

func TestTheThrottleRemembersABoundedNumber(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_800_000_000, 0)
	th := NewThrottle(func() time.Time { return now })
	for i := range 3 * maxKeys {
		_ = th.Take(fmt.Sprintf("name-%d", i), fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255))
	}
	if n, a := len(th.names.byKey), len(th.addresses.byKey); n != maxKeys || a != maxKeys ||
		th.names.order.Len() != maxKeys {
		t.Errorf("%d names, %d addresses", n, a)
	}
}
