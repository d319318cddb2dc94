package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/reelback/reelback/internal/task"
)

// counterSaved counts the assets saved.
const counterSaved = "assets_saved"

// assetsOf returns the assets of tasks by key, each in order of role, then index.
func assetsOf(db *gorm.DB, keys []int64) (map[int64][]task.Asset, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	var rows []assetRow
	if err := db.Where("task IN ?", keys).Order("task, role, idx").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("load assets: %w", err)
	}
	byTask := make(map[int64][]task.Asset, len(keys))
	for i := range rows {
		byTask[rows[i].Task] = append(byTask[rows[i].Task], rows[i].asset())
	}
	for _, assets := range byTask {
		slices.SortStableFunc(assets, func(a, b task.Asset) int {
			return slices.Index(task.Roles(), a.Role) - slices.Index(task.Roles(), b.Role)
		})
	}
	return byTask, nil
}

// FinishAsset stores how a claimed asset and the attempt at it came out: saved, failed for now or
// given up. It sets the task's status to what its assets make of it and adds the event. Who has
// lost the claim gets ErrClaimLost and nothing is changed.
func (s *Store) FinishAsset(
	ctx context.Context, a task.Asset, e task.Event, at task.Attempt,
) error {
	return s.inTx(ctx, func(tx *gorm.DB) error {
		if err := s.turn(tx, a, a, e); err != nil {
			return err
		}
		return endAttempt(tx, a, at)
	})
}

// turn stores an asset as it stands after something happened to it, while its claim is what it was
// before, else it is ErrClaimLost; and what follows from that.
func (s *Store) turn(tx *gorm.DB, before, a task.Asset, e task.Event) error {
	row := newAssetRow(&a)
	res := held(tx, before).Select("*").Omit("task", "role", "idx", "source_url").Updates(&row)
	if res.Error != nil {
		return fmt.Errorf("update asset: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return ErrClaimLost
	}
	if a.State == task.SavedAsset {
		if err := count(tx, counterSaved, 1); err != nil {
			return err
		}
		if err := forgetMissing(tx, a); err != nil {
			return err
		}
	}
	if err := addEvent(tx, a.Task, e); err != nil {
		return err
	}
	if err := wantCover(tx, a); err != nil {
		return err
	}
	return s.restate(tx, a.Task)
}

// RetryAssets makes unsaved assets of a task due at once, with their failures forgotten: all of
// them, or the one that pick chooses. It returns how many there were.
func (s *Store) RetryAssets(
	ctx context.Context, key int64, pick func(task.Asset) bool,
) (int, error) {
	n := 0
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		byTask, err := assetsOf(tx, []int64{key})
		if err != nil {
			return err
		}
		for _, a := range byTask[key] {
			// One that is being fetched right now needs no push.
			if a.State == task.SavedAsset || a.State == task.SavingAsset || !pick(a) {
				continue
			}
			if err := s.retry(tx, a, task.EventRetry); err != nil {
				return err
			}
			n++
		}
		if n == 0 {
			return nil // a task that is unconfirmed stays so
		}
		return s.restate(tx, key)
	})
	return n, err
}

// retry makes an unsaved asset due at once, and tells why.
func (s *Store) retry(tx *gorm.DB, a task.Asset, why task.EventKind) error {
	err := held(tx, a).UpdateColumns(map[string]any{
		"state": task.Pending, "failures": 0, "next_try_at": 0, "lease_until": 0,
	}).Error
	if err != nil {
		return fmt.Errorf("retry asset: %w", err)
	}
	return addEvent(tx, a.Task, task.Event{At: s.now(), Kind: why, Role: a.Role, Index: a.Index})
}

// restate derives a task's status from its assets anew.
func (s *Store) restate(tx *gorm.DB, key int64) error {
	var row taskRow
	if err := tx.Take(&row, key).Error; err != nil {
		return fmt.Errorf("load task: %w", err)
	}
	byTask, err := assetsOf(tx, []int64{key})
	if err != nil {
		return err
	}
	w := newWorking(&row)
	if w.task.Status == task.Failed || len(byTask[key]) == 0 {
		return nil
	}
	w.task.Status = task.DeriveStatus(byTask[key])
	if w.task.Status == w.before.Status {
		return nil
	}
	err = tx.Model(&taskRow{}).Where("key = ?", key).
		UpdateColumn("status", w.task.Status).Error
	if err != nil {
		return fmt.Errorf("update task status: %w", err)
	}
	c := make(counts)
	c.move(w)
	return c.write(tx, s.hot.addCount)
}

// FindMedia returns the saved asset that is served under a path, or ErrNotFound.
func (s *Store) FindMedia(ctx context.Context, path string) (task.Asset, error) {
	var rows []assetRow
	err := s.read.WithContext(ctx).Where("path = ? AND path <> ''", path).Limit(1).
		Find(&rows).Error
	if err != nil {
		return task.Asset{}, fmt.Errorf("find media: %w", err)
	}
	if len(rows) == 0 {
		return s.findMadeCover(ctx, path)
	}
	return rows[0].asset(), nil
}

func addEvent(tx *gorm.DB, key int64, e task.Event) error {
	row := eventRow{Task: key, At: micros(e.At), Kind: e.Kind, Detail: e.Detail, Role: e.Role,
		Idx: e.Index}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("add event: %w", err)
	}
	return nil
}

// count adds to a counter that outlives what it counts.
func count(tx *gorm.DB, name string, n int64) error {
	row := map[string]any{"name": name, "n": n}
	err := tx.Table("counters").Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "name"}},
		DoUpdates: clause.Assignments(map[string]any{"n": gorm.Expr("counters.n + excluded.n")}),
	}).Create(row).Error
	if err != nil {
		return fmt.Errorf("count %s: %w", name, err)
	}
	return nil
}

func sortedKeys(set map[string]bool) []string {
	delete(set, "")
	return slices.Sorted(maps.Keys(set))
}
