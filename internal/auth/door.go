package auth

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrWrong says that name and password do not go together. Which of them is wrong is not said,
// nor whether the user is disabled.
var ErrWrong = errors.New("the name or the password is wrong")

// Users are who may sign in.
type Users interface {
	// FindUser returns ErrNoUser where there is none of this name.
	FindUser(ctx context.Context, name string) (User, error)
	// SignedIn notes that a user has signed in; a hash that is not empty replaces the one stored.
	SignedIn(ctx context.Context, id int64, newHash string) error
}

// Door lets people in.
type Door struct {
	users    Users
	hasher   *Hasher
	throttle *Throttle
}

// NewDoor returns a door for the users.
func NewDoor(users Users, hasher *Hasher, now func() time.Time) *Door {
	return &Door{users: users, hasher: hasher, throttle: NewThrottle(now)}
}

// Attempt is one try to sign in.
type Attempt struct{ Name, Password, Address string }

// SignIn returns the user whose name and password were given. It returns ErrWrong, a *Locked or
// ErrBusy where nobody comes in.
func (d *Door) SignIn(ctx context.Context, a Attempt) (User, error) {
	if err := d.take(ctx, a); err != nil {
		return User{}, err
	}
	u, err := d.users.FindUser(ctx, a.Name)
	if err != nil && !errors.Is(err, ErrNoUser) {
		d.throttle.GiveBack(a.Name, a.Address)
		return User{}, fmt.Errorf("sign in: %w", err)
	}
	// Whether there is such a user or not, a password is checked: both take as long.
	right, err := d.hasher.Verify(ctx, u.Hash, a.Password)
	if err != nil {
		d.throttle.GiveBack(a.Name, a.Address)
		return User{}, fmt.Errorf("sign in: %w", err)
	}
	if !right || u.ID == 0 || u.Disabled() {
		d.throttle.Failed(a.Name, u.Hash)
		return User{}, ErrWrong
	}
	d.throttle.Succeeded(a.Name, a.Address)
	fresh := ""
	if d.hasher.NeedsRehash(u.Hash) {
		if fresh, err = d.hasher.Hash(ctx, a.Password); err != nil {
			fresh = "" // the old one will do until the next time
		}
	}
	if err := d.users.SignedIn(ctx, u.ID, fresh); err != nil {
		return User{}, fmt.Errorf("sign in: %w", err)
	}
	return u, nil
}

// take asks the throttle, and once more where the name has got another password since it was locked
// out.
func (d *Door) take(ctx context.Context, a Attempt) error {
	err := d.throttle.Take(a.Name, a.Address)
	var locked *Locked
	if !errors.As(err, &locked) || !locked.byName {
		return err
	}
	u, ferr := d.users.FindUser(ctx, a.Name)
	if ferr != nil || !d.throttle.Lift(a.Name, u.Hash) {
		return err
	}
	return d.throttle.Take(a.Name, a.Address)
}

// Hash returns the hash of a new password, after checking it.
func (d *Door) Hash(ctx context.Context, password string) (string, error) {
	if err := CheckPassword(password); err != nil {
		return "", err
	}
	return d.hasher.Hash(ctx, password)
}
