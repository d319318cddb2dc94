package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/reelback/reelback/internal/task"
)

// CounterRepaired counts lost callbacks that the provider's record stood in for; followed by ":"
// and a day such as 2026-03-01 in UTC it counts those of the day.
const CounterRepaired = "repaired"

// CounterRepairedOn is the counter of the lost callbacks that were repaired on a day.
func CounterRepairedOn(day time.Time) string {
	return CounterOn(CounterRepaired, day)
}

// Checked is what became of a record.
type Checked struct {
	Task    task.Task // as it is now
	Event   task.EventKind
	Changed bool // there is something new to show
	Work    bool // assets wait to be saved that did not before
}

// ApplyRecord lets the provider's record act on a task, keeps it as evidence and decides when to
// ask again, all in one transaction. Jitter spreads that as in task.NextQuery.
func (s *Store) ApplyRecord(ctx context.Context, key int64, r task.Record, jitter float64) (
	out Checked, err error,
) {
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		a := &applying{Store: s, tx: tx, now: s.now()}
		if err := a.load(key); err != nil {
			return err
		}
		a.confirmed = task.Confirm(a.w.task, r, a.now, s.rules)
		a.w.task = a.confirmed.Task
		a.decideNext(jitter)
		out = a.outcome()
		return a.write(r)
	})
	if err != nil {
		return Checked{}, fmt.Errorf("apply record: %w", err)
	}
	return out, nil
}

// applying is one transaction of ApplyRecord.
type applying struct {
	*Store
	tx        *gorm.DB
	now       time.Time
	w         *working
	confirmed task.Confirmation
}

func (a *applying) load(key int64) error {
	var rows []taskRow
	if err := a.tx.Where("key = ?", key).Limit(1).Find(&rows).Error; err != nil {
		return fmt.Errorf("load task: %w", err)
	}
	if len(rows) == 0 {
		return fmt.Errorf("task %d: %w", key, ErrNotFound)
	}
	byTask, err := assetsOf(a.tx, []int64{key})
	a.w = newWorking(&rows[0])
	a.w.task.Assets = byTask[key]
	return err
}

// decideNext sets when to ask again. A record that leaves the question open is asked for with
// growing gaps until it must be gone.
func (a *applying) decideNext(jitter float64) {
	a.w.asking.queries++
	switch {
	case a.w.task.CrossChecked != task.CheckNo:
		a.w.asking = asking{}
	case a.ask != nil:
		next := task.NextQuery(a.w.task, a.w.asking.queries, a.now, jitter, *a.ask)
		if a.w.asking.next = micros(next); next.IsZero() {
			a.w.asking.next = neverAgain
		}
	}
}

func (a *applying) outcome() Checked {
	c := a.confirmed
	out := Checked{Task: c.Task, Event: c.Event,
		Changed: c.Event != "" || len(c.Assets) > 0 || c.Task.Status != a.w.before.Status}
	out.Task.Assets = slices.Clone(c.Task.Assets)
	for i := range c.Assets {
		out.Work = out.Work || c.Assets[i].Open()
		c.Assets[i].Task = c.Task.Key
		out.Task.Assets = withAsset(out.Task.Assets, c.Assets[i])
	}
	return out
}

func (a *applying) write(r task.Record) error {
	key := a.w.task.Key
	b := &batch{store: a.Store, tx: a.tx, counts: make(counts)}
	b.counts.move(a.w)
	if err := b.update(a.w.row()); err != nil {
		return fmt.Errorf("update task: %w", err)
	}
	if err := b.counts.write(a.tx, a.hot.addCount); err != nil {
		return err
	}
	if err := a.writeAssets(); err != nil {
		return err
	}
	if c := a.confirmed; c.Event != "" {
		e := task.Event{At: a.now, Kind: c.Event, Detail: c.Detail}
		if err := addEvent(a.tx, key, e); err != nil {
			return err
		}
	}
	if a.confirmed.Event == task.EventRepaired {
		if err := countOn(a.tx, CounterRepaired, a.now); err != nil {
			return err
		}
	}
	return a.keep(r)
}

// writeAssets stores the assets that the record has added or changed. The claim of one that is
// known grows, so that nobody still holds the old one.
func (a *applying) writeAssets() error {
	if len(a.confirmed.Assets) == 0 {
		return nil
	}
	rows := make([]assetRow, len(a.confirmed.Assets))
	for i := range a.confirmed.Assets {
		rows[i] = newAssetRow(&a.confirmed.Assets[i])
	}
	// Files that are no longer the task's are no longer counted as safely kept.
	if lost := a.unsaved(); lost > 0 {
		if err := count(a.tx, counterSaved, -lost); err != nil {
			return err
		}
	}
	set := clause.AssignmentColumns([]string{"state", "source_url", "path", "bytes", "sha256",
		"content_type", "width", "height", "duration_us", "expires_at", "error", "failures",
		"next_try_at", "lease_until", "frame_rate", "codec", "fast_start"})
	set = append(set, clause.Assignments(map[string]any{"claim": gorm.Expr("assets.claim + 1")})...)
	err := a.tx.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "task"}, {Name: "role"}, {Name: "idx"}},
		DoUpdates: set,
	}).Create(&rows).Error
	if err != nil {
		return fmt.Errorf("store assets: %w", err)
	}
	return nil
}

// unsaved counts the saved files that the record has put others in the place of.
func (a *applying) unsaved() (n int64) {
	for _, known := range a.confirmed.Task.Assets {
		for _, now := range a.confirmed.Assets {
			if known.State == task.SavedAsset && now.State != task.SavedAsset &&
				known.Role == now.Role && known.Index == now.Index {
				n++
			}
		}
	}
	return n
}

// keep keeps the record as evidence, in the place of the one before.
func (a *applying) keep(r task.Record) error {
	row := recordRow{Task: a.w.task.Key, At: micros(a.now), Result: r.Report.Result, Body: r.Raw}
	if row.Body == nil {
		row.Body = []byte{}
	}
	if err := a.tx.Clauses(clause.OnConflict{UpdateAll: true}).Create(&row).Error; err != nil {
		return fmt.Errorf("keep record: %w", err)
	}
	return nil
}

// FindRecord returns the provider's last record of a task as it came, and when that was, or
// ErrNotFound. It holds all the secrets that the provider echoes.
func (s *Store) FindRecord(ctx context.Context, key int64) (raw []byte, at time.Time, err error) {
	var rows []recordRow
	if err := s.read.WithContext(ctx).Where("task = ?", key).Limit(1).Find(&rows).Error; err != nil {
		return nil, time.Time{}, fmt.Errorf("find record: %w", err)
	}
	if len(rows) == 0 {
		return nil, time.Time{}, fmt.Errorf("record of task %d: %w", key, ErrNotFound)
	}
	return rows[0].Body, fromMicros(rows[0].At), nil
}

// RelinkAsset gives a claimed asset a fresh link. Who has lost the claim gets ErrClaimLost.
func (s *Store) RelinkAsset(ctx context.Context, a task.Asset, url string) error {
	res := held(s.write.WithContext(ctx), a).UpdateColumn("source_url", url)
	if res.Error != nil {
		return fmt.Errorf("relink asset: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return ErrClaimLost
	}
	return nil
}
