package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// CounterRefusedDropped counts refused deliveries that were removed for room or age.
const CounterRefusedDropped = "refused_dropped"

// dropAtOnce is how many refused deliveries one transaction removes, so that accepted ones need
// not wait long behind it.
const dropAtOnce = 256

// KeepRefused stores deliveries that were turned away, in one transaction. It sets their ids.
// When much has come since the last DropRefused, it cuts back at once.
func (s *Store) KeepRefused(ctx context.Context, deliveries []task.Delivery) error {
	rows := make([]deliveryRow, len(deliveries))
	bodies := make([]bodyRow, len(deliveries))
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		for i := range deliveries {
			d := &deliveries[i]
			d.ID, d.Outcome = s.lastDelivery.Add(1), task.Refused
			rows[i], bodies[i] = newDeliveryRow(d, nil), newBodyRow(d)
		}
		if err := insertRows(tx, s.hot.insertDelivery, rows); err != nil {
			return err
		}
		return insertRows(tx, s.hot.insertBody, bodies)
	})
	if err != nil {
		return fmt.Errorf("keep %d refused deliveries: %w", len(deliveries), err)
	}
	s.refused.add(rows, bodies)
	if s.refused.tooMuch(s.bounds) {
		// They are kept all the same if this fails; the next round will tell.
		_, _ = s.DropRefused(ctx)
	}
	return nil
}

// DropRefused removes the oldest refused deliveries beyond the bounds, counts them, and returns
// how many there were.
func (s *Store) DropRefused(ctx context.Context) (int64, error) {
	s.refused.reset()
	keep, err := s.firstRefusedToKeep(ctx)
	var dropped int64
	for n := int64(dropAtOnce); err == nil && n == dropAtOnce; dropped += n {
		n, err = s.dropRefusedBefore(ctx, keep)
	}
	if err != nil {
		return dropped, fmt.Errorf("drop refused deliveries: %w", err)
	}
	return dropped, nil
}

// firstRefusedToKeep walks from the newest refused delivery until rows, bytes or age run out.
// It returns 0 when none is there.
func (s *Store) firstRefusedToKeep(ctx context.Context) (int64, error) {
	var keep int64
	err := s.read.WithContext(ctx).Raw(`SELECT coalesce(
			min(id) FILTER (WHERE n <= ? AND kept <= ? AND received_at >= ?), max(id) + 1, 0)
		FROM (SELECT d.id, d.received_at, row_number() OVER w AS n,
				sum(length(b.body) + octet_length(b.headers)) OVER w AS kept
			FROM deliveries d JOIN delivery_bodies b ON b.delivery = d.id
			WHERE d.outcome = 'refused' WINDOW w AS (ORDER BY d.id DESC))`,
		s.bounds.refusedRows, s.bounds.refusedBytes, micros(s.now().Add(-s.bounds.refusedAge))).
		Find(&keep).Error
	return keep, err
}

func (s *Store) dropRefusedBefore(ctx context.Context, keep int64) (n int64, err error) {
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		const oldest = `(SELECT id FROM deliveries
			WHERE outcome = 'refused' AND id < ? ORDER BY id LIMIT ?)`
		err := tx.Exec("DELETE FROM delivery_bodies WHERE delivery IN "+oldest, keep, dropAtOnce).Error
		if err != nil {
			return err
		}
		res := tx.Exec("DELETE FROM deliveries WHERE id IN "+oldest, keep, dropAtOnce)
		if n = res.RowsAffected; res.Error != nil || n == 0 {
			return res.Error
		}
		return count(tx, CounterRefusedDropped, n)
	})
	return n, err
}

// Counter returns a counter that outlives what it counts; 0 before its first count.
func (s *Store) Counter(ctx context.Context, name string) (int64, error) {
	var n int64
	err := s.read.WithContext(ctx).Raw("SELECT n FROM counters WHERE name = ?", name).
		Find(&n).Error
	if err != nil {
		return 0, fmt.Errorf("read counter %s: %w", name, err)
	}
	return n, nil
}
