package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// The conditions that indexes of assets are made for, as the indexes have them.
const (
	assetOpen  = `state IN ('pending', 'saving')`
	assetLost  = `(state = 'failed' OR state = 'expired')`
	assetTried = assetOpen + ` AND failures > 0`
)

// Overview returns the state of the whole at the given time. It walks the index of what is open
// and that of what is lost, and nothing of what is safe.
func (s *Store) Overview(ctx context.Context, now time.Time) (task.Overview, error) {
	db := s.read.WithContext(ctx)
	var o task.Overview
	err := db.Raw("SELECT n FROM counters WHERE name = ?", counterSaved).Find(&o.Saved).Error
	if err == nil {
		err = openOverview(db, now, &o)
	}
	if err == nil {
		err = db.Raw("SELECT count(*) FROM assets WHERE "+assetTried+" AND error IN ?",
			task.DeadReasons()).Find(&o.Dead).Error
	}
	if err == nil {
		err = db.Raw(`SELECT count(*) FROM assets WHERE `+assetLost+` AND error NOT IN ?`,
			noLoss()).Find(&o.Lost).Error
	}
	var last int64
	if err == nil {
		err = db.Raw(`SELECT received_at FROM deliveries ORDER BY id DESC LIMIT 1`).
			Find(&last).Error
		o.LastDeliveryAt = fromMicros(last)
	}
	if err != nil {
		return task.Overview{}, fmt.Errorf("read overview: %w", err)
	}
	return o, nil
}

// openOverview counts what is still to be saved, and what of it vanishes soon. The first count is
// a walk through all that is open; the others touch only what is near its end.
func openOverview(db *gorm.DB, now time.Time, o *task.Overview) error {
	err := db.Raw("SELECT count(*) FROM assets WHERE " + assetOpen).Find(&o.Open).Error
	if err != nil || o.Open == 0 {
		return err
	}
	var row struct {
		Soon, Day, Hours int
		Soonest          int64
	}
	err = db.Raw(`SELECT count(*) AS soon,
			count(CASE WHEN expires_at <= @day THEN 1 END) AS day,
			count(CASE WHEN expires_at <= @hours THEN 1 END) AS hours,
			coalesce(min(expires_at), 0) AS soonest
		FROM assets WHERE `+assetOpen+` AND expires_at BETWEEN 1 AND @soon`, map[string]any{
		"soon":  micros(now.Add(task.Alarm72h.Within())) - 1,
		"day":   micros(now.Add(task.Alarm24h.Within())) - 1,
		"hours": micros(now.Add(task.Alarm2h.Within())) - 1,
	}).Find(&row).Error
	o.Soon, o.Within24h, o.Within2h = row.Soon, row.Day, row.Hours
	if row.Soon > 0 {
		o.SoonestAt = fromMicros(row.Soonest)
	}
	return err
}

// noLoss are the reasons for which an asset is given up without any loss.
func noLoss() []string { return []string{task.ErrorRecordFailed, task.ErrorNotOnRecord} }

// standing narrows a query on tasks to those of which a file stands in one of the given ways.
func (s *Store) standing(q *gorm.DB, standings []task.Standing) *gorm.DB {
	if len(standings) == 0 {
		return q
	}
	var parts []string
	for _, st := range standings {
		switch st {
		case task.StandingSoon:
			parts = append(parts, `SELECT task FROM assets WHERE `+assetOpen+`
				AND expires_at BETWEEN 1 AND @until`)
		case task.StandingDead:
			parts = append(parts, `SELECT task FROM assets WHERE `+assetTried+` AND error IN @dead`)
		case task.StandingLost:
			parts = append(parts, `SELECT task FROM assets WHERE `+assetLost+`
				AND error NOT IN @none`)
		}
	}
	return q.Where("key IN ("+strings.Join(parts, " UNION ")+")", map[string]any{
		"until": micros(s.now().Add(task.SoonWithin)) - 1,
		"dead":  task.DeadReasons(), "none": noLoss()})
}
