package task_test

import (
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

func TestAFileThatIsGoneIsFetchedAnewWhereThatIsPossible(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		expires time.Time
		asks    bool
		want    task.AssetState
		detail  string
	}{
		"the link lives":                {now.Add(time.Hour), false, task.Pending, task.GoneFetched},
		"nobody knows how long it does": {time.Time{}, false, task.Pending, task.GoneFetched},
		"it is dead":                    {now, false, task.ExpiredAsset, task.GoneLost},
		"it is dead, but there is a key": {now.Add(-time.Hour), true, task.Pending,
			task.GoneFetched},
	} {
		saved := task.Asset{Task: 3, Role: task.Video, Index: 1, State: task.SavedAsset, Claim: 4,
			Path: "a.mp4", Bytes: 9, SHA256: "aa", Width: 640, Failures: 2, ExpiresAt: tt.expires}
		a, e := task.AfterMissing(saved, task.ErrorFileMissing, tt.asks, now)
		if a.State != tt.want || a.Error != task.ErrorFileMissing || a.Path != "" || a.Bytes != 0 ||
			a.Failures != 0 || a.Claim != 5 || a.SHA256 != "aa" || a.Width != 640 || !a.Missing() {
			t.Errorf("%s: it is %+v", name, a)
		}
		want := task.Event{At: now, Kind: task.EventFileGone, Role: task.Video, Index: 1,
			Detail: tt.detail}
		if e != want {
			t.Errorf("%s: told as %+v", name, e)
		}
		back, e := task.AfterReturn(a, "a.mp4", 9, now)
		if back.State != task.SavedAsset || back.Path != "a.mp4" || back.Bytes != 9 ||
			back.Error != "" || back.Claim != 6 || back.Missing() ||
			e.Kind != task.EventFileBack || e.Detail != "9" {
			t.Errorf("%s: back it is %+v, told as %+v", name, back, e)
		}
	}
}

func TestWhatWasSavedOnceIsExplainedSo(t *testing.T) {
	t.Parallel()
	gone := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	given := gone.Add(time.Hour)
	events := []task.Event{
		{At: gone, Kind: task.EventFileGone, Role: task.Video},
		{At: gone, Kind: task.EventFileGone, Role: task.Video, Index: 1},
		{At: given, Kind: task.EventAssetExpired, Role: task.Video, Index: 1},
	}
	dead := task.Answered(404)
	lost := task.LostFiles(task.Task{Assets: []task.Asset{
		{Role: task.Video, State: task.ExpiredAsset, Error: task.ErrorFileMissing},
		{Role: task.Video, Index: 1, State: task.ExpiredAsset, Error: dead, Failures: 12},
	}}, []task.Attempt{
		{Role: task.Video, Number: 1, Result: task.AttemptSaved},
		{Role: task.Video, Index: 1, Number: 1, Result: task.AttemptSaved},
	}, events)
	if len(lost) != 2 {
		t.Fatalf("%d files are lost", len(lost))
	}
	if l := lost[0]; l.Cause != task.LostMissing || !l.At.Equal(gone) || !l.Gone.Equal(gone) {
		t.Errorf("the one that cannot be had again: %+v", l)
	}
	if l := lost[1]; l.Cause != task.LostLink || !l.At.Equal(given) || !l.Gone.Equal(gone) {
		t.Errorf("the one whose link died meanwhile: %+v", l)
	}
}

func TestEveryWayOfBeingAwayHasWords(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{"": true}
	for _, away := range []task.Away{task.Absent, task.Emptied} {
		if s := away.Sentence(); seen[s] {
			t.Errorf("%s says %q", away, s)
		} else {
			seen[s] = true
		}
	}
	if s := task.NotAway.Sentence(); s != "" {
		t.Errorf("all well says %q", s)
	}
}
