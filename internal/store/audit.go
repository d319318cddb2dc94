package store

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/task"
)

// maxAuditText is the longest text of a line, in bytes: part of it was typed by strangers.
const maxAuditText = 200

type auditRow struct {
	ID         int64 `gorm:"primaryKey"`
	At         int64
	Who        string
	Role       string
	RemoteAddr string
	Action     string
	Subject    string
	Detail     string
}

func (auditRow) TableName() string { return "audit" }

func (r *auditRow) entry() auth.Entry {
	return auth.Entry{ID: r.ID, At: fromMicros(r.At), Who: r.Who, Role: auth.Role(r.Role),
		Address: r.RemoteAddr, Action: auth.Action(r.Action), Subject: r.Subject,
		Detail: r.Detail}
}

// AddAudit appends a line to the audit trail, of what changes nothing in the database. A change has
// its line from Audited.
func (s *Store) AddAudit(ctx context.Context, e auth.Entry) error {
	return s.addAudit(s.write.WithContext(ctx), e)
}

func (s *Store) addAudit(tx *gorm.DB, e auth.Entry) error {
	row := auditRow{At: micros(s.now()), Who: cut(e.Who), Role: string(e.Role),
		RemoteAddr: cut(e.Address), Action: string(e.Action), Subject: cut(e.Subject),
		Detail: cut(e.Detail)}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("write the audit trail: %w", err)
	}
	return nil
}

// cut keeps a text within maxAuditText, in whole characters.
func cut(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if len(text) <= maxAuditText {
		return text
	}
	end := maxAuditText
	for !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end] + "…"
}

// ListAudit returns a page of the audit trail, the newest first, and the number to go on before; 0
// at the end.
func (s *Store) ListAudit(ctx context.Context, f auth.AuditFilter, p task.Page) (
	[]auth.Entry, int64, error,
) {
	p = p.Clamp()
	db := s.read.WithContext(ctx).Order("id DESC").Limit(p.Limit + 1)
	if f.Who != "" {
		db = db.Where("who = ?", f.Who)
	}
	if f.Action != "" {
		db = db.Where("action = ?", string(f.Action))
	}
	if p.Before > 0 {
		db = db.Where("id < ?", p.Before)
	}
	var rows []auditRow
	if err := db.Find(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("list the audit trail: %w", err)
	}
	var next int64
	if len(rows) > p.Limit {
		rows = rows[:p.Limit]
		next = rows[p.Limit-1].ID
	}
	entries := make([]auth.Entry, len(rows))
	for i := range rows {
		entries[i] = rows[i].entry()
	}
	return entries, next, nil
}

// DropAudit removes the oldest lines beyond those that are kept, and returns how many.
func (s *Store) DropAudit(ctx context.Context) (int64, error) {
	var ends struct{ First, Last int64 }
	err := s.read.WithContext(ctx).Raw(`SELECT coalesce((SELECT min(id) FROM audit), 0) AS first,
		coalesce((SELECT max(id) FROM audit), 0) AS last`).Find(&ends).Error
	// Numbers are given one after the other, so that they tell how many there are.
	if err != nil || ends.First == 0 || ends.Last-ends.First < s.bounds.auditRows {
		return 0, err
	}
	res := s.write.WithContext(ctx).Where("id <= ?", ends.Last-s.bounds.auditRows).
		Delete(&auditRow{})
	if res.Error != nil {
		return 0, fmt.Errorf("drop lines of the audit trail: %w", res.Error)
	}
	return res.RowsAffected, nil
}
