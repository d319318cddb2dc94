package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// CounterLost counts callbacks that were lost for good: their tasks were silent, and the provider
// had no record of them any more. By days as CounterRepaired.
const CounterLost = "lost"

// CounterOn is the counter of a name for a day, such as "repaired:2026-03-01" in UTC.
func CounterOn(name string, day time.Time) string {
	return name + ":" + day.UTC().Format(time.DateOnly)
}

// countOn counts something in all and on its day.
func countOn(tx *gorm.DB, name string, at time.Time) error {
	for _, name := range []string{name, CounterOn(name, at)} {
		if err := count(tx, name, 1); err != nil {
			return err
		}
	}
	return nil
}

// AddCounts adds to counters, and raises others to at least a value, in one transaction.
func (s *Store) AddCounts(ctx context.Context, more, most map[string]int64) error {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		err := putCounts(tx, more, "counters.n + excluded.n")
		if err == nil {
			err = putCounts(tx, most, "max(counters.n, excluded.n)")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("add to %d counters: %w", len(more)+len(most), err)
	}
	return nil
}

func putCounts(tx *gorm.DB, counts map[string]int64, known string) error {
	if len(counts) == 0 {
		return nil
	}
	list, err := json.Marshal(counts)
	if err != nil {
		return err
	}
	// WHERE true tells the parser that ON belongs to no join.
	return tx.Exec(`INSERT INTO counters (name, n) SELECT key, value FROM json_each(?) WHERE true
		ON CONFLICT (name) DO UPDATE SET n = `+known, string(list)).Error
}

// Counts returns counters by name; those that have never counted are left out.
func (s *Store) Counts(ctx context.Context, names []string) (map[string]int64, error) {
	return s.readCounts(ctx, "SELECT name, n FROM counters WHERE name IN ?", names)
}

// CountsByDay returns the counters of the days from the first to the last whose names begin with
// one of the given, as CounterOn makes them.
func (s *Store) CountsByDay(ctx context.Context, names []string, first, last time.Time) (
	map[string]int64, error,
) {
	list, err := json.Marshal(names)
	if err != nil {
		return nil, fmt.Errorf("read counters by day: %w", err)
	}
	// CROSS keeps the order of the join: a short range of the key for each name.
	return s.readCounts(ctx, `SELECT c.name, c.n FROM json_each(?) AS l CROSS JOIN counters AS c
		WHERE c.name >= l.value || ? AND c.name < l.value || ?`,
		string(list), CounterOn("", first), CounterOn("", last.AddDate(0, 0, 1)))
}

func (s *Store) readCounts(ctx context.Context, sql string, args ...any) (map[string]int64, error) {
	var rows []struct {
		Name string
		N    int64
	}
	if err := s.read.WithContext(ctx).Raw(sql, args...).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("read counters: %w", err)
	}
	counts := make(map[string]int64, len(rows))
	for _, r := range rows {
		counts[r.Name] = r.N
	}
	return counts, nil
}

// CountSilent counts the tasks that have been silent for too long and about which the provider is
// still being asked. It counts none beyond the first 10,000 that wait to be asked about.
func (s *Store) CountSilent(ctx context.Context) (n int64, err error) {
	err = s.read.WithContext(ctx).Raw(`SELECT count(*) FROM (
			SELECT status, queries, next_query_at FROM tasks WHERE next_query_at > 0
			ORDER BY next_query_at LIMIT ?)
		WHERE status IN ('waiting', 'generating') AND (queries > 0 OR next_query_at <= ?)`,
		s.bounds.counted, micros(s.now())).Find(&n).Error
	if err != nil {
		return 0, fmt.Errorf("count silent tasks: %w", err)
	}
	return n, nil
}

// ListRepairs returns up to limit lost callbacks that were repaired in a span of time, the newest
// first. A zero time leaves its end open.
func (s *Store) ListRepairs(ctx context.Context, from, to time.Time, limit int) (
	[]task.Repair, error,
) {
	q := s.read.WithContext(ctx).Table("events AS e").
		Select("t.*, e.at AS repaired_at, e.detail AS result").
		Joins("JOIN tasks AS t ON t.key = e.task").
		Where("e.kind = 'repaired'")
	if !from.IsZero() {
		q = q.Where("e.at >= ?", micros(from))
	}
	if !to.IsZero() {
		q = q.Where("e.at < ?", micros(to))
	}
	var rows []struct {
		Task       taskRow `gorm:"embedded"`
		RepairedAt int64
		Result     task.Result
	}
	if err := q.Order("e.at DESC").Limit(limit).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list repairs: %w", err)
	}
	repairs := make([]task.Repair, len(rows))
	for i := range rows {
		repairs[i] = task.Repair{Task: rows[i].Task.task(), At: fromMicros(rows[i].RepairedAt),
			Result: rows[i].Result}
	}
	return repairs, nil
}
