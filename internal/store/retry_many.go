package store

import (
	"context"
	"fmt"
	"hash/fnv"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

const (
	// retryBatch is how many assets are made due in one transaction, which callbacks wait for.
	retryBatch = 256
	// retryMost is how many are at the most in one go.
	retryMost = 20_000
)

// retryMany makes the assets due that which selects and pick chooses, and tells why. The order is
// that of their tasks.
func (s *Store) retryMany(
	ctx context.Context, which func(*gorm.DB) *gorm.DB, pick func(*assetRow) bool, why task.EventKind,
) (n int, err error) {
	var last assetRow
	for n < retryMost {
		var rows []assetRow
		err = which(s.read.WithContext(ctx)).
			Where("(task, role, idx) > (?, ?, ?)", last.Task, last.Role, last.Idx).
			Order("task, role, idx").Limit(retryBatch).Find(&rows).Error
		if err != nil {
			return n, fmt.Errorf("find assets to retry: %w", err)
		}
		if len(rows) == 0 {
			break
		}
		done := 0
		if err := s.inTx(ctx, func(tx *gorm.DB) (err error) {
			done, err = s.retryRows(tx, rows, pick, why)
			return err
		}); err != nil {
			return n, err
		}
		if n += done; len(rows) < retryBatch {
			break
		}
		last = rows[len(rows)-1]
	}
	return n, nil
}

// retryRows makes those of the assets due that are still as they were read.
func (s *Store) retryRows(
	tx *gorm.DB, rows []assetRow, pick func(*assetRow) bool, why task.EventKind,
) (n int, err error) {
	tasks := make(map[int64]bool)
	for i := range rows {
		var now []assetRow
		err := held(tx, rows[i].asset()).Where("state = ?", rows[i].State).Find(&now).Error
		if err != nil {
			return n, fmt.Errorf("look at an asset to retry: %w", err)
		}
		if len(now) == 0 || !pick(&now[0]) {
			continue
		}
		if err := s.retry(tx, now[0].asset(), why); err != nil {
			return n, err
		}
		n++
		tasks[rows[i].Task] = true
	}
	for key := range tasks {
		if err := s.restate(tx, key); err != nil {
			return n, err
		}
	}
	return n, nil
}

// counterAllow keeps which setting of --fetch-allow has been acted upon.
const counterAllow = "fetch_allow"

// RetryAllowed makes the assets due whose address was refused and may be fetched from by now. It
// does so once for each setting, and not for an empty one, which lets nothing through.
func (s *Store) RetryAllowed(ctx context.Context, setting string) (n int, err error) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(setting))
	mark := int64(h.Sum64() >> 2) // so that the difference of two does not run over
	before, err := s.Counter(ctx, counterAllow)
	if err != nil || before == mark {
		return 0, err
	}
	if setting != "" {
		n, err = s.retryMany(ctx, func(db *gorm.DB) *gorm.DB {
			return db.Where(assetLost+" AND state = ? AND error IN ?", task.FailedAsset,
				task.RefusedReasons())
		}, func(r *assetRow) bool {
			return s.rules.Usable == nil || s.rules.Usable(r.SourceURL) == nil
		}, task.EventAllowed)
	}
	if err == nil {
		err = s.inTx(ctx, func(tx *gorm.DB) error { return count(tx, counterAllow, mark-before) })
	}
	if err != nil {
		return n, fmt.Errorf("retry what is allowed now: %w", err)
	}
	return n, nil
}
