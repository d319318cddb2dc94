package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

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
// There is no undoing of this, but for another replay.
func (s *Store) RunUndo(ctx context.Context, id int64, told func(Replayed)) error {
	for {
		var out Replayed
		var n int
		err := s.inTx(ctx, func(tx *gorm.DB) (err error) {
			var rows []changeRow
			err = tx.Where("replay = ? AND undone = ''", id).Order("task").Limit(s.bounds.replayChunk).
				Find(&rows).Error
			if n = len(rows); err != nil || n == 0 {
				return err
			}
			u := &undoing{replayBatch: replayBatch{
				batch: batch{store: s, tx: tx, counts: make(counts)}, replay: id}}
			if err := u.run(rows); err != nil {
				return err
			}
			out.Tasks = u.restored
			return nil
		})
		if err != nil {
			return fmt.Errorf("undo replay %d: %w", id, err)
		}
		if n == 0 {
			return nil
		}
		told(out)
	}
}

// undoing is one transaction of RunUndo.
type undoing struct {
	replayBatch
	restored []task.Task
	kept     int64 // files that are saved by now
}

func (u *undoing) run(rows []changeRow) error {
	for _, row := range rows {
		done, err := u.undo(row)
		if err != nil {
			return fmt.Errorf("task %d: %w", row.Task, err)
		}
		mark := "changed"
		if done {
			mark = "yes"
		}
		err = u.tx.Model(&changeRow{}).Where("replay = ? AND task = ?", row.Replay, row.Task).
			UpdateColumn("undone", mark).Error
		if err != nil {
			return err
		}
	}
	if err := u.counts.write(u.tx, u.store.hot.addCount); err != nil {
		return err
	}
	done := int64(len(u.restored))
	return u.tx.Model(&replayRow{}).Where("id = ?", u.replay).UpdateColumns(map[string]any{
		"undone":     gorm.Expr("undone + ?", done),
		"not_undone": gorm.Expr("not_undone + ?", int64(len(rows))-done),
		"files_kept": gorm.Expr("files_kept + ?", u.kept)}).Error
}

// undo restores one task; it is false where the task has changed since.
func (u *undoing) undo(c changeRow) (bool, error) {
	var before changeBefore
	var after changeAfter
	if err := json.Unmarshal([]byte(c.Before), &before); err != nil {
		return false, fmt.Errorf("read what was: %w", err)
	}
	if err := json.Unmarshal([]byte(c.After), &after); err != nil {
		return false, fmt.Errorf("read what the replay made: %w", err)
	}
	var rows []taskRow
	if err := u.tx.Where("key = ?", c.Task).Limit(1).Find(&rows).Error; err != nil {
		return false, err
	}
	if len(rows) == 0 || fingerprint(rows[0]) != after.Task {
		return false, nil
	}
	same, err := u.sameOutcomes(after.Deliveries)
	if err != nil || !same {
		return false, err
	}
	if before.Task == nil {
		return u.unmake(&rows[0], before)
	}
	return true, u.restore(&rows[0], c.Before, before)
}

// sameOutcomes says whether the deliveries are still what the replay made them.
func (u *undoing) sameOutcomes(want []deliveryOutcome) (bool, error) {
	ids := make([]int64, len(want))
	for i := range want {
		ids[i] = want[i].ID
	}
	var rows []deliveryRow
	if err := u.tx.Where("id IN ?", ids).Order("id").Find(&rows).Error; err != nil {
		return false, err
	}
	got := make([]deliveryOutcome, len(rows))
	for i := range rows {
		got[i] = outcomeOf(&rows[i])
	}
	return slices.Equal(got, want), nil
}

// restore makes a task what it was before the replay.
func (u *undoing) restore(now *taskRow, text string, before changeBefore) error {
	assets, err := u.takeBack(now.Key, before)
	if err != nil {
		return err
	}
	// Over the row as it is: a column that was added since is none of the replay's.
	was := struct{ Task taskRow }{*now}
	if err := json.Unmarshal([]byte(text), &was); err != nil {
		return fmt.Errorf("read what was: %w", err)
	}
	row := was.Task
	if row.Status != task.Failed && len(assets) > 0 {
		row.Status = task.StatusOf(assets)
	}
	u.counts.move(&working{known: true, before: now.task(), task: row.task()})
	if err := u.update(row); err != nil {
		return fmt.Errorf("update task: %w", err)
	}
	if err := u.outcomes(before, row.Key); err != nil {
		return err
	}
	t := row.task()
	t.Assets = assets
	u.restored = append(u.restored, t)
	return addEvent(u.tx, row.Key, task.Event{At: u.store.now(), Kind: task.EventReplayUndone,
		Detail: strconv.FormatInt(u.replay, 10)})
}

func (u *undoing) outcomes(before changeBefore, key int64) error {
	for _, o := range before.Deliveries {
		if err := u.setOutcome(o, key); err != nil {
			return err
		}
	}
	return nil
}

// takeBack removes the files that the replay added, gives those it replaced their old links back,
// and returns what the task has then. What is saved by now stays.
func (u *undoing) takeBack(key int64, before changeBefore) ([]task.Asset, error) {
	all, err := assetsOf(u.tx, []int64{key})
	if err != nil {
		return nil, err
	}
	var left []task.Asset
	for _, a := range all[key] {
		old := slices.IndexFunc(before.Replaced, func(r assetRow) bool {
			return r.Role == a.Role && r.Idx == a.Index
		})
		added := slices.Contains(before.Added, assetPlace{a.Role, a.Index})
		switch {
		case (added || old >= 0) && a.State == task.SavedAsset:
			u.kept++
			left = append(left, a)
		case added:
			err = u.tx.Where("task = ? AND role = ? AND idx = ?", key, a.Role, a.Index).
				Delete(&assetRow{}).Error
		case old >= 0:
			row := before.Replaced[old]
			row.Claim = a.Claim + 1 // whoever holds the new link has lost it
			err = u.tx.Select("*").Updates(&row).Error
			left = append(left, row.asset())
		default:
			left = append(left, a)
		}
		if err != nil {
			return nil, fmt.Errorf("take back a file: %w", err)
		}
	}
	return left, nil
}

// unmake removes a task that the replay has made, unless a file of it is saved.
func (u *undoing) unmake(now *taskRow, before changeBefore) (bool, error) {
	all, err := assetsOf(u.tx, []int64{now.Key})
	if err != nil {
		return false, err
	}
	saved := int64(0)
	for _, a := range all[now.Key] {
		if a.State == task.SavedAsset {
			saved++
		}
	}
	if u.kept += saved; saved > 0 {
		return false, nil
	}
	for _, row := range []any{&assetRow{}, &eventRow{}, &recordRow{}, &labelRow{}} {
		if err := u.tx.Where("task = ?", now.Key).Delete(row).Error; err != nil {
			return false, fmt.Errorf("remove what belongs to the task: %w", err)
		}
	}
	if err := u.tx.Where("key = ?", now.Key).Delete(&taskRow{}).Error; err != nil {
		return false, fmt.Errorf("remove the task: %w", err)
	}
	gone := now.task()
	u.counts[countKey(&gone)]--
	u.restored = append(u.restored, gone)
	return true, u.outcomes(before, now.Key)
}
