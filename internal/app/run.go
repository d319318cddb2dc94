package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// grace is how long requests may take to end when the program stops. Docker ends a container that
// has not stopped after 10 s, and the data is to be closed by then.
const grace = 8 * time.Second

// Run serves until the context ends, then stops in order: no new requests, those under way
// finished, no new work, what runs given back, the data closed. The greeting goes to out.
func (a *App) Run(ctx context.Context, out io.Writer) (err error) {
	defer func() { err = errors.Join(err, a.Close()) }()
	doors := a.openDoors()
	working, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	group, ending := errgroup.WithContext(ctx)
	group.Go(func() error { return a.early(ending, "inbox", a.inbox.Run(working)) })
	group.Go(func() error { return a.early(ending, "saver", a.saver.Run(working)) })
	group.Go(func() error { return a.early(ending, "covers", a.covers.Run(working)) })
	group.Go(func() error { return a.early(ending, "files", a.files.Run(working)) })
	group.Go(func() error { return a.early(ending, "keeper", a.keeper.Run(working)) })
	group.Go(func() error { return a.early(ending, "radar", a.radar.Run(working)) })
	group.Go(func() error { return a.early(ending, "sources", a.sources.Run(working)) })
	group.Go(func() error { return a.early(ending, "writes", a.writes.Run(working)) })
	group.Go(func() error { return a.early(ending, "books", a.books.Run(working)) })
	group.Go(func() error { return a.early(ending, "replayer", a.replays.Run(working)) })
	if a.asker != nil {
		group.Go(func() error { return a.early(ending, "asker", a.asker.Run(working)) })
	}
	group.Go(func() error { a.retryAllowed(working); return nil })
	for _, d := range doors {
		group.Go(d.serve)
	}
	group.Go(func() error {
		<-ending.Done()
		defer stopWork()
		return a.stopServing(doors)
	})
	a.greet(out, doors)
	return group.Wait()
}

// early makes an error of a part that ended before it was told to: the program is not whole
// without it, so it stops with that part's name.
func (a *App) early(ending context.Context, name string, err error) error {
	if err == nil && ending.Err() == nil {
		err = errors.New("ended by itself")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (a *App) stopServing(doors []*door) error {
	a.log.Info("stopping")
	a.hub.Close() // event streams never end by themselves
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	errs := make([]error, len(doors))
	var closing sync.WaitGroup
	for i, d := range doors {
		closing.Go(func() { errs[i] = d.close(ctx) })
	}
	closing.Wait()
	return errors.Join(errs...)
}

func ignoreDeadline(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return fmt.Errorf("stop serving: %w", err)
}
