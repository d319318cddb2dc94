package work

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/reelback/reelback/internal/store"
)

// keepClaim extends the claim while an attempt runs and cancels the attempt if it is lost.
func (s *Saver) keepClaim(ctx context.Context, c store.Claimed, lost func()) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		tick := time.NewTicker(lease / 4)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			err := s.o.Queue.ExtendClaim(ctx, c.Asset, lease)
			if errors.Is(err, store.ErrClaimLost) {
				lost()
				return
			}
			if err != nil && ctx.Err() == nil {
				s.o.Log.Warn("a claim could not be extended", "err", err)
			}
		}
	})
	return func() { cancel(); done.Wait() }
}
