package store

import (
	"context"
	"fmt"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// DeliveryCount is how many deliveries of a day had an outcome.
type DeliveryCount struct {
	Outcome task.Outcome
	Day     time.Time // when it began, in UTC
	N       int64
	Last    int64 // the highest number among them
}

// CountDeliveriesAfter counts the deliveries whose numbers are above those given: taken is that
// of those which were not refused.
func (s *Store) CountDeliveriesAfter(ctx context.Context, taken, refused int64) (
	[]DeliveryCount, error,
) {
	var rows []struct {
		Outcome task.Outcome
		Day     int64 // since 1970
		N, Last int64
	}
	const of = `SELECT outcome, received_at / 86400000000 AS day, count(*) AS n, max(id) AS last
		FROM deliveries WHERE id > ? AND `
	err := s.read.WithContext(ctx).Raw(of+`outcome <> 'refused' GROUP BY outcome, day
		UNION ALL `+of+`outcome = 'refused' AND outcome <> 'applied' GROUP BY outcome, day`,
		taken, refused).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("count deliveries after %d and %d: %w", taken, refused, err)
	}
	counts := make([]DeliveryCount, len(rows))
	for i, r := range rows {
		counts[i] = DeliveryCount{Outcome: r.Outcome, Day: time.Unix(r.Day*86400, 0).UTC(), N: r.N,
			Last: r.Last}
	}
	return counts, nil
}
