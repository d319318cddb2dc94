package store

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"

	"gorm.io/gorm"

	"github.com/reelback/reelback/internal/task"
)

// pragma returns what a pragma of the writing connection is set to.
func (b *bundle) pragma(name string) (value int) {
	b.t.Helper()
	if err := b.write.Raw("PRAGMA " + name).Find(&value).Error; err != nil {
		b.t.Fatal(err)
	}
	return value
}

const full = 2 // of PRAGMA synchronous

func TestOnlyACommitOfDeliveriesLeavesTheSyncToOthers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	during := -1
	err := b.inTxBeforeSync(b.ctx, func(tx *gorm.DB) error {
		return tx.Raw("PRAGMA synchronous").Find(&during).Error
	})
	if err != nil || during != full-1 {
		t.Errorf("in the transaction it is %d (%v)", during, err)
	}
	refused := errors.New("refused")
	err = b.inTxBeforeSync(b.ctx, func(*gorm.DB) error { return refused })
	if !errors.Is(err, refused) {
		t.Errorf("got %v", err)
	}
	b.commit(b.incoming("t", task.ResultSucceeded, "https://a/v.mp4"))
	if after := b.pragma("synchronous"); after != full {
		t.Errorf("afterwards it is %d", after)
	}
	if err := b.Sync(); err != nil {
		t.Error(err)
	}
}

func TestAConnectionThatCannotBeGivenBackIsClosed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.commit(b.incoming("before", task.ResultSucceeded, "https://a/v.mp4"))
	err := b.write.WithContext(b.ctx).Connection(func(conn *gorm.DB) error {
		if err := setSynchronous(conn, "NORMAL"); err != nil {
			return err
		}
		if err := conn.Exec("BEGIN IMMEDIATE").Error; err != nil {
			return err
		}
		return giveBack(conn) // within a transaction it cannot be set
	})
	if err == nil {
		t.Error("it was given back in a transaction")
	}
	if after := b.pragma("synchronous"); after != full {
		t.Errorf("afterwards it is %d", after)
	}
	b.commit(b.incoming("after", task.ResultSucceeded, "https://a/v.mp4"))
}

// breakLog has the next sync fail.
func (b *bundle) breakLog() {
	b.t.Helper()
	whole := b.log.file
	b.t.Cleanup(func() { _ = whole.Close() })
	broken, err := os.Open(os.DevNull)
	if err != nil {
		b.t.Fatal(err)
	}
	_ = broken.Close()
	b.log.file = broken
	if err := b.Sync(); !errors.Is(err, errSync) {
		b.t.Fatalf("got %v", err)
	}
	b.log.file = whole
}

func TestAfterAFailedSyncTheLogBeginsAnew(t *testing.T) {
	t.Parallel()
	for name, write := range map[string]func(b *bundle) error{
		"a commit": func(b *bundle) error {
			_, err := b.CommitDeliveries(b.ctx, []Incoming{
				b.incoming("after", task.ResultSucceeded, "https://a/v.mp4")})
			return err
		},
		"another write": func(b *bundle) error { return b.ProbeWrite(b.ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			for i := range 20 {
				b.commit(b.incoming(fmt.Sprint("before-", i), task.ResultSucceeded, "https://a/v"))
			}
			long := b.logBytes()
			b.breakLog()
			if err := b.Sync(); !errors.Is(err, errSync) {
				t.Errorf("a sync that cannot know vouches for it: %v", err)
			}
			if err := write(b); err != nil {
				t.Fatal(err)
			}
			if short := b.logBytes(); short >= long {
				t.Errorf("the log has %d bytes and had %d", short, long)
			}
			if err := b.Sync(); err != nil {
				t.Error(err)
			}
			if _, err := b.FindTask(b.ctx, "kie", "before-19"); err != nil {
				t.Error(err)
			}
		})
	}
}

func (b *bundle) logBytes() int64 {
	b.t.Helper()
	info, err := b.log.file.Stat()
	if err != nil {
		b.t.Fatal(err)
	}
	return info.Size()
}

// TestNothingIsCommittedToABrokenLog holds the log with a reader, so that it cannot begin anew.
func TestNothingIsCommittedToABrokenLog(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if err := b.write.Exec("PRAGMA busy_timeout = 1").Error; err != nil {
		t.Fatal(err)
	}
	b.commit(b.incoming("before", task.ResultSucceeded, "https://a/v.mp4"))
	reading := b.read.Begin()
	var n int
	if err := reading.Raw("SELECT count(*) FROM tasks").Find(&n).Error; err != nil {
		t.Fatal(err)
	}
	b.breakLog()
	in := []Incoming{b.incoming("after", task.ResultSucceeded, "https://a/v.mp4")}
	if _, err := b.CommitDeliveries(b.ctx, in); !errors.Is(err, errSync) ||
		TroubleOf(err) != task.DiskError {
		t.Errorf("got %v, which tells of %q", err, TroubleOf(err))
	}
	if err := reading.Rollback().Error; err != nil {
		t.Fatal(err)
	}
	if _, err := b.CommitDeliveries(b.ctx, in); err != nil {
		t.Error(err)
	}
}

func TestTroubleOfASync(t *testing.T) {
	t.Parallel()
	for cause, want := range map[error]task.Trouble{
		syscall.ENOSPC: task.DiskFull, syscall.EDQUOT: task.DiskFull, syscall.EIO: task.DiskError,
	} {
		if got := TroubleOf(fmt.Errorf("%w: %w", errSync, cause)); got != want {
			t.Errorf("%v tells of %q, want %q", cause, got, want)
		}
	}
}
