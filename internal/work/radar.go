package work

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// Sky is what the radar looks at.
type Sky interface {
	Overview(ctx context.Context, now time.Time) (task.Overview, error)
	WarnVanishing(ctx context.Context) ([]task.Vanishing, error)
}

// Radar knows what is safe, what is not yet and what is lost. It remembers, so that the pages,
// which all say so, do not count anew each time; and it warns of links about to die.
type Radar struct {
	Sky Sky
	Now func() time.Time
	Log *slog.Logger
	// Warned is told of a file that has been warned of.
	Warned func(task.Vanishing)
	// Changed is told when time alone has changed what there is to be seen.
	Changed func()

	stale atomic.Bool
	mu    sync.Mutex
	seen  task.Overview
	at    time.Time     // when that was; zero for never
	took  time.Duration // to look
	told  picture       // by Run, the last time
}

const (
	// radarEvery is how often the radar looks by itself, and for how long it trusts its memory
	// where nobody tells it that something has changed.
	radarEvery = 10 * time.Second
	// radarShare is which part of the time may be spent on looking: one in so many.
	radarShare = 50
	// radarPatience is how long a change may go unseen at most, however long a look takes. Pages
	// read again no sooner after they have heard of one.
	radarPatience = 250 * time.Millisecond
)

// Stir tells that something has changed. It never waits.
func (r *Radar) Stir() { r.stale.Store(true) }

// Look returns the state of the whole, as it was a moment ago at most.
func (r *Radar) Look(ctx context.Context) (task.Overview, error) {
	r.mu.Lock()
	defer r.mu.Unlock() // who comes meanwhile has the same answer to wait for
	now := r.Now()
	age := now.Sub(r.at)
	fresh := age < radarEvery && !r.stale.Load() || age < min(radarShare*r.took, radarPatience)
	if !r.at.IsZero() && age >= 0 && fresh {
		return r.seen, nil
	}
	r.stale.Store(false) // before: what happens meanwhile may be missed
	seen, err := r.Sky.Overview(ctx, now)
	if err != nil {
		r.Stir()
		return task.Overview{}, err
	}
	r.seen, r.at, r.took = seen, now, r.Now().Sub(now)
	return seen, nil
}

// Run warns of what vanishes, and tells when time has changed the picture, until the context ends.
func (r *Radar) Run(ctx context.Context) error {
	for {
		begun := r.Now()
		r.round(ctx)
		rest := time.NewTimer(max(radarEvery, radarShare*r.Now().Sub(begun)))
		select {
		case <-rest.C:
		case <-ctx.Done():
			rest.Stop()
			return nil
		}
	}
}

func (r *Radar) round(ctx context.Context) {
	if err := r.warn(ctx); err != nil && ctx.Err() == nil {
		r.Log.Error("nobody could be warned of what vanishes", "err", err)
	}
	o, err := r.Look(ctx)
	if err != nil {
		if ctx.Err() == nil {
			r.Log.Error("the radar sees nothing", "err", err)
		}
		return
	}
	if now := newPicture(o, r.Now()); now != r.told {
		r.told = now
		r.Changed()
	}
}

// picture is what of an overview time alone can change, as the pages show it.
type picture struct {
	soon, day, hours int
	left             time.Duration
}

func newPicture(o task.Overview, now time.Time) picture {
	p := picture{soon: o.Soon, day: o.Within24h, hours: o.Within2h}
	if o.Soon > 0 {
		p.left = o.SoonestAt.Sub(now).Truncate(time.Minute)
		if p.left >= time.Hour {
			p.left = p.left.Truncate(time.Hour)
		}
	}
	return p
}

// warn writes the warnings that are due and passes them on.
func (r *Radar) warn(ctx context.Context) error {
	for ctx.Err() == nil {
		vanishing, err := r.Sky.WarnVanishing(ctx)
		if err != nil || len(vanishing) == 0 {
			return err
		}
		for _, v := range vanishing {
			r.Log.Warn("a file that is not saved vanishes soon", "task_id", v.Task.TaskID,
				"role", v.Asset.Role, "within", v.Alarm, "expires_at", v.Asset.ExpiresAt,
				"err", v.Asset.Error)
			r.Warned(v)
		}
	}
	return nil
}
