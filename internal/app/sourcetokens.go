package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// CreateSourceToken gives a source another token and prints the callback address with it.
func CreateSourceToken(
	ctx context.Context, cfg config.Config, source, name string, out io.Writer,
) error {
	return withSource(ctx, cfg, source, func(s *store.Store) error {
		ctx := noting(ctx, auth.ActSourceTokenCreate, source, name)
		made, err := s.CreateSourceToken(ctx, source, name, inbox.NewToken())
		if err != nil {
			return err
		}
		return printAddress(cfg, out, made)
	})
}

// RotateSourceToken replaces the tokens of a source, or only the one that is named, by a new one.
// It prints the callback address with it, and to notes what becomes of the old ones.
func RotateSourceToken(
	ctx context.Context, cfg config.Config, r task.Rotation, only string, out, notes io.Writer,
) error {
	return withSource(ctx, cfg, r.Source, func(s *store.Store) error {
		if only != "" {
			t, err := findToken(ctx, s, r.Source, only)
			if err != nil {
				return err
			}
			r.Only = t.ID
		}
		r.Token = inbox.NewToken()
		made, old, err := s.RotateSourceToken(noting(ctx, auth.ActSourceTokenRotate, r.Source, ""), r)
		if err != nil {
			return err
		}
		if err := printAddress(cfg, out, made); err != nil {
			return err
		}
		for _, t := range old {
			fate := "is no longer valid"
			if r.Overlap > 0 {
				fate = "stays valid until " + t.ExpiresAt.Format(time.RFC3339)
			}
			fmt.Fprintf(notes, "Token %d (%s, %s) %s.\n", t.ID, t.Name, t.Masked(), fate)
		}
		return nil
	})
}

// RevokeSourceToken makes a token of a source invalid at once. EvenLast lets it be the last.
func RevokeSourceToken(
	ctx context.Context, cfg config.Config, source, token string, evenLast bool, out io.Writer,
) error {
	return withSource(ctx, cfg, source, func(s *store.Store) error {
		t, err := findToken(ctx, s, source, token)
		if err != nil {
			return err
		}
		ctx := noting(ctx, auth.ActSourceTokenRevoke, source, t.Name)
		_, err = s.RevokeSourceToken(ctx, source, t.ID, evenLast)
		if errors.Is(err, task.ErrLastToken) {
			return fmt.Errorf("token %d (%s) is the last one of %s that does not end: without it "+
				"callbacks are refused. Create or rotate one first, or give --last", t.ID, t.Name, source)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(out, "Token %d (%s, %s) of %s is revoked; a running server refuses it "+
			"within two seconds.\n", t.ID, t.Name, t.Masked(), source)
		return err
	})
}

// ListSourceTokens prints the tokens of a source, or of all for "", without the secrets.
func ListSourceTokens(ctx context.Context, cfg config.Config, source string, out io.Writer) error {
	return withSource(ctx, cfg, source, func(s *store.Store) error {
		tokens, err := s.ListSourceTokens(ctx, source)
		if err != nil {
			return err
		}
		slices.SortStableFunc(tokens, func(a, b task.SourceToken) int {
			return strings.Compare(a.Source, b.Source)
		})
		now := time.Now()
		table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
		for _, t := range tokens {
			fmt.Fprintf(table, "%d\t%s\t%s\t%s\tmade %s\t%s\t%s\n", t.ID, t.Source, t.Name,
				t.Masked(), t.CreatedAt.Format(time.RFC3339), lastUse(t), validity(t, now))
		}
		return table.Flush()
	})
}

func lastUse(t task.SourceToken) string {
	if t.LastUsedAt.IsZero() {
		return "never used"
	}
	return "used " + t.LastUsedAt.Format(time.RFC3339)
}

func validity(t task.SourceToken, now time.Time) string {
	switch {
	case !t.Ends():
		return "valid"
	case t.Valid(now):
		return "valid until " + t.ExpiresAt.Format(time.RFC3339)
	default:
		return "ended " + t.ExpiresAt.Format(time.RFC3339)
	}
}

// withSource opens the database beside a running server or without one, with the sources every
// installation has, and sees that the one named is there; "" names none.
func withSource(
	ctx context.Context, cfg config.Config, source string, work func(*store.Store) error,
) error {
	return withStore(ctx, cfg, func(s *store.Store) error {
		sources, err := ensureSources(ctx, s)
		if err != nil {
			return err
		}
		names := make([]string, len(sources))
		for i, src := range sources {
			names[i] = src.Name
		}
		if source != "" && !slices.Contains(names, source) {
			return fmt.Errorf("there is no source %q; there are %s", source, strings.Join(names, ", "))
		}
		return work(s)
	})
}

// findToken finds a token of a source by its number or its name. A valid one comes before one of
// the same name that has ended.
func findToken(ctx context.Context, s *store.Store, source, named string) (
	task.SourceToken, error,
) {
	tokens, err := s.ListSourceTokens(ctx, source)
	if err != nil {
		return task.SourceToken{}, err
	}
	id, err := strconv.ParseInt(named, 10, 64)
	isNumber := err == nil
	var valid, ended []task.SourceToken
	for _, t := range tokens {
		switch {
		case isNumber && t.ID != id || !isNumber && t.Name != named:
		case t.Valid(time.Now()):
			valid = append(valid, t)
		default:
			ended = append(ended, t)
		}
	}
	found := valid
	if len(valid) == 0 {
		found = ended
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return task.SourceToken{}, fmt.Errorf("%s has no token %q; see reelback source token list",
			source, named)
	}
	numbers := make([]string, len(found))
	for i, t := range found {
		numbers[i] = fmt.Sprintf("%d (%s, %s)", t.ID, t.Masked(), validity(t, time.Now()))
	}
	return task.SourceToken{}, fmt.Errorf("%s has several tokens %q, so give a number: %s",
		source, named, strings.Join(numbers, ", "))
}

func printAddress(cfg config.Config, out io.Writer, t task.SourceToken) error {
	_, err := fmt.Fprintln(out, localLinks(cfg).CallbackAddress(t.Source, t.Token))
	return err
}
