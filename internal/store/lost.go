package store

import (
	"context"
	"fmt"

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
