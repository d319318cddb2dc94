package app

import (
	"context"
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
		u, err := s.CreateUser(ctx, auth.User{Name: name, Role: r, Hash: hash})
		if err != nil {
			return err
		}
		if err := note(ctx, s, auth.ActUserCreate, u.Name, role); err != nil {
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
		if err := s.SetPassword(ctx, u.ID, hash); err != nil {
			return err
		}
		if err := note(ctx, s, auth.ActUserPassword, u.Name, ""); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "User %s has another password; all their sessions have ended.\n",
			u.Name)
		return err
	})
}

// SetRole gives a user another role.
func SetRole(ctx context.Context, cfg config.Config, name, role string, out io.Writer) error {
	r, err := auth.ParseRole(role)
	if err != nil {
		return err
	}
	return withUser(ctx, cfg, name, func(s *store.Store, u auth.User) error {
		if err := s.SetRole(ctx, u.ID, r); err != nil {
			return err
		}
		if err := note(ctx, s, auth.ActUserRole, u.Name, role); err != nil {
			return err
		}
		_, err := fmt.Fprintf(out, "User %s is now %s.\n", u.Name, r)
		return err
	})
}

// EnableUser lets a user sign in, or no longer.
func EnableUser(
	ctx context.Context, cfg config.Config, name string, enabled bool, out io.Writer,
) error {
	return withUser(ctx, cfg, name, func(s *store.Store, u auth.User) error {
		if err := s.EnableUser(ctx, u.ID, enabled); err != nil {
			return err
		}
		action, told := auth.ActUserEnable, "User %s may sign in again.\n"
		if !enabled {
			action = auth.ActUserDisable
			told = "User %s may no longer sign in; all their sessions have ended.\n"
		}
		if err := note(ctx, s, action, u.Name, ""); err != nil {
			return err
		}
		if _, err := fmt.Fprintf(out, told, u.Name); err != nil {
			return err
		}
		return warnWithoutAdmin(ctx, s, out)
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
