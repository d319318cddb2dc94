package task

import (
	"slices"
	"testing"
	"time"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 21, 14, 41, 30, 0, time.UTC)
	video := func(url string) []ReportFile { return []ReportFile{{Role: Video, URL: url}} }
	for name, c := range map[string]struct {
		task             Task
		callback, record Report
		want             []Difference
	}{
		"nothing": {},
		"the same, signed anew": {
			callback: Report{Result: ResultSucceeded, Code: 200, Files: video("https://a/1?sig=x")},
			record:   Report{Result: ResultSucceeded, Code: 200, Files: video("https://a/1?sig=y")},
		},
		"a silent side": {
			callback: Report{Result: ResultSucceeded, Message: "done", Fallback: FallbackNo, Prompt: "p"},
			record:   Report{Result: ResultSucceeded, Resolution: "720p", Fallback: FallbackUnknown, CreatedAt: at},
		},
		"another result": {
			task:     Task{Status: Failed, Code: 501, Message: "no"},
			callback: Report{Result: ResultSucceeded, Code: 200, Message: "yes", Files: video("https://evil/1")},
			record:   Report{Result: ResultFailed, Code: 501, Message: "no"},
			want: []Difference{
				{Field: FieldResult, Callback: "succeeded", Record: "failed", Won: RecordSide},
				{Field: FieldCode, Callback: "200", Record: "501", Won: RecordSide},
				{Field: FieldMessage, Callback: "yes", Record: "no", Won: RecordSide},
				{Field: string(Video), Callback: "https://evil/1", Won: RecordSide},
			},
		},
		"other links": {
			callback: Report{Files: append(video("https://evil/1"),
				ReportFile{Role: Cover, URL: "https://a/c"}, ReportFile{Role: Upscale, URL: "https://a/4k"})},
			record: Report{Files: append(video("https://a/1"), ReportFile{Role: Original, Index: 2, URL: "https://a/o"},
				ReportFile{Role: Cover, Index: 1, URL: "https://a/d"})},
			want: []Difference{
				{Field: string(Video), Callback: "https://evil/1", Record: "https://a/1", Won: RecordSide},
				{Field: string(Original), Index: 2, Record: "https://a/o", Won: RecordSide},
			},
		},
		"another cover": {
			callback: Report{Files: []ReportFile{{Role: Cover, URL: "https://evil/c"}}},
			record:   Report{Files: []ReportFile{{Role: Cover, URL: "https://a/c"}}},
			want:     []Difference{{Field: string(Cover), Callback: "https://evil/c", Record: "https://a/c", Won: RecordSide}},
		},
		"facts, by what the task says": {
			task:     Task{Fallback: FallbackNo, Resolution: "1080p", Prompt: "registered"},
			callback: Report{Fallback: FallbackNo, Resolution: "720p", Prompt: "called back"},
			record:   Report{Fallback: FallbackYes, Resolution: "1080p", Prompt: "on record"},
			want: []Difference{
				{Field: FieldFallback, Callback: "no", Record: "yes", Won: CallbackSide},
				{Field: FieldResolution, Callback: "720p", Record: "1080p", Won: RecordSide},
				{Field: FieldPrompt, Callback: "called back", Record: "on record"},
			},
		},
		"times, to the second": {
			callback: Report{CreatedAt: at, CompletedAt: at},
			record:   Report{CreatedAt: at.Add(300 * time.Millisecond), CompletedAt: at.Add(time.Minute)},
			want: []Difference{{Field: FieldCompletedAt, Callback: "2026-11-21T14:41:30Z",
				Record: "2026-11-21T14:42:30Z", Won: RecordSide}},
		},
	} {
		if got := Compare(c.task, c.callback, c.record); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n%+v\nwant\n%+v", name, got, c.want)
		}
	}
}

// TestCompareKnowsWhoWon lets Confirm decide, and looks whether Compare tells the same.
func TestCompareKnowsWhoWon(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_790_000_000, 0)
	callback := Report{Provider: "kie", TaskID: "t", Result: ResultSucceeded, Code: 200, Message: "yes",
		Fallback: FallbackNo, Prompt: "a boat", Files: []ReportFile{{Role: Video, URL: "https://evil/1"}}}
	record := Report{Provider: "kie", TaskID: "t", Result: ResultFailed, Code: 501, Message: "no",
		Fallback: FallbackYes, Prompt: "a ship"}
	applied := Apply(nil, callback, now, Rules{})
	applied.Task.Assets = applied.Assets
	confirmed := Confirm(applied.Task, Record{Report: record}, now, Rules{})
	want := map[string]Side{FieldResult: RecordSide, FieldCode: RecordSide, FieldMessage: RecordSide,
		string(Video): RecordSide, FieldFallback: CallbackSide, FieldPrompt: CallbackSide}
	got := Compare(confirmed.Task, callback, record)
	if confirmed.Task.CrossChecked != CheckDisagrees || len(got) != len(want) {
		t.Errorf("%+v", got)
	}
	for _, d := range got {
		if d.Won != want[d.Field] {
			t.Errorf("%s: %q won, want %q", d.Field, d.Won, want[d.Field])
		}
	}
}
