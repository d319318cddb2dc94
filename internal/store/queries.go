package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// asking is when the provider is to be asked about a task, as the row has it.
type asking struct {
	next    int64
	queries int
	again   bool // what a record has decided is contested
}

// neverAgain is next_query_at of a task whose record is gone.
const neverAgain = -1

// schedule decides when the provider is to be asked about a task that has changed. Only news
// counts, so that a provider that repeats itself does not make us do the same.
func (s *Store) schedule(w *working) {
	news := w.before == nil || w.before.Status != w.task.Status ||
		w.before.ResultHash != w.task.ResultHash
	now := s.now()
	switch {
	case s.ask == nil:
	case w.asking.again:
		w.asking = asking{next: micros(now)}
	case news:
		w.asking = asking{next: micros(task.NextQuery(w.task, 0, now, 0, *s.ask))}
	}
}

// The bounds of scheduleOld: how many of the newest tasks it looks at, and how far apart it sets
// them, so that they come between the tasks of today and not before them.
const (
	oldTasks = 10_000
	oldApart = 500 * time.Millisecond
)

// scheduleOld has the provider asked about tasks from before it could be, the newest first.
func (s *Store) scheduleOld(ctx context.Context) error {
	if s.ask == nil {
		return nil
	}
	now := s.now()
	err := s.write.WithContext(ctx).Exec(`UPDATE tasks
		SET next_query_at = @now + (@last - key) * @apart
		WHERE key > @last - @bound AND next_query_at = 0 AND cross_checked = 'no'
			AND first_seen_at > @oldest`,
		map[string]any{"now": micros(now), "last": s.lastTask.Load(), "bound": oldTasks,
			"apart": oldApart.Microseconds(), "oldest": micros(now.Add(-s.ask.Gone))}).Error
	if err != nil {
		return fmt.Errorf("have old tasks asked about: %w", err)
	}
	return nil
}

// Query is a task that somebody asks the provider about.
type Query struct {
	Task  task.Task // without its assets
	Asked int       // how often it has been asked about since it was last heard of
	until int64     // when the lease ends; who finds another time there has lost it
}

// ClaimQuery takes the task that has been due longest to be asked about, for the length of a
// lease. Without one that is due, ok is false and next is when the first will be, zero if none.
func (s *Store) ClaimQuery(ctx context.Context, lease time.Duration) (
	q Query, next time.Time, ok bool, err error,
) {
	now := s.now()
	// To look first costs nobody the writing connection, and usually there is nothing to do.
	var due int64
	err = s.read.WithContext(ctx).Raw(`SELECT next_query_at FROM tasks WHERE next_query_at > 0
		ORDER BY next_query_at LIMIT 1`).Find(&due).Error
	if err != nil {
		return q, next, false, fmt.Errorf("find the next task to ask about: %w", err)
	}
	if due == 0 || due > micros(now) {
		return q, fromMicros(due), false, nil
	}
	var rows []taskRow
	err = s.write.WithContext(ctx).Raw(`UPDATE tasks SET next_query_at = ? WHERE key = (
			SELECT key FROM tasks WHERE next_query_at > 0 AND next_query_at <= ?
			ORDER BY next_query_at LIMIT 1)
		RETURNING *`, micros(now.Add(lease)), micros(now)).Find(&rows).Error
	if err != nil {
		return q, next, false, fmt.Errorf("claim a task to ask about: %w", err)
	}
	if len(rows) == 0 {
		return q, now, false, nil // somebody else was faster
	}
	return Query{Task: rows[0].task(), Asked: rows[0].Queries, until: rows[0].NextQueryAt},
		next, true, nil
}

// ReleaseQuery gives a task back that could not be asked about, at no cost, to be due at a time.
func (s *Store) ReleaseQuery(ctx context.Context, q Query, at time.Time) error {
	res := leased(s.write.WithContext(ctx), q).UpdateColumn("next_query_at", micros(at))
	if res.Error != nil {
		return fmt.Errorf("release query: %w", res.Error)
	}
	return nil
}

// NoRecord stores that a question brought no record: next is when to ask again, zero for never,
// and why is a Gone… key for the timeline then.
func (s *Store) NoRecord(ctx context.Context, q Query, why string, next time.Time) error {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		due := micros(next)
		if next.IsZero() {
			due = neverAgain
		}
		res := leased(tx, q).UpdateColumns(map[string]any{
			"next_query_at": due, "queries": gorm.Expr("queries + 1")})
		if res.Error != nil || res.RowsAffected == 0 || !next.IsZero() {
			return res.Error
		}
		now := s.now()
		if q.Task.Status == task.Waiting || q.Task.Status == task.Generating {
			if err := countOn(tx, CounterLost, now); err != nil {
				return err
			}
		}
		return addEvent(tx, q.Task.Key,
			task.Event{At: now, Kind: task.EventRecordGone, Detail: why})
	})
	if err != nil {
		return fmt.Errorf("store that there is no record: %w", err)
	}
	return nil
}

// leased selects a task only while the lease on its question is the given one: what is heard of
// it meanwhile sets another time.
func leased(db *gorm.DB, q Query) *gorm.DB {
	return db.Model(&taskRow{}).Where("key = ? AND next_query_at = ?", q.Task.Key, q.until)
}
