package task

import (
	"testing"
	"time"
)

func TestTallySums(t *testing.T) {
	t.Parallel()
	y := Tally{Applied: 90, Repeated: 5, Conflicting: 1, NotUnderstood: 2, Refused: 50, Unkept: 7,
		Busy: 3, UnknownSource: 4, Repaired: 2, Lost: 1}
	if y.Received() != 98 || y.Missed() != 3 || y.RepairedShare() != 0.02 || y.Empty() {
		t.Errorf("received %d, missed %d, share %v", y.Received(), y.Missed(), y.RepairedShare())
	}
	if none := (Tally{}); none.RepairedShare() != 0 || !none.Empty() {
		t.Error("a share of nothing is something")
	}
	if only := (Tally{Lost: 1}); only.RepairedShare() != 0 || only.Empty() {
		t.Error("a callback that was lost for good is nothing")
	}
}

func TestHowLateARepairIs(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for want, completed := range map[time.Duration]time.Time{
		0:           {},
		time.Minute: at.Add(-time.Minute),
	} {
		if got := (Repair{At: at, Task: Task{CompletedAt: completed}}).Late(); got != want {
			t.Errorf("completed at %s: %v, want %v", completed, got, want)
		}
	}
	ahead := Repair{At: at, Task: Task{CompletedAt: at.Add(time.Second)}}
	if ahead.Late() != 0 {
		t.Error("a provider whose clock is ahead makes a repair that was too early")
	}
}
