package task

import (
	"testing"
	"time"
)

func TestAlarmOf(t *testing.T) {
	t.Parallel()
	for left, want := range map[time.Duration]Alarm{
		-time.Hour: Alarm2h, 2*time.Hour - 1: Alarm2h, 2 * time.Hour: Alarm24h,
		24*time.Hour - 1: Alarm24h, 24 * time.Hour: Alarm72h, 72*time.Hour - 1: Alarm72h,
		72 * time.Hour: "",
	} {
		if got := AlarmOf(left); got != want {
			t.Errorf("with %v left: %q, want %q", left, got, want)
		}
	}
}

func TestTrafficIsHonestAboutWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	half := Fetching{Bytes: 500, Total: 1000, Speed: 100}
	endless := Fetching{Bytes: 500, Speed: 100}
	still := Fetching{Bytes: 500, Total: 1000}
	crawling := Fetching{Total: 1 << 50, Speed: 1e-9}
	tests := map[string]struct {
		traffic Traffic
		left    time.Duration
		known   bool
	}{
		"nothing":                {nil, 0, false},
		"half of one":            {Traffic{half}, 5 * time.Second, true},
		"two side by side":       {Traffic{half, half}, 5 * time.Second, true},
		"one that stands still":  {Traffic{half, still}, 10 * time.Second, true},
		"one of unknown length":  {Traffic{half, endless}, 0, false},
		"none that moves":        {Traffic{still}, 0, false},
		"longer than anybody is": {Traffic{crawling}, longestLeft, true},
		"more than was promised": {Traffic{{Bytes: 9, Total: 5, Speed: 1}}, 0, true},
	}
	for name, tt := range tests {
		if left, known := tt.traffic.Left(); left != tt.left || known != tt.known {
			t.Errorf("%s: %v, %v, want %v, %v", name, left, known, tt.left, tt.known)
		}
		if len(tt.traffic) != 1 {
			continue
		}
		if left, known := tt.traffic[0].Left(); left != tt.left || known != tt.known {
			t.Errorf("%s alone: %v, %v, want %v, %v", name, left, known, tt.left, tt.known)
		}
	}
}

func TestTrafficIsFoundByTheWholeNameOfAFile(t *testing.T) {
	t.Parallel()
	traffic := Traffic{{Provider: "kie", TaskID: "t", Role: Video, Index: 1, Bytes: 7}}
	of := Task{Provider: "kie", TaskID: "t"}
	if f, ok := traffic.Find(of, Asset{Role: Video, Index: 1}); !ok || f.Bytes != 7 {
		t.Errorf("found %+v, %v", f, ok)
	}
	for name, a := range map[string]Asset{"role": {Role: Cover, Index: 1}, "index": {Role: Video}} {
		if _, ok := traffic.Find(of, a); ok {
			t.Errorf("found by another %s", name)
		}
	}
	if _, ok := traffic.Find(Task{Provider: "kie", TaskID: "u"}, Asset{Role: Video, Index: 1}); ok {
		t.Error("found for another task")
	}
}
