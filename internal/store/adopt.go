package store

import (
	"context"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// OtherSuccesses returns up to limit successes of a task with other links than its own, newest
// first and with headers and body. There is none while the provider is to be asked which are right.
func (s *Store) OtherSuccesses(ctx context.Context, key int64, limit int) ([]task.Delivery, error) {
	db := s.read.WithContext(ctx)
	q := deliveryViews(db).Where("d.task = ? AND d.outcome = ? AND d.reason = ?", key,
		task.Conflicting, task.ReasonOtherURLs)
	if s.ask != nil {
		q = q.Where("t.next_query_at <= 0")
	}
	var views []deliveryView
	if err := q.Order("d.id DESC").Limit(limit).Find(&views).Error; err != nil {
		return nil, fmt.Errorf("list the task's other successes: %w", err)
	}
	deliveries := make([]task.Delivery, len(views))
	for i := range views {
		deliveries[i] = views[i].delivery()
	}
	return deliveries, withBodies(db, deliveries)
}

// Adoptable returns the assets of a task that the links of a delivery could help, as they would
// stand then.
func (s *Store) Adoptable(t task.Task, d task.Delivery, r task.Report) []task.Asset {
	return task.Adopt(t, r, d.ReceivedAt, s.now(), s.rules)
}

// AdoptLinks puts the links of a delivery that was not applied in the place of a task's dead ones,
// as a person has asked for, and returns how many there were.
func (s *Store) AdoptLinks(ctx context.Context, key int64, d task.Delivery, r task.Report) (
	int, error,
) {
	n := 0
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		t, err := taskByKey(tx, key)
		if err != nil {
			return err
		}
		now := s.now()
		adopted := task.Adopt(t, r, d.ReceivedAt, now, s.rules)
		if n = len(adopted); n == 0 {
			return task.ErrNothingToAdopt
		}
		for _, a := range adopted {
			err := held(tx, a).UpdateColumns(map[string]any{
				"state": a.State, "source_url": a.SourceURL, "expires_at": micros(a.ExpiresAt),
				"error": "", "failures": 0, "next_try_at": 0, "lease_until": 0,
				"claim": gorm.Expr("claim + 1"),
			}).Error
			if err != nil {
				return fmt.Errorf("adopt a link: %w", err)
			}
			err = addEvent(tx, key, task.Event{At: now, Kind: task.EventAdopted, Role: a.Role,
				Index: a.Index, Detail: strconv.FormatInt(d.ID, 10)})
			if err != nil {
				return err
			}
		}
		return s.restate(tx, key)
	})
	if err != nil {
		return 0, fmt.Errorf("adopt links: %w", err)
	}
	return n, nil
}
