package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// BeginUndo notes a replay as being undone. ErrNotUndoable says that there is nothing to undo (any
// more), ErrReplayRunning that one is under way.
func (s *Store) BeginUndo(ctx context.Context, id int64) error {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		if err := noneRunning(tx); err != nil {
			return err
		}
		var rows []replayRow
		if err := tx.Where("id = ?", id).Limit(1).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) == 0 {
			return ErrNotFound
		}
		found, err := withUndo(tx, rows)
		if err != nil {
			return err
		}
		if !found[0].CanUndo {
			return ErrNotUndoable
		}
		return tx.Model(&replayRow{}).Where("id = ?", id).
			UpdateColumns(map[string]any{"state": ReplayUndoing, "ended_at": 0}).Error
	})
	if err != nil {
		return fmt.Errorf("undo replay %d: %w", id, err)
	}
	return nil
}

// RunUndo makes the tasks that a replay has changed what they were, some at a time. One that has
// changed since is left alone and counted: what came later may rest on what the replay made. Files
// that the replay added are taken back, except those that are saved by now: a video is never lost.
// There is no undoing of this, but for another replay. A task over which it fails stays what the
// replay made it, is told of, and can be tried again.
func (s *Store) RunUndo(ctx context.Context, id int64, told func(Replayed)) error {
	last := int64(0)
	for {
		var rows []changeRow
		err := s.read.WithContext(ctx).Where("replay = ? AND undone = '' AND task > ?", id, last).
			Order("task").Limit(s.bounds.replayChunk).Find(&rows).Error
		if err != nil {
			return fmt.Errorf("undo replay %d: %w", id, err)
		}
		if len(rows) == 0 {
			return nil
		}
		last = rows[len(rows)-1].Task
		if err := s.undoEach(ctx, id, rows, told); err != nil {
			return fmt.Errorf("undo replay %d: %w", id, err)
		}
	}
}

// undoEach undoes changes, all of them together or, where that fails over one, each by itself.
func (s *Store) undoEach(ctx context.Context, id int64, rows []changeRow,
	told func(Replayed),
) error {
	var out Replayed
	err := guarded(func() error {
		return s.inTx(ctx, func(tx *gorm.DB) error {
			u := &undoing{replayBatch: replayBatch{
				batch: batch{store: s, tx: tx, counts: make(counts)}, replay: id}}
			err := u.run(rows)
			out.Tasks = u.restored
			return err
		})
	})
	switch {
	case err == nil:
		told(out)
		return nil
	case !ownFault(ctx, err):
		return err
	case len(rows) == 1:
		ids, findErr := rows[0].deliveries(s.read.WithContext(ctx))
		told(Replayed{Faults: []Fault{{Deliveries: ids, Err: err}}})
		return findErr
	}
	for i := range rows {
		if err := s.undoEach(ctx, id, rows[i:i+1], told); err != nil {
			return err
		}
	}
	return nil
}

// undoing is one transaction of RunUndo.
type undoing struct {
	replayBatch
	tasks      map[int64]*taskRow
	assets     map[int64][]task.Asset
	deliveries map[int64]deliveryOutcome
	restored   []task.Task
	kept       int64 // files that are saved by now
}

// undo is a change with what it takes to undo it.
type undo struct {
	row    changeRow
	before changeBefore
	after  changeAfter
}

func (u *undoing) run(rows []changeRow) error {
	all := make([]undo, len(rows))
	for i, row := range rows {
		all[i].row = row
		err := errors.Join(json.Unmarshal([]byte(row.Before), &all[i].before),
			json.Unmarshal([]byte(row.After), &all[i].after))
		if err != nil {
			return fmt.Errorf("read what task %d was: %w", row.Task, err)
		}
	}
	if err := u.load(all); err != nil {
		return fmt.Errorf("load what is to be undone: %w", err)
	}
	marks := map[string][]int64{}
	for i := range all {
		done, err := u.undo(&all[i])
		if err != nil {
			return fmt.Errorf("task %d: %w", all[i].row.Task, err)
		}
		mark := "changed"
		if done {
			mark = "yes"
		}
		marks[mark] = append(marks[mark], all[i].row.Task)
	}
	for mark, keys := range marks {
		err := u.tx.Model(&changeRow{}).Where("replay = ? AND task IN ?", u.replay, keys).
			UpdateColumn("undone", mark).Error
		if err != nil {
			return err
		}
	}
	if err := u.finish(); err != nil {
		return err
	}
	return u.tx.Model(&replayRow{}).Where("id = ?", u.replay).UpdateColumns(map[string]any{
		"undone":     gorm.Expr("undone + ?", len(marks["yes"])),
		"not_undone": gorm.Expr("not_undone + ?", len(marks["changed"])),
		"files_kept": gorm.Expr("files_kept + ?", u.kept)}).Error
}

// load reads the tasks as they stand, with their assets and the deliveries that came out otherwise.
func (u *undoing) load(all []undo) error {
	var keys, ids []int64
	for i := range all {
		keys = append(keys, all[i].row.Task)
		for _, d := range all[i].after.Deliveries {
			ids = append(ids, d.ID)
		}
	}
	var rows []taskRow
	if err := u.tx.Where("key IN ?", keys).Find(&rows).Error; err != nil {
		return err
	}
	u.tasks = make(map[int64]*taskRow, len(rows))
	for i := range rows {
		u.tasks[rows[i].Key] = &rows[i]
	}
	var err error
	if u.assets, err = assetsOf(u.tx, keys); err != nil {
		return err
	}
	u.deliveries = make(map[int64]deliveryOutcome, len(ids))
	for some := range slices.Chunk(ids, mostKept) { // one task may have that many
		var deliveries []deliveryRow
		if err := u.tx.Where("id IN ?", some).Find(&deliveries).Error; err != nil {
			return err
		}
		for i := range deliveries {
			u.deliveries[deliveries[i].ID] = outcomeOf(&deliveries[i])
		}
	}
	return nil
}

// undo restores one task; it is false where the task has changed since.
func (u *undoing) undo(c *undo) (bool, error) {
	now := u.tasks[c.row.Task]
	if now == nil || fingerprint(*now) != c.after.Task {
		return false, nil
	}
	for _, d := range c.after.Deliveries {
		if u.deliveries[d.ID] != d {
			return false, nil
		}
	}
	if c.before.Task == nil {
		return u.unmake(now, c.before)
	}
	return true, u.restore(now, c.row.Before, c.before)
}
