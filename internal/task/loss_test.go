package task

import (
	"testing"
	"time"
)

func TestLostFilesAreExplainedByTheirAttempts(t *testing.T) {
	t.Parallel()
	begun := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	try := func(n, status int, reason string, relinked Relinked) Attempt {
		return Attempt{Role: Video, Number: n, StartedAt: begun.Add(time.Duration(n) * time.Hour),
			Status: status, Reason: reason, Relinked: relinked}
	}
	dead := func(n int, relinked Relinked) Attempt { return try(n, 404, Answered(404), relinked) }
	given := func(state AssetState, reason string) Asset {
		return Asset{Role: Video, State: state, Error: reason, Failures: 2}
	}
	tests := map[string]struct {
		asset    Asset
		attempts []Attempt
		want     Lost
	}{
		"dead from the start, nobody to ask": {given(ExpiredAsset, Answered(404)),
			[]Attempt{dead(1, RelinkNoKey), dead(2, RelinkNoKey)},
			Lost{Cause: LostLink, Relinked: RelinkNoKey, AtOnce: true, Attempts: 2}},
		"died after a cut, record gone": {given(ExpiredAsset, Answered(410)),
			[]Attempt{try(1, 200, "cut", ""), dead(2, RelinkGone)},
			Lost{Cause: LostLink, Relinked: RelinkGone, Attempts: 2}},
		"its beginnings are forgotten": {given(ExpiredAsset, Answered(404)),
			[]Attempt{dead(40, RelinkNone)}, Lost{Cause: LostLink, Relinked: RelinkNone, Attempts: 1}},
		"the disk was full": {given(ExpiredAsset, Answered(403)),
			[]Attempt{try(1, 200, ReasonDiskFull, ""), try(2, 403, Answered(403), RelinkSilent)},
			Lost{Cause: LostLink, Relinked: RelinkSilent, DiskFull: true, Attempts: 2}},
		"never tried": {Asset{Role: Video, State: FailedAsset, Error: "the address is not public"},
			nil, Lost{Cause: LostUnusable}},
		"no such file": {given(FailedAsset, "wrong type of file"),
			[]Attempt{try(1, 200, "wrong type of file", "")}, Lost{Cause: LostFile, Attempts: 1}},
		"never whole": {given(ExpiredAsset, "the connection failed"),
			[]Attempt{try(1, 0, "the connection failed", "")},
			Lost{Cause: LostUnreachable, Attempts: 1}},
	}
	events := []Event{{Kind: EventAttempt, Role: Video, At: begun},
		{Kind: EventAssetExpired, Role: Cover, At: begun},
		{Kind: EventAssetExpired, Role: Video, At: begun.Add(time.Hour)},
		{Kind: EventAssetFailed, Role: Video, At: begun.Add(2 * time.Hour)}}
	for name, tt := range tests {
		other := try(1, 404, Answered(404), RelinkFresh)
		other.Role = Cover // another file's attempts say nothing
		lost := LostFiles(Task{Assets: []Asset{tt.asset}}, append(tt.attempts, other), events)
		want := tt.want
		want.Asset, want.At = tt.asset, begun.Add(2*time.Hour)
		if len(tt.attempts) > 0 {
			want.First = tt.attempts[0].StartedAt
		}
		if len(lost) != 1 || lost[0] != want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, lost, want)
		}
	}
}

func TestALinkThatAFileWasSavedFromDidNotNeverWork(t *testing.T) {
	t.Parallel()
	of := Task{Assets: []Asset{{Role: Video, State: ExpiredAsset, Failures: 1, Error: Answered(404)}}}
	attempts := []Attempt{{Role: Video, Number: 1, Status: 404, Reason: Answered(404)}}
	gone := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	lost := LostFiles(of, attempts, []Event{{Kind: EventFileGone, Role: Video, At: gone}})
	if len(lost) != 1 || lost[0].AtOnce || !lost[0].Gone.Equal(gone) {
		t.Errorf("explained by %+v", lost)
	}
}

func TestOnlyWhatIsLostOrAboutToBeIsExplained(t *testing.T) {
	t.Parallel()
	of := Task{Assets: []Asset{
		{Role: Video, State: SavedAsset},
		{Role: Video, Index: 1, State: Pending},
		{Role: Video, Index: 2, State: Pending, Failures: 1, Error: "the connection failed"},
		{Role: Video, Index: 3, State: Pending, Failures: 1, Error: Answered(403)},
		{Role: Video, Index: 4, State: FailedAsset, Error: ErrorRecordFailed},
		{Role: Video, Index: 5, State: FailedAsset, Error: ErrorNotOnRecord},
		{Role: Video, Index: 6, State: ExpiredAsset, Failures: 1, Error: Answered(500)},
	}}
	var found []int
	for _, l := range LostFiles(of, nil, []Event{{Kind: EventAssetExpired, Role: Video, Index: 3}}) {
		found = append(found, l.Asset.Index)
		if l.Asset.Open() && !l.At.IsZero() {
			t.Errorf("%d is given up at %v, and there is hope", l.Asset.Index, l.At)
		}
	}
	if len(found) != 2 || found[0] != 3 || found[1] != 6 {
		t.Errorf("explained %v, want 3 and 6", found)
	}
}
