package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// ensureSources gives a new database the sources every installation has.
func ensureSources(ctx context.Context, s *store.Store) ([]task.Source, error) {
	if err := s.EnsureSources(ctx, kie.Sources(), inbox.NewToken); err != nil {
		return nil, err
	}
	return s.ListSources(ctx)
}

// Sources returns the sources with their valid tokens, in the order in which they are shown.
func (a *App) Sources() []task.Source { return a.sources.Sources() }

// ListSources prints the callback addresses of an installation, running or not.
func ListSources(ctx context.Context, cfg config.Config, out io.Writer) error {
	sources, err := readSources(ctx, cfg)
	if err != nil {
		return err
	}
	return printSources(out, localLinks(cfg), sources, cfg.CallbackAuth == "open")
}

func readSources(ctx context.Context, cfg config.Config) ([]task.Source, error) {
	if err := installed(cfg); err != nil {
		return nil, err
	}
	lock, err := takeLock(cfg.LockPath())
	running := errors.Is(err, errLocked)
	if err != nil && !running {
		return nil, err
	}
	if !running {
		defer func() { _ = lock.release() }()
	}
	s, err := store.Open(ctx, store.Options{Path: cfg.DatabasePath(), ReadOnly: running})
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close() }()
	if running {
		return s.ListSources(ctx)
	}
	return ensureSources(ctx, s)
}

// printSources prints a line for each valid token, in each source first the one to give out. What
// a token is called is said where there are several.
func printSources(out io.Writer, links route.Links, sources []task.Source, open bool) error {
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	for _, src := range sources {
		tokens := src.Tokens
		if open {
			tokens = []task.SourceToken{{}}
		}
		for _, token := range tokens {
			link := links.CallbackAddress(src.Name, token.Token)
			line := fmt.Sprintf("  %s\t%s", src.Name, link)
			if len(tokens) > 1 || token.Ends() {
				line += "\t" + described(token)
			}
			if _, err := fmt.Fprintln(table, line); err != nil {
				return fmt.Errorf("print sources: %w", err)
			}
		}
	}
	return table.Flush()
}

// described is the name of a token, and its end where it has one.
func described(t task.SourceToken) string {
	if t.Ends() {
		return t.Name + ", until " + t.ExpiresAt.Format(time.RFC3339)
	}
	return t.Name
}

// newest leaves each source the one token to give out.
func newest(sources []task.Source) []task.Source {
	short := slices.Clone(sources)
	for i := range short {
		short[i].Tokens = short[i].Tokens[:min(1, len(short[i].Tokens))]
	}
	return short
}

// localLinks are the links as a program on this machine follows them.
func localLinks(cfg config.Config) route.Links {
	return route.New(cfg.PublicURL).WithDoor(cfg.PublicAddr).WithOrigin(LocalOrigin(cfg.Addr))
}

// LocalOrigin is where a program on this machine reaches a server that listens at an address.
func LocalOrigin(addr string) string { return route.OriginAt(addr, "") }
