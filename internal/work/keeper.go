package work

import (
	"context"
	"log/slog"
	"time"
)

// House is what needs to be kept in order.
type House interface {
	DropRefused(ctx context.Context) (int64, error)
	DropSignatures(ctx context.Context, before time.Time) (int64, error)
	DropSessions(ctx context.Context) (int64, error)
	DropAudit(ctx context.Context) (int64, error)
}

// Keeper keeps the house: it removes what is kept for a bounded time or in a bounded amount.
type Keeper struct {
	House House
	Log   *slog.Logger
	Every time.Duration // between two rounds; 0 means a minute
	// Signatures is how far a signature's time may be from now; those that can no longer be
	// accepted are forgotten.
	Signatures time.Duration
}

// Run makes a round at once and then one every Every until the context ends.
func (k *Keeper) Run(ctx context.Context) error {
	every := k.Every
	if every <= 0 {
		every = time.Minute
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		k.round(ctx)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

func (k *Keeper) round(ctx context.Context) {
	k.dropRefused(ctx)
	// One from a clock that is ahead by the window can be used for twice as long.
	_, err := k.House.DropSignatures(ctx, time.Now().Add(-2*k.Signatures))
	if err != nil && ctx.Err() == nil {
		k.Log.Error("old signatures could not be removed", "err", err)
	}
	if _, err := k.House.DropSessions(ctx); err != nil && ctx.Err() == nil {
		k.Log.Error("ended sessions could not be removed", "err", err)
	}
	if _, err := k.House.DropAudit(ctx); err != nil && ctx.Err() == nil {
		k.Log.Error("old lines of the audit trail could not be removed", "err", err)
	}
}

func (k *Keeper) dropRefused(ctx context.Context) {
	n, err := k.House.DropRefused(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		k.Log.Error("old refused deliveries could not be removed", "err", err)
	case n > 0:
		k.Log.Info("old refused deliveries removed", "count", n)
	}
}
