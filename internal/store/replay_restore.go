package store

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/reelback/reelback/internal/task"
)

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
	undone := now.task()
	u.counts.move(&working{before: &undone, task: row.task()})
	if err := u.update(row); err != nil {
		return fmt.Errorf("update task: %w", err)
	}
	if err := u.outcomes(before, row.Key); err != nil {
		return err
	}
	t := row.task()
	t.Assets = assets
	u.restored = append(u.restored, t)
	u.tell(row.Key, task.EventReplayUndone)
	return nil
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
func (u *undoing) takeBack(key int64, before changeBefore) (left []task.Asset, err error) {
	for _, a := range u.assets[key] {
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
	saved := int64(0)
	for _, a := range u.assets[now.Key] {
		if a.State == task.SavedAsset {
			saved++
		}
	}
	if u.kept += saved; saved > 0 {
		return false, nil
	}
	for _, row := range []any{&assetRow{}, &attemptRow{}, &eventRow{}, &recordRow{},
		&labelRow{}} {
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
