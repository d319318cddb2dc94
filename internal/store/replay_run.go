package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// Replayed tells of tasks that a replay, or the undoing of one, has changed.
type Replayed struct {
	Tasks []task.Task
	Work  bool // assets wait to be saved that did not before
	// Faults are the tasks that could not be changed, each by itself.
	Faults []Fault
}

// RunReplay rebuilds the tasks of all deliveries that match and stores those that come out
// otherwise, with what they were before. It first looks at what others may read and change
// meanwhile, so that the writing connection is held for real changes alone, some tasks at a time;
// each is then computed anew in the transaction that stores it. One that cannot be rebuilt or
// stored is left alone and noted, so that it does not hold up the others. What it has done by the
// time of another error, or of the context's end, is done and can be undone.
func (s *Store) RunReplay(ctx context.Context, id int64, f task.DeliveryFilter, reader Reader,
	told func(Replayed),
) error {
	w := s.newWalk(f, reader)
	w.visit = func(ctx context.Context, subjects []subject) (all []rebuilt, err error) {
		all, err = s.replayEach(ctx, w, id, subjects)
		if news := newReplayed(all); len(news.Tasks)+len(news.Faults) > 0 {
			told(news)
		}
		return all, err
	}
	w.failed = func(f Fault) { told(Replayed{Faults: []Fault{f}}) }
	w.step = func(ctx context.Context) error {
		defer told(Replayed{}) // of how far it is
		return saveTally(s.write.WithContext(ctx), id, w.tally)
	}
	if err := w.run(ctx); err != nil {
		// Whoever looks at it later is to see what it had done, even if it was told to stop.
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWord)
		defer cancel()
		return fmt.Errorf("replay %d: %w", id,
			errors.Join(err, saveTally(s.write.WithContext(last), id, w.tally)))
	}
	return nil
}

// lastWord is how long noting how far a replay came may take once it was told to stop.
const lastWord = 3 * time.Second

// replayEach replays tasks. What it returns beside an error is done.
func (s *Store) replayEach(ctx context.Context, w *walk, id int64, subjects []subject) (
	done []rebuilt, err error,
) {
	all, err := s.rebuildEach(ctx, w, subjects)
	if err != nil {
		return nil, err
	}
	var again []subject
	for i := range all {
		r := &all[i]
		switch {
		case r.Changed:
			again = append(again, r.subject)
			continue
		case r.fault != nil:
			if err := s.noteFault(ctx, w, id, r); err != nil {
				return done, err
			}
		default:
			w.count(all[i : i+1])
		}
		done = append(done, *r)
	}
	if len(again) == 0 {
		return done, nil
	}
	stored, err := s.storeEach(ctx, w, id, again)
	return append(done, stored...), err
}

func newReplayed(all []rebuilt) (out Replayed) {
	for i := range all {
		if all[i].Changed {
			out.Tasks = append(out.Tasks, all[i].Task)
			out.Work = out.Work || len(all[i].Assets) > 0
		}
		if all[i].fault != nil {
			out.Faults = append(out.Faults, Fault{Deliveries: all[i].named, Err: all[i].fault})
		}
	}
	return out
}

func saveTally(db *gorm.DB, id int64, t Tally) error {
	err := db.Model(&replayRow{}).Where("id = ?", id).Select("deliveries", "unchanged", "refused",
		"tasks", "changed", "made", "left_alone", "outcomes", "files").
		UpdateColumns(&replayRow{Tally: t}).Error
	if err != nil {
		return fmt.Errorf("store how far the replay is: %w", err)
	}
	return nil
}

// storeReplayed rebuilds tasks and stores what comes of it, in one transaction.
func (s *Store) storeReplayed(ctx context.Context, w *walk, id int64, subjects []subject) (
	all []rebuilt, err error,
) {
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		if all, err = s.rebuildAll(tx, w.reader, subjects); err != nil {
			return err
		}
		b := &replayBatch{batch: batch{store: s, tx: tx, counts: make(counts)}, replay: id}
		for i := range all {
			if !all[i].Changed {
				continue
			}
			if err := b.store1(&all[i]); err != nil {
				return fmt.Errorf("store task %s: %w", all[i].Task.TaskID, err)
			}
		}
		if err := b.finish(); err != nil {
			return err
		}
		return saveTally(tx, id, w.counted(all))
	})
	if err != nil {
		return nil, err
	}
	w.count(all)
	return all, nil
}
