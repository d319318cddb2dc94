package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// alarmBatch is how many files are warned of in one transaction: callbacks wait that long.
const alarmBatch = 256

// notWarned selects the open assets whose link dies within a span of time, and whose timeline does
// not tell so yet. A fresh link that comes into the span later is news again.
const notWarned = `SELECT a.* FROM assets AS a WHERE a.state IN ('pending', 'saving')
	AND a.expires_at > @from AND a.expires_at <= @to AND NOT EXISTS (
		SELECT 1 FROM events AS e WHERE e.task = a.task AND e.kind = 'vanishing'
			AND e.detail = @alarm AND e.role = a.role AND e.idx = a.idx
			AND e.at >= a.expires_at - @within)
	ORDER BY a.expires_at LIMIT @limit`

// WarnVanishing writes into the timelines which files that are not saved have come within another
// step of their link's death, and returns some of them; it is to be called again until there are
// none. Each is warned of once a step, and of the most pressing step only.
func (s *Store) WarnVanishing(ctx context.Context) ([]task.Vanishing, error) {
	now, passed := s.now(), time.Duration(0)
	for _, alarm := range task.Alarms() {
		values := map[string]any{"from": micros(now.Add(passed)), "alarm": string(alarm),
			"to": micros(now.Add(alarm.Within())), "within": alarm.Within().Microseconds(),
			"limit": alarmBatch}
		var rows []assetRow
		// To look first costs nobody the writing connection, and usually there is nothing.
		err := s.read.WithContext(ctx).Raw(notWarned, values).Find(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("find files about to vanish: %w", err)
		}
		if len(rows) > 0 {
			return s.warn(ctx, rows, alarm, now)
		}
		passed = alarm.Within()
	}
	return nil, nil
}

func (s *Store) warn(ctx context.Context, rows []assetRow, alarm task.Alarm, now time.Time) (
	[]task.Vanishing, error,
) {
	all := make([]task.Vanishing, 0, len(rows))
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		for i := range rows {
			var owner taskRow
			if err := tx.Take(&owner, rows[i].Task).Error; err != nil {
				return fmt.Errorf("load the file's task: %w", err)
			}
			v := task.Vanishing{Task: owner.task(), Asset: rows[i].asset(), Alarm: alarm}
			err := addEvent(tx, v.Task.Key, task.Event{At: now, Kind: task.EventVanishing,
				Role: v.Asset.Role, Index: v.Asset.Index, Detail: string(alarm)})
			if err != nil {
				return err
			}
			all = append(all, v)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("warn of vanishing files: %w", err)
	}
	return all, nil
}
