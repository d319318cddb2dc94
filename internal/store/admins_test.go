package store

import (
	"errors"
	"sync"
	"testing"

	"github.com/reelback/reelback/internal/auth"
)

func TestUserByID(t *testing.T) {
	t.Parallel()
	b := setup(t)
	made := b.user("anna", auth.Viewer)
	if got, err := b.UserByID(b.ctx, made.ID); err != nil || got != made {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := b.UserByID(b.ctx, made.ID+1); !errors.Is(err, auth.ErrNoUser) {
		t.Errorf("nobody: %v", err)
	}
}

func TestTheLastAdminIsKept(t *testing.T) {
	t.Parallel()
	b := setup(t)
	anna, bert := b.user("anna", auth.Admin), b.user("bert", auth.Admin)
	b.session(anna, "anna")
	b.session(bert, "bert")
	if err := b.DisableUser(b.ctx, bert.ID); err != nil || b.lives("bert") {
		t.Errorf("one of two: %v, the session lives: %t", err, b.lives("bert"))
	}
	if err := b.DisableUser(b.ctx, anna.ID); !errors.Is(err, auth.ErrLastAdmin) || !b.lives("anna") {
		t.Errorf("the last: %v, the session lives: %t", err, b.lives("anna"))
	}
	if err := b.ChangeRole(b.ctx, anna.ID, auth.Viewer); !errors.Is(err, auth.ErrLastAdmin) {
		t.Errorf("another role for the last: %v", err)
	}
	for i, err := range []error{ // in this order
		b.ChangeRole(b.ctx, anna.ID, auth.Admin), b.ChangeRole(b.ctx, bert.ID, auth.Operator),
		b.DisableUser(b.ctx, bert.ID), b.EnableUser(b.ctx, bert.ID, true),
		b.ChangeRole(b.ctx, bert.ID, auth.Admin), b.ChangeRole(b.ctx, bert.ID, auth.Viewer),
	} {
		if err != nil {
			t.Errorf("what takes away no admin, no. %d: %v", i+1, err)
		}
	}
	if got, err := b.UserByID(b.ctx, anna.ID); err != nil || got.Role != auth.Admin || got.Disabled() {
		t.Errorf("%+v, %v", got, err)
	}
	for _, err := range []error{b.DisableUser(b.ctx, 99), b.ChangeRole(b.ctx, 99, auth.Viewer)} {
		if !errors.Is(err, auth.ErrNoUser) {
			t.Errorf("nobody: %v", err)
		}
	}
}

// TestTwoAdminsCannotRemoveEachOther tries to, at once.
func TestTwoAdminsCannotRemoveEachOther(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var all sync.WaitGroup
	failed := make(chan error, 2)
	for _, u := range []auth.User{b.user("anna", auth.Admin), b.user("bert", auth.Admin)} {
		all.Go(func() { failed <- b.DisableUser(b.ctx, u.ID) })
	}
	all.Wait()
	if first, second := <-failed, <-failed; (first == nil) == (second == nil) {
		t.Errorf("%v and %v", first, second)
	}
}
