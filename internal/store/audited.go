package store

import (
	"context"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/auth"
)

// auditKey is where a context holds the line of the change that is made with it.
type auditKey struct{}

// auditLine is what is written down with a change, once.
type auditLine struct {
	entry   auth.Entry
	written bool
}

// Audited returns a context for one change: the transaction that makes it writes the line into the
// audit trail as well. Where the line cannot be written the change is not made.
func Audited(ctx context.Context, e auth.Entry) context.Context {
	return context.WithValue(ctx, auditKey{}, &auditLine{entry: e})
}

// amendAudit adds to the line what only the change itself finds out. A line without an action is
// none.
func amendAudit(ctx context.Context, amend func(*auth.Entry)) {
	if line, ok := ctx.Value(auditKey{}).(*auditLine); ok {
		amend(&line.entry)
	}
}

// audited makes a change together with the line that the context holds for it, if any.
func (s *Store) audited(
	ctx context.Context, change func(*gorm.DB) error,
) (fn func(*gorm.DB) error, done func()) {
	line, ok := ctx.Value(auditKey{}).(*auditLine)
	if !ok || line.written {
		return change, func() {}
	}
	return func(tx *gorm.DB) error {
		if err := change(tx); err != nil || line.entry.Action == "" {
			return err
		}
		return s.addAudit(tx, line.entry)
	}, func() { line.written = true }
}
