package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/task"
)

// ErrReplayRunning says that a replay is under way, so that no other can begin.
var ErrReplayRunning = errors.New("a replay is under way")

// ErrNotUndoable says that a replay has nothing that could be undone.
var ErrNotUndoable = errors.New("the replay cannot be undone")

// ReplayState is how far a replay has come.
type ReplayState string

// The states of a replay.
const (
	ReplayRunning     ReplayState = "running"
	ReplayDone        ReplayState = "done"
	ReplayInterrupted ReplayState = "interrupted" // by the end of the program or an error
	ReplayUndoing     ReplayState = "undoing"
	ReplayUndone      ReplayState = "undone"
)

// Tally counts what a replay comes to.
type Tally struct {
	Deliveries int64 // that match and have been looked at
	Unchanged  int64 // of these, whose task stays as it is
	Refused    int64 // of these, that stay refused
	Tasks      int64 // rebuilt
	Changed    int64 // of these, that come out otherwise
	Made       int64 // of these, that were unheard of
	LeftAlone  int64 // tasks that cannot be rebuilt
	Outcomes   int64 // deliveries that come out otherwise
	Files      int64 // to be saved that were not known, or had no usable link
}

// Replay is one reading-again of kept deliveries with today's code.
type Replay struct {
	ID      int64
	At      time.Time
	EndedAt time.Time // zero while it runs
	Filter  string    // which deliveries, as whoever began it wrote it
	State   ReplayState
	Total   int64 // deliveries that match
	Tally
	Undone    int64 // tasks that are again as they were
	NotUndone int64 // tasks that had changed since
	FilesKept int64 // that the replay had added, and that are saved by now
	CanUndo   bool
	Skipped   Faults // tasks that could not be replayed; of one replay that is asked for
	NotBack   Faults // of one that is undone: tasks that could not be undone, and still can be
}

type replayRow struct {
	ID        int64 `gorm:"primaryKey"`
	At        int64
	EndedAt   int64
	Filter    string
	State     ReplayState
	Total     int64
	Tally     Tally `gorm:"embedded"`
	Undone    int64
	NotUndone int64
	FilesKept int64
}

func (replayRow) TableName() string { return "replays" }

func (r *replayRow) replay() Replay {
	return Replay{ID: r.ID, At: fromMicros(r.At), EndedAt: fromMicros(r.EndedAt), Filter: r.Filter,
		State: r.State, Total: r.Total, Tally: r.Tally, Undone: r.Undone, NotUndone: r.NotUndone,
		FilesKept: r.FilesKept}
}

type changeRow struct {
	Replay int64 `gorm:"primaryKey;autoIncrement:false"`
	Task   int64 `gorm:"primaryKey;autoIncrement:false"`
	Before string
	After  string
	Undone string
}

func (changeRow) TableName() string { return "replay_changes" }

// mostMatches is how far deliveries are counted.
const mostMatches = 1_000_000

// countMatches counts the deliveries that match, as far as mostMatches.
func (s *Store) countMatches(ctx context.Context, f task.DeliveryFilter) (n int64, err error) {
	db := s.read.WithContext(ctx)
	q := matchingDeliveries(db.Table("deliveries AS d").Select("1"), f).Limit(mostMatches)
	if err := db.Table("(?)", q).Select("count(*)").Find(&n).Error; err != nil {
		return 0, fmt.Errorf("count deliveries: %w", err)
	}
	return n, nil
}

// BeginReplay notes a replay as running. The filter's text is for people. While one is under way
// there is no other: ErrReplayRunning.
func (s *Store) BeginReplay(ctx context.Context, f task.DeliveryFilter, text string) (
	int64, error,
) {
	total, err := s.countMatches(ctx, f)
	if err != nil {
		return 0, err
	}
	row := replayRow{At: micros(s.now()), Filter: text, State: ReplayRunning, Total: total}
	err = s.inTx(ctx, func(tx *gorm.DB) error {
		if err := noneRunning(tx); err != nil {
			return err
		}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		amendAudit(ctx, func(e *auth.Entry) { e.Subject = fmt.Sprintf("no. %d", row.ID) })
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("begin replay: %w", err)
	}
	return row.ID, nil
}

func noneRunning(tx *gorm.DB) error {
	var n int64
	err := tx.Model(&replayRow{}).Where("state IN ?", []ReplayState{ReplayRunning, ReplayUndoing}).
		Count(&n).Error
	if err == nil && n > 0 {
		err = ErrReplayRunning
	}
	return err
}

// EndReplay notes in which state a replay, or the undoing of one, has ended.
func (s *Store) EndReplay(ctx context.Context, id int64, state ReplayState) error {
	err := s.write.WithContext(ctx).Model(&replayRow{}).Where("id = ?", id).
		UpdateColumns(map[string]any{"state": state, "ended_at": micros(s.now())}).Error
	if err != nil {
		return fmt.Errorf("end replay: %w", err)
	}
	return nil
}

// InterruptReplays notes that what was under way when the process before this one ended is over.
func (s *Store) InterruptReplays(ctx context.Context) error {
	err := s.write.WithContext(ctx).Model(&replayRow{}).
		Where("state IN ?", []ReplayState{ReplayRunning, ReplayUndoing}).
		UpdateColumns(map[string]any{"state": ReplayInterrupted, "ended_at": micros(s.now())}).Error
	if err != nil {
		return fmt.Errorf("note interrupted replays: %w", err)
	}
	return nil
}

// shownReplays is how many of the newest replays are listed.
const shownReplays = 50

// ListReplays returns the newest replays, newest first.
func (s *Store) ListReplays(ctx context.Context) ([]Replay, error) {
	db := s.read.WithContext(ctx)
	var rows []replayRow
	if err := db.Order("id DESC").Limit(shownReplays).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("list replays: %w", err)
	}
	return withUndo(db, rows)
}

// FindReplay returns a replay, or ErrNotFound.
func (s *Store) FindReplay(ctx context.Context, id int64) (Replay, error) {
	db := s.read.WithContext(ctx)
	var rows []replayRow
	if err := db.Where("id = ?", id).Limit(1).Find(&rows).Error; err != nil {
		return Replay{}, fmt.Errorf("find replay: %w", err)
	}
	if len(rows) == 0 {
		return Replay{}, fmt.Errorf("replay %d: %w", id, ErrNotFound)
	}
	found, err := withUndo(db, rows)
	if err != nil {
		return Replay{}, err
	}
	if found[0].Skipped, err = findFaults(db, id, wasSkipped); err == nil &&
		found[0].State == ReplayUndone {
		found[0].NotBack, err = findFaults(db, id, wasNotBack)
	}
	if err != nil {
		return Replay{}, fmt.Errorf("find what replay %d could not change: %w", id, err)
	}
	return found[0], nil
}

// withUndo adds which replays can be undone: those that have ended and of which something is left
// that has not been.
func withUndo(db *gorm.DB, rows []replayRow) ([]Replay, error) {
	var open []int64
	ids := make([]int64, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	err := db.Raw(`SELECT id FROM replays AS r WHERE id IN ? AND state IN ('done', 'interrupted',
			'undone')
		AND EXISTS (SELECT 1 FROM replay_changes WHERE replay = r.id AND undone = '')`, ids).
		Find(&open).Error
	if err != nil {
		return nil, fmt.Errorf("see which replays can be undone: %w", err)
	}
	can := make(map[int64]bool, len(open))
	for _, id := range open {
		can[id] = true
	}
	replays := make([]Replay, len(rows))
	for i := range rows {
		replays[i] = rows[i].replay()
		replays[i].CanUndo = can[rows[i].ID]
	}
	return replays, nil
}

// keptUndos is of how many replays that changed something the undo data is kept.
const keptUndos = 20

// DropOldUndos removes the undo data of all but the newest replays, some at a time so that nobody
// waits long behind it.
func (s *Store) DropOldUndos(ctx context.Context) error {
	for {
		res := s.write.WithContext(ctx).Exec(`DELETE FROM replay_changes WHERE (replay, task) IN (
				SELECT replay, task FROM replay_changes WHERE replay < (SELECT coalesce(min(id), 0)
					FROM (SELECT id FROM replays WHERE changed > 0 ORDER BY id DESC LIMIT ?))
				LIMIT ?)`, keptUndos, s.bounds.replayChunk)
		if res.Error != nil {
			return fmt.Errorf("drop old undo data: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return nil
		}
	}
}
