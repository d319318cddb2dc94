package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/user"
	"text/tabwriter"
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// CreateToken makes a token for the API and prints it. It is shown this once only.
func CreateToken(
	ctx context.Context, cfg config.Config, name string, scopes []string, out io.Writer,
) error {
	allowed, err := auth.ParseScopes(scopes)
	if err != nil {
		return err
	}
	if err := task.CheckTokenName(name); err != nil {
		return fmt.Errorf("--name %q: %w", name, err)
	}
	return withStore(ctx, cfg, func(s *store.Store) error {
		token := "rb_" + inbox.NewToken()
		ctx := noting(ctx, auth.ActAPITokenCreate, name, auth.JoinScopes(allowed))
		if err := s.AddAPIToken(ctx, name, token, allowed...); err != nil {
			return err
		}
		_, err := fmt.Fprintln(out, token)
		return err
	})
}

// ListTokens prints the tokens for the API without their secrets.
func ListTokens(ctx context.Context, cfg config.Config, out io.Writer) error {
	return withStore(ctx, cfg, func(s *store.Store) error {
		tokens, err := s.ListAPITokens(ctx)
		if err != nil {
			return err
		}
		table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
		for _, t := range tokens {
			used := "never used"
			if !t.LastUsedAt.IsZero() {
				used = "used " + t.LastUsedAt.Format(time.RFC3339)
			}
			fmt.Fprintf(table, "%d\t%s\t%s\tmade %s\t%s\n", t.ID, t.Name,
				auth.JoinScopes(t.Scopes), t.CreatedAt.Format(time.RFC3339), used)
		}
		return table.Flush()
	})
}

// RemoveToken makes a token for the API invalid.
func RemoveToken(ctx context.Context, cfg config.Config, id int64, out io.Writer) error {
	return withStore(ctx, cfg, func(s *store.Store) error {
		ctx := noting(ctx, auth.ActAPITokenRemove, fmt.Sprint(id), "")
		err := s.RemoveAPIToken(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			return fmt.Errorf("there is no API token %d: reelback token list, with the same options, "+
				"prints those there are", id)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "API token %d is no longer valid.\n", id)
		return err
	})
}

// noting returns a context for what a command changes, which is written into the audit trail with it.
func noting(ctx context.Context, action auth.Action, subject, detail string) context.Context {
	return store.Audited(ctx, auth.Entry{Who: systemUser(), Role: auth.ByCommand, Action: action,
		Subject: subject, Detail: detail})
}

// systemUser is the user of the operating system who runs the command, if that is known.
func systemUser() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

// withStore opens the database for a short piece of work that numbers no task and no delivery,
// so that it can be done beside a running server.
func withStore(ctx context.Context, cfg config.Config, work func(*store.Store) error) error {
	if err := installed(cfg); err != nil {
		return err
	}
	s, err := store.Open(ctx, store.Options{Path: cfg.DatabasePath()})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close() }()
	return work(s)
}
