package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/reelback/reelback/internal/task"
)

// previewChanges is how many of the changes a preview lists.
const previewChanges = 200

// errEnough ends a walk at the bound of a preview.
var errEnough = errors.New("enough has been looked at")

// Preview says what a replay would do.
type Preview struct {
	Tally
	Total   int64            // deliveries that match
	Capped  bool             // Total is a lower bound
	Stopped bool             // the bounds were reached: not everything has been looked at
	Changes []ReplayChange   // the first of those that would come out otherwise
	Stays   map[string]int64 // refused deliveries that stay so, by Stays… key
	Left    map[string]int64 // tasks that are left alone, by Left… key
}

// ReplayChange is what a replay makes of one task.
type ReplayChange struct {
	Task        task.Task // as it would be, with the assets it has
	Made        bool      // it is not there yet
	Differences []task.Alteration
	Files       []task.Asset // to be saved
	Outcomes    []task.Reoutcome
}

// PreviewReplay rebuilds what a replay would, and stores nothing. When the context's time is up it
// returns what it has found by then.
func (s *Store) PreviewReplay(ctx context.Context, f task.DeliveryFilter, reader Reader) (
	p Preview, err error,
) {
	if p.Total, err = s.countMatches(ctx, f); err != nil {
		return p, fmt.Errorf("preview replay: %w", err)
	}
	p.Capped = p.Total >= mostMatches
	w := s.newWalk(f, reader)
	w.visit = func(ctx context.Context, subjects []subject) ([]rebuilt, error) {
		if w.tally.Tasks+w.tally.LeftAlone >= s.bounds.previewed {
			return nil, errEnough
		}
		all, err := s.rebuildEach(ctx, w, subjects)
		w.count(all)
		for i := range all {
			if all[i].Changed && len(p.Changes) < previewChanges {
				p.Changes = append(p.Changes, all[i].change())
			}
		}
		return all, err
	}
	w.step = func(context.Context) error { return nil }
	err = w.run(ctx)
	if errors.Is(err, errEnough) || errors.Is(ctx.Err(), context.DeadlineExceeded) {
		p.Stopped, err = true, nil
	}
	p.Tally, p.Stays, p.Left = w.tally, w.stays, w.left
	if err != nil {
		return Preview{}, fmt.Errorf("preview replay: %w", err)
	}
	return p, nil
}

func (r *rebuilt) change() ReplayChange {
	return ReplayChange{Task: r.Task, Made: r.row == nil, Files: r.Assets, Outcomes: r.Outcomes,
		Differences: task.Alterations(r.before, r.Task)}
}
