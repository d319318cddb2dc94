package store

import (
	"context"
	"fmt"

	"github.com/reelback/reelback/internal/task"
)

// AppliedDeliveries returns up to limit deliveries that a task was made of, oldest first, with
// headers and body.
func (s *Store) AppliedDeliveries(ctx context.Context, key int64, limit int) (
	[]task.Delivery, error,
) {
	db := s.read.WithContext(ctx)
	var views []deliveryView
	err := deliveryViews(db).Where("d.task = ? AND d.outcome = ?", key, task.Applied).
		Order("d.id").Limit(limit).Find(&views).Error
	if err != nil {
		return nil, fmt.Errorf("list the task's applied deliveries: %w", err)
	}
	deliveries := make([]task.Delivery, len(views))
	for i := range views {
		deliveries[i] = views[i].delivery()
	}
	return deliveries, withBodies(db, deliveries)
}
