package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/reelback/reelback/internal/task"
)

// missingRow is a file that was saved and is gone.
type missingRow struct {
	Task   int64     `gorm:"primaryKey;autoIncrement:false"`
	Role   task.Role `gorm:"primaryKey"`
	Idx    int       `gorm:"primaryKey;autoIncrement:false"`
	Path   string
	Bytes  int64
	SHA256 string `gorm:"column:sha256"`
	Since  int64
}

func (missingRow) TableName() string { return "missing_files" }

// FileGone notes that a kept file is gone, for a reason of task.MissingReasons: its asset is no
// longer saved. It is false where the file has been replaced or removed on purpose meanwhile.
func (s *Store) FileGone(ctx context.Context, f KeptFile, reason string) (
	t task.Task, gone bool, err error,
) {
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		if f.Made {
			gone, err = remakeCover(tx, f)
		} else {
			gone, err = s.fileGone(tx, f, reason)
		}
		if err != nil || !gone {
			return err
		}
		t, err = taskByKey(tx, f.Task)
		return err
	})
	if err != nil {
		return t, false, fmt.Errorf("note that a file is gone: %w", err)
	}
	return t, gone, nil
}

func (s *Store) fileGone(tx *gorm.DB, f KeptFile, reason string) (bool, error) {
	var rows []assetRow
	err := tx.Where("task = ? AND role = ? AND idx = ? AND path = ? AND bytes = ?",
		f.Task, f.Role, f.Index, f.Path, f.Bytes).
		Where("path NOT IN (SELECT path FROM dropped_files)").Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return false, err
	}
	a, event := task.AfterMissing(rows[0].asset(), reason, s.ask != nil, s.now())
	missing := missingRow{Task: f.Task, Role: f.Role, Idx: f.Index, Path: f.Path, Bytes: f.Bytes,
		SHA256: a.SHA256, Since: micros(event.At)}
	if err := tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&missing).Error; err != nil {
		return false, err
	}
	if err := count(tx, counterSaved, -1); err != nil {
		return false, err
	}
	if err := s.turn(tx, rows[0].asset(), a, event); err != nil {
		return false, err
	}
	if a.Role == task.Cover {
		return true, addWanted(tx, a.Task) // for as long as the provider's is not here
	}
	return true, nil
}

// remakeCover wants a cover anew that was made here and is gone.
func remakeCover(tx *gorm.DB, f KeptFile) (bool, error) {
	row := newCoverRow(f.Task, task.MadeCover{State: task.CoverWanted})
	res := tx.Model(&coverRow{}).Select("*").Omit("task").
		Where("task = ? AND path = ?", f.Task, f.Path).Updates(&row)
	return res.RowsAffected > 0, res.Error
}

// MissingFiles returns files that are gone, in order from after one on.
func (s *Store) MissingFiles(ctx context.Context, after KeptFile, limit int) (
	files []KeptFile, err error,
) {
	err = s.read.WithContext(ctx).Model(&missingRow{}).Select("task, role, idx, path, bytes").
		Where("(task, role, idx) > (?, ?, ?)", after.Task, after.Role, after.Index).
		Order("task, role, idx").Limit(limit).Find(&files).Error
	if err != nil {
		return nil, fmt.Errorf("list missing files: %w", err)
	}
	return files, nil
}

// FileBack notes that a missing file is there again. Its asset is saved, unless it is being fetched
// right now or belongs to another file by now: then it is false.
func (s *Store) FileBack(ctx context.Context, f KeptFile) (t task.Task, back bool, err error) {
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		if back, err = s.fileBack(tx, f); err != nil || !back {
			return err
		}
		t, err = taskByKey(tx, f.Task)
		return err
	})
	if err != nil {
		return t, false, fmt.Errorf("note that a file is back: %w", err)
	}
	return t, back, nil
}

func (s *Store) fileBack(tx *gorm.DB, f KeptFile) (bool, error) {
	var rows []assetRow
	err := tx.Where("task = ? AND role = ? AND idx = ?", f.Task, f.Role, f.Index).
		Where("state <> 'saved' AND state <> 'saving'").
		Where(`sha256 = (SELECT m.sha256 FROM missing_files AS m WHERE m.task = assets.task
			AND m.role = assets.role AND m.idx = assets.idx AND m.path = ?)`, f.Path).
		Where("NOT EXISTS (SELECT 1 FROM assets AS a WHERE a.path = ?)", f.Path).
		Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return false, err
	}
	a, event := task.AfterReturn(rows[0].asset(), f.Path, f.Bytes, s.now())
	return true, s.turn(tx, rows[0].asset(), a, event)
}

// forgetMissing ends the search for the file that an asset had before.
func forgetMissing(tx *gorm.DB, a task.Asset) error {
	err := tx.Where("task = ? AND role = ? AND idx = ?", a.Task, a.Role, a.Index).
		Delete(&missingRow{}).Error
	if err != nil {
		return fmt.Errorf("forget a missing file: %w", err)
	}
	return nil
}
