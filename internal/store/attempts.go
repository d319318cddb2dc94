package store

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

type attemptRow struct {
	Task      int64     `gorm:"primaryKey;autoIncrement:false"`
	Role      task.Role `gorm:"primaryKey"`
	Idx       int       `gorm:"primaryKey;autoIncrement:false"`
	Number    int       `gorm:"primaryKey;autoIncrement:false"`
	Result    task.AttemptResult
	StartedAt int64
	EndedAt   int64
	Host      string
	Status    int
	FromByte  int64
	Bytes     int64
	Reason    string
	Relinked  task.Relinked
	Refused   string
}

func (attemptRow) TableName() string { return "attempts" }

func (r *attemptRow) attempt() task.Attempt {
	return task.Attempt{
		Role: r.Role, Index: r.Idx, Number: r.Number, Result: r.Result,
		StartedAt: fromMicros(r.StartedAt), EndedAt: fromMicros(r.EndedAt), Host: r.Host,
		Status: r.Status, From: r.FromByte, Bytes: r.Bytes, Reason: r.Reason,
		Relinked: r.Relinked, Refused: r.Refused,
	}
}

// TaskAttempts returns the attempts at a task's assets, those at one asset oldest first.
func (s *Store) TaskAttempts(ctx context.Context, key int64) ([]task.Attempt, error) {
	var rows []attemptRow
	err := s.read.WithContext(ctx).Where("task = ?", key).Order("role, idx, number").
		Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("load attempts: %w", err)
	}
	attempts := make([]task.Attempt, len(rows))
	for i := range rows {
		attempts[i] = rows[i].attempt()
	}
	slices.SortStableFunc(attempts, func(a, b task.Attempt) int {
		return slices.Index(task.Roles(), a.Role) - slices.Index(task.Roles(), b.Role)
	})
	return attempts, nil
}

// beginAttempt notes that an attempt at a claimed asset begins.
func (s *Store) beginAttempt(tx *gorm.DB, a task.Asset) (task.Attempt, error) {
	var last int
	err := attemptsAt(tx, a).Select("coalesce(max(number), 0)").Find(&last).Error
	if err != nil {
		return task.Attempt{}, fmt.Errorf("count attempts: %w", err)
	}
	if last > 0 {
		// One that still runs has lost its claim.
		if err := interrupt(attemptsAt(tx, a)); err != nil {
			return task.Attempt{}, err
		}
		err := attemptsAt(tx, a).Where("number <= ?", last+1-task.KeptAttempts).
			Delete(&attemptRow{}).Error
		if err != nil {
			return task.Attempt{}, fmt.Errorf("forget old attempts: %w", err)
		}
	}
	row := attemptRow{Task: a.Task, Role: a.Role, Idx: a.Index, Number: last + 1,
		Result: task.AttemptRunning, StartedAt: micros(s.now()), Host: hostOf(a.SourceURL)}
	if err := tx.Create(&row).Error; err != nil {
		return task.Attempt{}, fmt.Errorf("begin attempt: %w", err)
	}
	return row.attempt(), nil
}

// NoteResumed notes from which byte a running attempt goes on.
func (s *Store) NoteResumed(ctx context.Context, c Claimed, from int64) error {
	err := attemptsAt(s.write.WithContext(ctx), c.Asset).
		Where("number = ? AND result = ?", c.Attempt.Number, task.AttemptRunning).
		UpdateColumn("from_byte", from).Error
	if err != nil {
		return fmt.Errorf("note where an attempt goes on: %w", err)
	}
	return nil
}

// endAttempt notes how an attempt at an asset came out. The zero attempt is none.
func endAttempt(tx *gorm.DB, a task.Asset, at task.Attempt) error {
	if at.Number == 0 {
		return nil
	}
	err := attemptsAt(tx, a).
		Where("number = ? AND result = ?", at.Number, task.AttemptRunning).
		UpdateColumns(map[string]any{
			"result": at.Result, "ended_at": micros(at.EndedAt), "host": at.Host,
			"status": at.Status, "from_byte": at.From, "bytes": at.Bytes, "reason": at.Reason,
			"relinked": at.Relinked, "refused": at.Refused,
		}).Error
	if err != nil {
		return fmt.Errorf("end attempt: %w", err)
	}
	return nil
}

// interrupt ends those of the attempts that run; when they really ended is not known.
func interrupt(of *gorm.DB) error {
	err := of.Where("result = 'running'"). // as the index has it, not as a parameter
						UpdateColumn("result", task.AttemptInterrupted).Error
	if err != nil {
		return fmt.Errorf("interrupt attempts: %w", err)
	}
	return nil
}

func attemptsAt(tx *gorm.DB, a task.Asset) *gorm.DB {
	return tx.Model(&attemptRow{}).Where("task = ? AND role = ? AND idx = ?",
		a.Task, a.Role, a.Index)
}

// hostOf is the host of a link; the rest of a signed link is a secret.
func hostOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return u.Host
}
