package task

import (
	"slices"
	"testing"
	"time"
)

func TestMismatches(t *testing.T) {
	t.Parallel()
	file := func(role Role, width, height int, length time.Duration) Asset {
		return Asset{Role: role, State: SavedAsset, Width: width, Height: height, Duration: length}
	}
	of := func(resolution string, assets ...Asset) Task {
		return Task{Resolution: resolution, Assets: assets}
	}
	fewer := func(role Role, claimed string, lines int) []Mismatch {
		return []Mismatch{{Kind: MismatchResolution, Role: role, Claimed: claimed, Lines: lines}}
	}
	open := file(Video, 1280, 720, 0)
	open.State = SavingAsset
	before := of("720p", file(Cover, 1, 1, 0), file(Video, 1280, 720, 5*time.Second))
	tests := map[string]struct {
		task   Task
		parent *Task
		want   []Mismatch
	}{
		"as claimed":            {of("1080p", file(Video, 1920, 1080, 0)), nil, nil},
		"as claimed, tall":      {of("1080P", file(Video, 1080, 1920, 0)), nil, nil},
		"a few lines fewer":     {of("1080p", file(Video, 1904, 1072, 0)), nil, nil},
		"more than claimed":     {of("720p", file(Video, 1920, 1080, 0)), nil, nil},
		"fewer":                 {of("1080p", file(Video, 1280, 720, 0)), nil, fewer(Video, "1080p", 720)},
		"fewer, tall":           {of("1080p", file(Video, 720, 1280, 0)), nil, fewer(Video, "1080p", 720)},
		"4K that is none":       {of("4k", file(Video, 1920, 1080, 0)), nil, fewer(Video, "4k", 1080)},
		"4K beside its source":  {of("4K", file(Video, 1920, 1080, 0), file(Upscale, 3840, 2160, 0)), nil, nil},
		"an upscale that is no": {of("4K", file(Upscale, 1920, 1080, 0)), nil, fewer(Upscale, "4K", 1080)},
		"in pixels":             {of("1920x1080", file(Video, 640, 360, 0)), nil, fewer(Video, "1920x1080", 360)},
		"2K and 8K":             {of("2k", file(Video, 2560, 1440, 0)), nil, nil},
		"8K":                    {of("8k", file(Video, 7680, 4320, 0)), nil, nil},
		"nothing claimed":       {of("", file(Video, 64, 36, 0)), nil, nil},
		"an unknown claim":      {of("auto", file(Video, 64, 36, 0)), nil, nil},
		"a negative claim":      {of("-5p", file(Video, 64, 36, 0)), nil, nil},
		"dimensions unknown":    {of("1080p", file(Video, 0, 0, 0)), nil, nil},
		"not saved yet":         {of("1080p", open), nil, nil},
		"the original":          {of("1080p", file(Original, 1280, 720, 0)), nil, nil},
		"the cover":             {of("1080p", file(Cover, 64, 36, 0)), nil, nil},

		"longer":           {of("", file(Video, 0, 0, 10*time.Second)), &before, nil},
		"length unknown":   {of("", file(Video, 0, 0, 0)), &before, nil},
		"parent unknown":   {of("", file(Video, 0, 0, time.Second)), nil, nil},
		"parent not saved": {of("", file(Video, 0, 0, time.Second)), &Task{Assets: []Asset{open}}, nil},
		"not longer": {of("", file(Video, 0, 0, 5*time.Second+40*time.Millisecond)), &before,
			[]Mismatch{{Kind: MismatchLength, Role: Video, Length: 5*time.Second + 40*time.Millisecond,
				Parent: 5 * time.Second}}},
	}
	for name, tt := range tests {
		if got := Mismatches(tt.task, tt.parent); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}

func TestHowLongAnAttemptTook(t *testing.T) {
	t.Parallel()
	begun := time.Unix(1000, 0)
	for name, tt := range map[string]struct {
		at    Attempt
		want  time.Duration
		known bool
	}{
		"running": {Attempt{StartedAt: begun}, 0, false},
		"ended":   {Attempt{StartedAt: begun, EndedAt: begun.Add(time.Second)}, time.Second, true},
		"a clock turned back": {Attempt{StartedAt: begun, EndedAt: begun.Add(-time.Second)}, 0,
			true},
	} {
		if got, known := tt.at.Took(); got != tt.want || known != tt.known {
			t.Errorf("%s: %v, %t", name, got, known)
		}
	}
}
