package store

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"

	"gorm.io/gorm"
)

// checkpointAfter is how many deliveries are committed before the log is written back: some 7,500
// of its pages, so that the writer does not come to checkpointPages and do it itself.
const checkpointAfter = 4000

// checkpoints write the log's pages back into the database on a connection of their own, while
// the writer goes on. Only what came meanwhile is left to the writer, whose log then begins anew.
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
				s.checkpoint(ctx)
			case <-ctx.Done():
				return
			}
		}
	}()
	return nil
}

// checkpoint writes back what is in the log, and then, in the writer's turn, what has come since.
// If it cannot, the writer does it when the log is longer still, and tells what is wrong.
func (s *Store) checkpoint(ctx context.Context) {
	for _, db := range []*gorm.DB{s.checkpoints.side, s.write} {
		// How many pages the log has, and how many of them are in the database now.
		var pages struct{ Busy, Log, Checkpointed int }
		err := db.WithContext(ctx).Raw("PRAGMA wal_checkpoint(PASSIVE)").Find(&pages).Error
		if err != nil {
			s.checkpoints.log.DebugContext(ctx, "the log could not be written back", "err", err)
			return
		}
		s.checkpoints.log.DebugContext(ctx, "the log was written back",
			"pages", pages.Checkpointed, "of", pages.Log)
	}
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
