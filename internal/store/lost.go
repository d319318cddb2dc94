package store

import (
	"context"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/task"
)

// LossCount is how many files were lost for one reason.
type LossCount struct {
	Reason string
	N      int
}

// CountLost counts the files that were lost by their reasons, the most frequent first.
func (s *Store) CountLost(ctx context.Context) ([]LossCount, error) {
	var counts []LossCount
	err := s.read.WithContext(ctx).Raw(`SELECT error AS reason, count(*) AS n FROM assets
		WHERE `+assetLost+` AND error NOT IN ? GROUP BY error ORDER BY n DESC, error`, noLoss()).
		Find(&counts).Error
	if err != nil {
		return nil, fmt.Errorf("count what is lost: %w", err)
	}
	return counts, nil
}

// RetryLost makes every file due at once that was lost, or is about to be because its link is dead:
// all of them, or those of one reason. It returns how many there were.
func (s *Store) RetryLost(ctx context.Context, reason string) (n int, err error) {
	of := func(condition string, values ...any) func(*gorm.DB) *gorm.DB {
		return func(db *gorm.DB) *gorm.DB {
			db = db.Model(&assetRow{}).Where(condition, values...)
			if reason != "" {
				db = db.Where("error = ?", reason)
			}
			return db
		}
	}
	groups := []func(*gorm.DB) *gorm.DB{
		of(assetLost+" AND error NOT IN ?", noLoss()),
		of(assetTried+" AND state = 'pending' AND error IN ?", task.DeadReasons()),
	}
	var all int64
	for _, group := range groups {
		var some int64
		if err := group(s.read.WithContext(ctx)).Count(&some).Error; err != nil {
			return 0, fmt.Errorf("count what is to be retried: %w", err)
		}
		all += some
	}
	amendAudit(ctx, func(e *auth.Entry) { e.Detail = strconv.FormatInt(all, 10) })
	for _, group := range groups {
		every := func(*assetRow) bool { return true }
		retried, err := s.retryMany(ctx, group, every, task.EventRetry)
		if n += retried; err != nil {
			return n, fmt.Errorf("retry what is lost: %w", err)
		}
	}
	return n, nil
}

// LostFiles explains what is lost of each of the tasks, or about to be, in their order.
func (s *Store) LostFiles(ctx context.Context, tasks []task.Task) ([][]task.Lost, error) {
	keys := make([]int64, len(tasks))
	for i := range tasks {
		keys[i] = tasks[i].Key
	}
	db := s.read.WithContext(ctx)
	var tried []attemptRow
	err := db.Where("task IN ?", keys).Order("task, role, idx, number").Find(&tried).Error
	if err != nil {
		return nil, fmt.Errorf("load the attempts at lost files: %w", err)
	}
	attempts := make(map[int64][]task.Attempt)
	for i := range tried {
		attempts[tried[i].Task] = append(attempts[tried[i].Task], tried[i].attempt())
	}
	var given []eventRow
	err = db.Where("task IN ? AND kind IN ?", keys,
		[]task.EventKind{task.EventAssetFailed, task.EventAssetExpired, task.EventFileGone}).
		Order("id").Find(&given).Error
	if err != nil {
		return nil, fmt.Errorf("load when files were lost: %w", err)
	}
	events := make(map[int64][]task.Event)
	for _, e := range given {
		events[e.Task] = append(events[e.Task], task.Event{At: fromMicros(e.At), Kind: e.Kind,
			Role: e.Role, Index: e.Idx})
	}
	lost := make([][]task.Lost, len(tasks))
	for i, t := range tasks {
		lost[i] = task.LostFiles(t, attempts[t.Key], events[t.Key])
	}
	return lost, nil
}
