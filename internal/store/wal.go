package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"sync/atomic"

	"gorm.io/gorm"
)

// writeAheadLog is SQLite's log, into which every commit is written before anything else. The file
// stays the same as long as the database is open.
type writeAheadLog struct {
	file   *os.File
	broken atomic.Bool // a sync of it has failed, and what it holds may not be on disk
}

// errSync is in every error that says that the log did not reach the disk.
var errSync = errors.New("sync the log")

// open opens the log of the database at a path, which has been used once before.
func (l *writeAheadLog) open(path string) (err error) {
	l.file, err = os.OpenFile(path+"-wal", os.O_RDWR, 0)
	return err
}

func (l *writeAheadLog) close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}

// Sync returns when all that was committed before it began is on disk. After an error it may or
// may not be: there are only errors then until a commit has made sure.
func (s *Store) Sync() error {
	if s.log.broken.Load() {
		return fmt.Errorf("%w: an earlier one has failed", errSync)
	}
	if err := syncData(s.log.file); err != nil {
		s.log.broken.Store(true)
		return fmt.Errorf("%w: %w", errSync, err)
	}
	return nil
}

// inTxBeforeSync runs fn in one writing transaction that does not wait for the disk, so that the
// writer goes on with the next while Sync does. What else is written is on disk when it is
// committed: the connection is lent for this one transaction.
func (s *Store) inTxBeforeSync(ctx context.Context, fn func(tx *gorm.DB) error) error {
	if err := s.repairLog(ctx); err != nil {
		return err
	}
	return s.write.WithContext(ctx).Connection(func(conn *gorm.DB) (err error) {
		// NORMAL writes the same log in the same order and leaves out its sync after a commit.
		if err := setSynchronous(conn, "NORMAL"); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, giveBack(conn)) }()
		return conn.Transaction(fn)
	})
}

// giveBack has the commits of a connection wait for the disk again. A connection that cannot, say
// because a commit that ran out of time is still being taken back, is closed: the next one does.
func giveBack(conn *gorm.DB) error {
	err := setSynchronous(conn, "FULL")
	if err == nil {
		return nil
	}
	_ = conn.Statement.ConnPool.(*sql.Conn).Raw(func(any) error { return driver.ErrBadConn })
	return err
}

// setSynchronous says whether a commit waits for the disk. It is not to be cut short: the
// connection would be left as it was for the last one.
func setSynchronous(conn *gorm.DB, level string) error {
	ctx := context.WithoutCancel(conn.Statement.Context)
	_, err := conn.Statement.ConnPool.ExecContext(ctx, "PRAGMA synchronous="+level)
	if err != nil {
		return fmt.Errorf("set synchronous to %s: %w", level, err)
	}
	return nil
}

// repairLog does nothing unless a sync of the log has failed. The system then takes its pages for
// written, and no later sync would write them; so all of it goes into the database, is synced
// there, and the log begins anew.
func (s *Store) repairLog(ctx context.Context) error {
	if !s.log.broken.Load() {
		return nil
	}
	pages, err := walCheckpoint(s.write.WithContext(ctx), "TRUNCATE")
	if err == nil && pages.Busy != 0 {
		err = errors.New("it is being read")
	}
	if err != nil {
		return fmt.Errorf("%w: write it back after a failed sync: %w", errSync, err)
	}
	s.log.broken.Store(false)
	return nil
}
