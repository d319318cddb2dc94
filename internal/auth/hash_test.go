package auth

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// cheap is a cost that lets tests hash often.
func cheap() Cost { return Cost{MemoryKiB: 64, Passes: 1, Threads: 1} }

func TestAPasswordIsTheOneOfItsHash(t *testing.T) {
	t.Parallel()
	h := NewHasher(HasherOptions{Cost: cheap()})
	hash, err := h.Hash(t.Context(), "correct horse")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=64,t=1,p=1$") {
		t.Fatalf("%q, %v", hash, err)
	}
	again, _ := h.Hash(t.Context(), "correct horse")
	if again == hash {
		t.Error("two hashes of one password are the same: there is no salt")
	}
	for password, want := range map[string]bool{"correct horse": true, "Correct horse": false,
		"": false, "correct horse ": false} {
		if got, err := h.Verify(t.Context(), hash, password); got != want || err != nil {
			t.Errorf("%q: %t, %v", password, got, err)
		}
		if got, err := h.Verify(t.Context(), "", password); got || err != nil {
			t.Errorf("nobody's password is %q: %v", password, err)
		}
	}
}

// TestAKnownHash was made by the reference implementation's command line.
func TestAKnownHash(t *testing.T) {
	t.Parallel()
	// echo -n password | argon2 somesalt -id -t 2 -m 16 -p 1
	const known = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$" +
		"CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	h := NewHasher(HasherOptions{Cost: DefaultCost()})
	if ok, err := h.Verify(t.Context(), known, "password"); !ok || err != nil {
		t.Errorf("%t, %v", ok, err)
	}
	if !h.NeedsRehash(known) {
		t.Error("another cost needs no new hash")
	}
	if h.NeedsRehash(h.nobody) {
		t.Error("nobody's hash costs something else than a user's")
	}
}

func TestDamagedHashesAreErrors(t *testing.T) {
	t.Parallel()
	h := NewHasher(HasherOptions{Cost: cheap()})
	good, _ := h.Hash(t.Context(), "correct horse")
	for _, bad := range []string{"x", "$2a$10$abc", strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=64", "m=99999999", 1), strings.Replace(good, "t=1", "t=0", 1),
		strings.Replace(good, "p=1", "p=0", 1), good[:len(good)-30], good + "$", good + "!"} {
		if ok, err := h.Verify(t.Context(), bad, "correct horse"); ok || err == nil {
			t.Errorf("%q: %t, %v", bad, ok, err)
		}
	}
}

func TestHashesAreMadeAFewAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := NewHasher(HasherOptions{Cost: cheap(), Parallel: 1, Wait: time.Second})
		h.turns <- struct{}{} // somebody is at it
		begun := time.Now()
		if _, err := h.Hash(t.Context(), "correct horse"); !errors.Is(err, ErrBusy) {
			t.Errorf("got %v", err)
		}
		if waited := time.Since(begun); waited != time.Second {
			t.Errorf("waited %s", waited)
		}
		<-h.turns
		if _, err := h.Hash(t.Context(), "correct horse"); err != nil {
			t.Error(err)
		}
	})
}
