package store

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/reelback/reelback/internal/task"
)

// TroubleOf says what an error of a write tells about the database as a whole; task.NoTrouble for
// one that is about the rows that were to be written.
func TroubleOf(err error) task.Trouble {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return task.DiskFull
	}
	if errors.Is(err, errSync) {
		return task.DiskError
	}
	var refused *sqlite.Error
	if !errors.As(err, &refused) {
		return task.NoTrouble
	}
	switch refused.Code() & 0xff { // the rest of the code says more than is asked here
	case sqlite3.SQLITE_FULL:
		return task.DiskFull
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return task.ReadOnly
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN:
		return task.DiskError
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return task.Damaged
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return task.Stuck
	}
	return task.NoTrouble
}

// counterProbe is written to find out whether anything can be.
const counterProbe = "probe"

// ProbeWrite writes a little, and waits until it is on disk.
func (s *Store) ProbeWrite(ctx context.Context) error {
	err := s.inTx(ctx, func(tx *gorm.DB) error {
		return tx.Exec(`INSERT INTO counters (name, n) VALUES (?, 1)
			ON CONFLICT (name) DO UPDATE SET n = n + 1`, counterProbe).Error
	})
	if err != nil {
		return fmt.Errorf("probe the database: %w", err)
	}
	return nil
}
