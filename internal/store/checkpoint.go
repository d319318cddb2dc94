package store

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"

	"gorm.io/gorm"
)

// checkpointAfter is how many deliveries are committed before the log is written back: some 8,000
// of its pages.
const checkpointAfter = 4000

// longLog is how many pages the log grows to before it is to begin anew. That costs the writer a
// turn of some 40 ms, so it is not for every checkpoint; a log longer still is slow to sync, for
// the file has to grow. More than one checkpoint brings, and less than checkpointPages.
const longLog = 10_000

// checkpoints write the log's pages back into the database on a connection of their own, while
// the writer goes on. What is left to the writer is only what came last, whose log then begins anew.
type checkpoints struct {
	side      *gorm.DB
	log       *slog.Logger
	committed atomic.Int64  // deliveries since one was last asked for
	wake      chan struct{} // has room for one
	stop      context.CancelFunc
	stopped   chan struct{}
}

// startCheckpoints has the log written back from now on until the store is closed.
func (s *Store) startCheckpoints(o Options) error {
	side, err := open(writerDSN(o.Path), 1, o)
	if err != nil {
		return fmt.Errorf("open database %s for checkpoints: %w", o.Path, err)
	}
	ctx, stop := context.WithCancel(context.Background())
	c := &s.checkpoints
	c.side, c.log, c.stop = side, o.Log, stop
	c.wake, c.stopped = make(chan struct{}, 1), make(chan struct{})
	go func() {
		defer close(c.stopped)
		for {
			select {
			case <-c.wake:
				s.checkpoint(ctx, longLog)
			case <-ctx.Done():
				return
			}
		}
	}()
	return nil
}

// checkpoint writes back what is in the log. When the log has so many pages, it does so once more
// for what has come meanwhile, and then, in the writer's turn, for the rest. If it cannot, the
// writer does it when the log is longer still, and tells what is wrong.
func (s *Store) checkpoint(ctx context.Context, long int) {
	pages, err := s.writeBack(ctx, s.checkpoints.side)
	if err != nil || pages < long {
		return
	}
	for _, db := range []*gorm.DB{s.checkpoints.side, s.write} {
		if _, err := s.writeBack(ctx, db); err != nil {
			return
		}
	}
}

// writeBack writes the log's pages back on a connection, and returns how many the log has.
func (s *Store) writeBack(ctx context.Context, db *gorm.DB) (int, error) {
	pages, err := walCheckpoint(db.WithContext(ctx), "PASSIVE")
	if err != nil {
		s.checkpoints.log.DebugContext(ctx, "the log could not be written back", "err", err)
		return 0, err
	}
	s.checkpoints.log.DebugContext(ctx, "the log was written back",
		"pages", pages.Checkpointed, "of", pages.Log)
	return pages.Log, nil
}

// logPages are how many pages the log has, and how many of them are in the database now. Busy is 0
// unless somebody who reads or writes was in the way.
type logPages struct{ Busy, Log, Checkpointed int }

// walCheckpoint has SQLite write the log back in one of its modes.
func walCheckpoint(db *gorm.DB, mode string) (pages logPages, err error) {
	err = db.Raw("PRAGMA wal_checkpoint(" + mode + ")").Find(&pages).Error
	return pages, err
}

// note counts deliveries that have been committed, and asks for a checkpoint after enough.
func (c *checkpoints) note(committed int) {
	if c.committed.Add(int64(committed)) < checkpointAfter {
		return
	}
	c.committed.Store(0)
	select {
	case c.wake <- struct{}{}:
	default: // one is asked for already
	}
}

// end waits for a checkpoint that is under way; there will be no other.
func (c *checkpoints) end() {
	if c.stop != nil {
		c.stop()
		<-c.stopped
	}
}
