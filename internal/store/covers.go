package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/reelback/reelback/internal/task"
)

// coverRow is a cover made here, or to be made.
type coverRow struct {
	Task      int64 `gorm:"primaryKey;autoIncrement:false"`
	State     task.CoverState
	Maker     task.CoverMaker
	Path      string
	Bytes     int64
	SHA256    string `gorm:"column:sha256"`
	Width     int
	Height    int
	MadeAt    int64
	Tries     int
	NextTryAt int64
	Error     string
}

func (coverRow) TableName() string { return "made_covers" }

func newCoverRow(key int64, m task.MadeCover) coverRow {
	return coverRow{Task: key, State: m.State, Maker: m.Maker, Path: m.Path, Bytes: m.Bytes,
		SHA256: m.SHA256, Width: m.Width, Height: m.Height, MadeAt: micros(m.MadeAt),
		Tries: m.Tries, Error: m.Error}
}

func (r *coverRow) cover() task.MadeCover {
	return task.MadeCover{State: r.State, Maker: r.Maker, Path: r.Path, Bytes: r.Bytes,
		SHA256: r.SHA256, Width: r.Width, Height: r.Height, MadeAt: fromMicros(r.MadeAt),
		Tries: r.Tries, Error: r.Error}
}

// droppedRow is a file that nothing shows any more.
type droppedRow struct {
	Path string `gorm:"primaryKey"`
}

func (droppedRow) TableName() string { return "dropped_files" }

// coversOf returns the covers made for tasks, by key.
func coversOf(db *gorm.DB, keys []int64) (map[int64]task.MadeCover, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	var rows []coverRow
	if err := db.Where("task IN ?", keys).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("load made covers: %w", err)
	}
	byTask := make(map[int64]task.MadeCover, len(rows))
	for i := range rows {
		byTask[rows[i].Task] = rows[i].cover()
	}
	return byTask, nil
}

// wantCover follows what became of an asset: a saved video wants a cover, and the provider's own
// cover takes the place of one made here.
func wantCover(tx *gorm.DB, a task.Asset) error {
	var err error
	switch {
	case a.Role == task.Cover && a.State == task.SavedAsset:
		err = dropCover(tx, a.Task)
	case a.Role == task.Cover && !a.Open():
		err = tx.Model(&coverRow{}).
			Where("task = ? AND state = ? AND tries = 0", a.Task, task.CoverWanted).
			UpdateColumn("next_try_at", 0).Error
	case a.State == task.SavedAsset:
		row := newCoverRow(a.Task, task.MadeCover{State: task.CoverWanted})
		err = tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error
	}
	if err != nil {
		return fmt.Errorf("note that a cover is wanted: %w", err)
	}
	return nil
}

// dropCover forgets the cover made for a task; its file is to be removed.
func dropCover(tx *gorm.DB, key int64) error {
	err := tx.Exec(`INSERT OR IGNORE INTO dropped_files
		SELECT path FROM made_covers WHERE task = ? AND path <> ''`, key).Error
	if err != nil {
		return err
	}
	return tx.Where("task = ?", key).Delete(&coverRow{}).Error
}

const (
	// coverPatience is when to look again at a task whose own cover is still to come.
	coverPatience = 15 * time.Minute
	// coversLooked is how many tasks are looked at in one transaction, which callbacks wait for.
	coversLooked = 32
)

// ClaimCover returns a task that a cover is to be made for now, and counts the try before it is
// made: one that takes the whole program along is not made for ever. It comes again after the
// given time unless it is heard of. Without any, next is when the nearest will be due.
func (s *Store) ClaimCover(ctx context.Context, again time.Duration) (
	t task.Task, next time.Time, ok bool, err error,
) {
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		for range coversLooked {
			var rows []coverRow
			err := tx.Where("state = 'wanted'"). // as the index has it
								Order("next_try_at, task DESC").Limit(1).Find(&rows).Error
			if err != nil {
				return fmt.Errorf("look for covers to be made: %w", err)
			}
			if len(rows) == 0 {
				return nil
			}
			row, now := &rows[0], s.now()
			if next = fromMicros(row.NextTryAt); next.After(now) {
				return nil
			}
			if t, err = taskByKey(tx, row.Task); err != nil {
				return err
			}
			if ok, err = claimCover(tx, &t, row, now, again); ok || err != nil {
				return err
			}
		}
		next = s.now() // more may be due
		return nil
	})
	return t, next, ok, err
}

// claimCover claims what is due if it is still wanted, and puts it off or forgets it otherwise.
func claimCover(
	tx *gorm.DB, t *task.Task, row *coverRow, now time.Time, again time.Duration,
) (bool, error) {
	if t.CoverOpen() {
		return false, tx.Model(row).UpdateColumn("next_try_at",
			micros(now.Add(coverPatience))).Error
	}
	if !t.MayMakeCover() {
		return false, dropCover(tx, row.Task)
	}
	if t.Made.Tries >= task.MostCoverTries { // the last one took the program along
		return false, tx.Model(row).UpdateColumn("state", task.CoverGivenUp).Error
	}
	t.Made.Tries++
	return true, tx.Model(row).UpdateColumns(map[string]any{"tries": t.Made.Tries,
		"next_try_at": micros(now.Add(again))}).Error
}

func taskByKey(tx *gorm.DB, key int64) (task.Task, error) {
	var rows []taskRow
	if err := tx.Where("key = ?", key).Find(&rows).Error; err != nil {
		return task.Task{}, fmt.Errorf("load task: %w", err)
	}
	if len(rows) == 0 {
		return task.Task{Key: key}, nil // without a video, and so without a cover
	}
	tasks, err := withParts(tx, rows)
	if err != nil {
		return task.Task{}, err
	}
	return tasks[0], nil
}

// ReleaseCover gives a claimed cover back: the try did not count, and is due again at the given
// time.
func (s *Store) ReleaseCover(ctx context.Context, key int64, next time.Time) error {
	return s.setWanted(ctx, key, map[string]any{"tries": gorm.Expr("max(tries - 1, 0)"),
		"next_try_at": micros(next)})
}

// FailCover stores that a try made no cover.
func (s *Store) FailCover(ctx context.Context, key int64, m task.MadeCover, next time.Time) error {
	return s.setWanted(ctx, key, map[string]any{"state": m.State, "error": m.Error,
		"next_try_at": micros(next)})
}

func (s *Store) setWanted(ctx context.Context, key int64, columns map[string]any) error {
	err := s.write.WithContext(ctx).Model(&coverRow{}).
		Where("task = ? AND state = ?", key, task.CoverWanted).UpdateColumns(columns).Error
	if err != nil {
		return fmt.Errorf("put off a cover: %w", err)
	}
	return nil
}

// KeepCover makes a file the cover of a task. One that is there stays, and the answer is
// task.ErrCoverKept, unless it was made here and replace says that it may go; what the provider sent
// always stays.
func (s *Store) KeepCover(ctx context.Context, key int64, m task.MadeCover, replace bool) error {
	m.State, m.MadeAt, m.Error = task.CoverMade, s.now(), ""
	return s.inTx(ctx, func(tx *gorm.DB) error {
		t, err := taskByKey(tx, key)
		if err != nil {
			return err
		}
		if !t.MayMakeCover() || t.Made.State == task.CoverMade && !replace {
			return task.ErrCoverKept
		}
		m.Tries = t.Made.Tries
		if err := dropCover(tx, key); err != nil {
			return fmt.Errorf("drop the cover before: %w", err)
		}
		row := newCoverRow(key, m)
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("keep a cover: %w", err)
		}
		// It may be the very file that was to be removed.
		if err := tx.Where("path = ?", m.Path).Delete(&droppedRow{}).Error; err != nil {
			return fmt.Errorf("keep the file of a cover: %w", err)
		}
		return nil
	})
}

// DropFile notes a file that is to be removed unless KeepCover names it, so that a program that
// dies between making it and keeping it leaves nothing behind.
func (s *Store) DropFile(ctx context.Context, path string) error {
	err := s.write.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).
		Create(&droppedRow{Path: path}).Error
	if err != nil {
		return fmt.Errorf("note a file to be removed: %w", err)
	}
	return nil
}

// DroppedFiles returns some of the files that nothing shows any more.
func (s *Store) DroppedFiles(ctx context.Context) (paths []string, err error) {
	err = s.read.WithContext(ctx).Model(&droppedRow{}).
		Where("path NOT IN (SELECT path FROM made_covers WHERE path <> '')").
		Order("path").Limit(100).Pluck("path", &paths).Error
	if err != nil {
		return nil, fmt.Errorf("list files to be removed: %w", err)
	}
	return paths, nil
}

// ForgetFile notes that a dropped file has been removed.
func (s *Store) ForgetFile(ctx context.Context, path string) error {
	if err := s.write.WithContext(ctx).Where("path = ?", path).Delete(&droppedRow{}).Error; err != nil {
		return fmt.Errorf("forget a removed file: %w", err)
	}
	return nil
}

// findMadeCover returns a made cover that is served under a path, as an asset.
func (s *Store) findMadeCover(ctx context.Context, path string) (task.Asset, error) {
	var rows []coverRow
	err := s.read.WithContext(ctx).Where("path = ? AND path <> ''", path).Limit(1).
		Find(&rows).Error
	if err != nil {
		return task.Asset{}, fmt.Errorf("find made cover: %w", err)
	}
	if len(rows) == 0 {
		return task.Asset{}, fmt.Errorf("media %s: %w", path, ErrNotFound)
	}
	return rows[0].cover().Asset(rows[0].Task), nil
}
