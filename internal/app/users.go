package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/store"
)

// CreateUser adds a user who may sign in.
func CreateUser(
	ctx context.Context, cfg config.Config, name, role, password string, out io.Writer,
) error {
	r, err := auth.ParseRole(role)
	if err != nil {
		return err
	}
	if err := auth.CheckName(name); err != nil {
		return err
	}
	hash, err := hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return withStore(ctx, cfg, func(s *store.Store) error {
		ctx := noting(ctx, auth.ActUserCreate, name, role)
		u, err := s.CreateUser(ctx, auth.User{Name: name, Role: r, Hash: hash})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "User %s may sign in as %s.\n", u.Name, u.Role)
		return err
	})
}

// SetPassword gives a user another password.
func SetPassword(
	ctx context.Context, cfg config.Config, name, password string, out io.Writer,
) error {
	hash, err := hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return withUser(ctx, cfg, name, func(s *store.Store, u auth.User) error {
		if err := s.SetPassword(noting(ctx, auth.ActUserPassword, u.Name, ""), u.ID, hash); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "User %s has another password; all their sessions have ended.\n",
			u.Name)
		return err
	})
}

// SetRole gives a user another role. Force lets it take away the last admin.
func SetRole(
	ctx context.Context, cfg config.Config, name, role string, force bool, out io.Writer,
) error {
	r, err := auth.ParseRole(role)
	if err != nil {
		return err
	}
	return withUser(ctx, cfg, name, func(s *store.Store, u auth.User) error {
		change := s.ChangeRole
		if force {
			change = s.SetRole
		}
		if err := change(noting(ctx, auth.ActUserRole, u.Name, role), u.ID, r); err != nil {
			return unlessForced(err, name)
		}
		if _, err := fmt.Fprintf(out, "User %s is now %s.\n", u.Name, r); err != nil {
			return err
		}
		return warnWithoutAdmin(ctx, s, out)
	})
}

// DisableUser lets a user sign in no longer. Force lets it be the last admin.
func DisableUser(
	ctx context.Context, cfg config.Config, name string, force bool, out io.Writer,
) error {
	return withUser(ctx, cfg, name, func(s *store.Store, u auth.User) error {
		change := s.DisableUser
		if force {
			change = func(ctx context.Context, id int64) error { return s.EnableUser(ctx, id, false) }
		}
		if err := change(noting(ctx, auth.ActUserDisable, u.Name, ""), u.ID); err != nil {
			return unlessForced(err, name)
		}
		if _, err := fmt.Fprintf(out, "User %s may no longer sign in; all their sessions have ended.\n",
			u.Name); err != nil {
			return err
		}
		return warnWithoutAdmin(ctx, s, out)
	})
}

// unlessForced says what there is to do about the last admin.
func unlessForced(err error, name string) error {
	if !errors.Is(err, auth.ErrLastAdmin) {
		return err
	}
	return fmt.Errorf("user %q: %w, or give --force", name, auth.ErrLastAdmin)
}

// EnableUser lets a user sign in again.
func EnableUser(ctx context.Context, cfg config.Config, name string, out io.Writer) error {
	return withUser(ctx, cfg, name, func(s *store.Store, u auth.User) error {
		if err := s.EnableUser(noting(ctx, auth.ActUserEnable, u.Name, ""), u.ID, true); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "User %s may sign in again.\n", u.Name)
		return err
	})
}

// warnWithoutAdmin says how to get an admin where none can sign in.
func warnWithoutAdmin(ctx context.Context, s *store.Store, out io.Writer) error {
	users, err := s.ListUsers(ctx)
	if err != nil {
		return err
	}
	for i := range users {
		if users[i].Role == auth.Admin && !users[i].Disabled() {
			return nil
		}
	}
	_, err = fmt.Fprintln(out, "Note: no admin can sign in now. "+
		"reelback user create NAME --role admin makes one.")
	return err
}

// ListUsers prints the users.
func ListUsers(ctx context.Context, cfg config.Config, out io.Writer) error {
	return withStore(ctx, cfg, func(s *store.Store) error {
		users, err := s.ListUsers(ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
		for i := range users {
			u := &users[i]
			seen, state := "never signed in", "enabled"
			if !u.LastSignInAt.IsZero() {
				seen = "signed in " + u.LastSignInAt.Format(time.RFC3339)
			}
			if u.Disabled() {
				state = "disabled " + u.DisabledAt.Format(time.RFC3339)
			}
			from := ""
			if u.Issuer != "" {
				from = "by " + u.Issuer
			}
			fmt.Fprintf(table, "%s\t%s\t%s\tmade %s\t%s\t%s\n", u.Name, u.Role, state,
				u.CreatedAt.Format(time.RFC3339), seen, from)
		}
		return table.Flush()
	})
}

func withUser(ctx context.Context, cfg config.Config, name string,
	work func(*store.Store, auth.User) error,
) error {
	return withStore(ctx, cfg, func(s *store.Store) error {
		u, err := s.FindUser(ctx, name)
		if err != nil {
			return fmt.Errorf("user %q: %w; see reelback user list", name, err)
		}
		return work(s, u)
	})
}

func hashPassword(ctx context.Context, password string) (string, error) {
	if err := auth.CheckPassword(password); err != nil {
		return "", err
	}
	return auth.NewHasher(auth.HasherOptions{Cost: auth.DefaultCost()}).Hash(ctx, password)
}
