package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// Fault is a task that a replay, or the undoing of one, has left as it is over an error.
type Fault struct {
	Deliveries []int64 // some of its deliveries that were to be replayed
	Err        error   // for the log: it tells of the inside
}

// mostFaulty is how many deliveries of one such task are named.
const mostFaulty = 5

// ownFault says whether an error is about the task that was worked on alone, so that others can
// still be: not about the database as a whole, and not the context's end.
func ownFault(ctx context.Context, err error) bool {
	return ctx.Err() == nil && TroubleOf(err) == task.NoTrouble &&
		!errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

// guarded turns a panic, say over a hostile body, into an error.
func guarded(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}

// rebuildEach rebuilds tasks from what a connection sees. One of which that fails is left alone.
func (s *Store) rebuildEach(ctx context.Context, w *walk, subjects []subject) (
	all []rebuilt, err error,
) {
	err = guarded(func() (err error) {
		all, err = s.rebuildAll(s.read.WithContext(ctx), w.reader, subjects)
		return err
	})
	switch {
	case err == nil || !ownFault(ctx, err):
		return all, err
	case len(subjects) == 1:
		return []rebuilt{{subject: subjects[0], left: task.LeftBroken, fault: err}}, nil
	}
	all = nil
	for i := range subjects {
		one, err := s.rebuildEach(ctx, w, subjects[i:i+1])
		if err != nil {
			return all, err
		}
		all = append(all, one...)
	}
	return all, nil
}

// storeEach rebuilds tasks and stores what comes of it, all of them together or, where that fails
// over one, each by itself. What it returns beside an error is stored.
func (s *Store) storeEach(ctx context.Context, w *walk, id int64, subjects []subject) (
	all []rebuilt, err error,
) {
	err = guarded(func() (err error) {
		all, err = s.storeReplayed(ctx, w, id, subjects)
		return err
	})
	switch {
	case err == nil || !ownFault(ctx, err):
		return all, err
	case len(subjects) == 1:
		r := rebuilt{subject: subjects[0], left: task.LeftBroken, fault: err}
		err := s.noteFault(ctx, w, id, &r)
		return []rebuilt{r}, err
	}
	all = nil
	for i := range subjects {
		one, err := s.storeEach(ctx, w, id, subjects[i:i+1])
		all = append(all, one...)
		if err != nil {
			return all, err
		}
	}
	return all, nil
}

// noteFault keeps which deliveries a replay could not replay, and counts their task. The line
// stands among the changes, with nothing to undo; a task that is not there yet has no key, so that
// the delivery's number stands for it.
func (s *Store) noteFault(ctx context.Context, w *walk, id int64, r *rebuilt) error {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		ids, err := w.faulty(tx, r)
		if err != nil {
			return err
		}
		r.named = ids
		row := changeRow{Replay: id, Task: r.key, Undone: "changed"}
		if row.Task == 0 && len(ids) > 0 {
			row.Task = -ids[0]
		}
		var after changeAfter
		for _, d := range ids {
			after.Deliveries = append(after.Deliveries, deliveryOutcome{ID: d})
		}
		text, err := json.Marshal(after)
		if err != nil {
			return err
		}
		row.After = string(text)
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return saveTally(tx, id, w.counted([]rebuilt{*r}))
	})
	if err != nil {
		return fmt.Errorf("note what could not be replayed: %w", errors.Join(err, r.fault))
	}
	w.count([]rebuilt{*r})
	return nil
}

// faulty returns deliveries that match and are the task's or were to become its own.
func (w *walk) faulty(tx *gorm.DB, r *rebuilt) (ids []int64, err error) {
	if r.key > 0 {
		q := matchingDeliveries(tx.Table("deliveries AS d"), w.filter).Select("d.id").
			Where("d.task = ? AND d.id <= ?", r.key, w.last)
		if err := q.Order("d.id").Limit(mostFaulty).Find(&ids).Error; err != nil {
			return nil, err
		}
	}
	ids = append(ids, r.extra...)
	return ids[:min(len(ids), mostFaulty)], nil
}

// Faults are tasks that a replay, or the undoing of one, could not change.
type Faults struct {
	Tasks      int64
	Deliveries []int64 // of the first of them
}

// shownFaults is of how many such tasks the deliveries are named.
const shownFaults = 20

// The lines among a replay's changes that tell of faults.
const (
	wasSkipped = "before = ''"                  // it could not be replayed
	wasNotBack = "before <> '' AND undone = ''" // and of one undone: it could not be undone
)

// findFaults returns what a replay tells of faults.
func findFaults(db *gorm.DB, id int64, which string) (f Faults, err error) {
	q := db.Model(&changeRow{}).Where("replay = ?", id).Where(which)
	if err := q.Session(&gorm.Session{}).Count(&f.Tasks).Error; err != nil || f.Tasks == 0 {
		return f, err
	}
	var rows []changeRow
	if err := q.Order("task").Limit(shownFaults).Find(&rows).Error; err != nil {
		return f, err
	}
	for i := range rows {
		ids, err := rows[i].deliveries(db)
		if err != nil {
			return f, err
		}
		f.Deliveries = append(f.Deliveries, ids...)
	}
	return f, nil
}

// deliveries returns those of a change, or some of its task's where it has changed none.
func (r *changeRow) deliveries(db *gorm.DB) (ids []int64, err error) {
	var after changeAfter
	if json.Unmarshal([]byte(r.After), &after) == nil && len(after.Deliveries) > 0 {
		for _, d := range after.Deliveries[:min(len(after.Deliveries), mostFaulty)] {
			ids = append(ids, d.ID)
		}
		return ids, nil
	}
	err = db.Table("deliveries").Select("id").Where("task = ?", r.Task).Order("id").
		Limit(mostFaulty).Find(&ids).Error
	return ids, err
}
