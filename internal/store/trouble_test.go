package store

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

// fillUp lets the database take no page more, as a full disk does, and makes room again.
func fillUp(t *testing.T, s *bundle, pages string) {
	t.Helper()
	if err := s.write.Exec("PRAGMA max_page_count = " + pages).Error; err != nil {
		t.Fatal(err)
	}
}

func TestTroubleOf_ADatabaseThatCannotGrow(t *testing.T) {
	t.Parallel()
	s := setup(t)
	if err := s.ProbeWrite(t.Context()); err != nil {
		t.Fatal(err)
	}
	fillUp(t, s, "1") // SQLite takes the number of pages there are
	body := make([]byte, 1<<20)
	_, err := s.CommitDeliveries(t.Context(), []Incoming{{
		Delivery: task.Delivery{Source: "veo3.1", Provider: "kie", ReceivedAt: s.now(), Body: body},
		Report:   task.Report{Provider: "kie", Product: "veo3.1", TaskID: "a"},
	}})
	if got := TroubleOf(err); got != task.DiskFull {
		t.Errorf("%q of %v", got, err)
	}
	fillUp(t, s, "1000000")
	if err := s.ProbeWrite(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTroubleOf_ADatabaseThatMayNotBeWritten(t *testing.T) {
	t.Parallel()
	s := setup(t)
	if err := s.write.Exec("PRAGMA query_only = 1").Error; err != nil {
		t.Fatal(err)
	}
	err := s.ProbeWrite(t.Context())
	if got := TroubleOf(err); got != task.ReadOnly {
		t.Errorf("%q of %v", got, err)
	}
}

func TestTroubleOf_OtherErrors(t *testing.T) {
	t.Parallel()
	s := setup(t)
	rows := s.write.Exec("INSERT INTO counters (name, n) VALUES ('a', 1), ('a', 2)").Error
	for _, err := range []error{nil, rows, ErrNotFound, context.DeadlineExceeded,
		fmt.Errorf("x: %w", errors.New("disk full"))} {
		if got := TroubleOf(err); got != task.NoTrouble {
			t.Errorf("%q of %v", got, err)
		}
	}
	if rows == nil {
		t.Error("no error to be told apart")
	}
}
