package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/store"
)

// buildDoor prepares what lets people in, and the admin that the options name.
func (a *App) buildDoor(ctx context.Context) error {
	hasher := auth.NewHasher(auth.HasherOptions{Cost: auth.DefaultCost()})
	a.door = auth.NewDoor(a.store, hasher, time.Now)
	a.welcome = auth.NewWelcome()
	switch user, password := a.cfg.AdminUser, a.cfg.AdminPassword; {
	case user == "" && password == "":
		return nil
	case user == "" || password == "":
		return errors.New("--admin-user and --admin-password go together: give both or neither")
	}
	if err := ensureAdmin(ctx, a.store, hasher, a.cfg); err != nil {
		return fmt.Errorf("set up --admin-user %q: %w", a.cfg.AdminUser, err)
	}
	return nil
}

// ensureAdmin sees that the admin of the options is there with that password. One who is keeps
// their sessions.
func ensureAdmin(
	ctx context.Context, s *store.Store, hasher *auth.Hasher, cfg config.Config,
) error {
	u, err := s.FindUser(ctx, cfg.AdminUser)
	if err != nil && !errors.Is(err, auth.ErrNoUser) {
		return err
	}
	if same, verr := hasher.Verify(ctx, u.Hash, cfg.AdminPassword); verr == nil && same &&
		u.Role == auth.Admin && !u.Disabled() {
		return nil
	}
	// Names and passwords that an older version took stay good: a start must not fail over them.
	if err := auth.CheckPassword(cfg.AdminPassword); err != nil {
		return err
	}
	hash, herr := hasher.Hash(ctx, cfg.AdminPassword)
	if herr != nil {
		return herr
	}
	e := auth.Entry{Role: auth.ByStart, Action: auth.ActUserCreate, Subject: cfg.AdminUser}
	if err != nil {
		_, err = s.CreateUser(store.Audited(ctx, e), auth.User{Name: cfg.AdminUser, Role: auth.Admin, Hash: hash})
	} else {
		e.Action = auth.ActUserPassword
		err = errors.Join(s.SetPassword(store.Audited(ctx, e), u.ID, hash),
			s.SetRole(ctx, u.ID, auth.Admin), s.EnableUser(ctx, u.ID, true))
	}
	return err
}

// greetFirst says how the first person comes in, while there is none.
func (a *App) greetFirst(out io.Writer, links route.Links) {
	if a.cfg.Auth != "password" {
		return
	}
	has, err := a.store.HasUsers(context.Background())
	if err != nil || has {
		return
	}
	if a.cfg.OIDCOnly { // an account made here could not sign in a second time
		fmt.Fprintf(out, "First start: open %s and sign in at %s; give yourself the role admin there\n\n",
			links.Absolute(links.SignIn("", "")), a.cfg.OIDCLabel())
		return
	}
	fmt.Fprintf(out, "First start: open %s to create the first account\n\n",
		links.Absolute(links.Welcome(a.welcome.Token())))
}
