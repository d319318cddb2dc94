package sim

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"
)

func TestLineTellsAnAttempt(t *testing.T) {
	t.Parallel()
	day := Callback{Product: "veo3.1", Title: "one video", Prompt: "清晨的湖面上漂着一只纸船"}
	tests := []struct {
		name    string
		attempt Attempt
		want    string
	}{
		{"accepted", Attempt{Callback: day, Number: 1, Of: 4, Status: 200, Took: 7 * time.Millisecond},
			"veo3.1         accepted       7 ms  one video: 清晨的湖面上漂着一只纸船"},
		{"refused", Attempt{Callback: day, Number: 1, Of: 4, Status: 503},
			"veo3.1         503            0 ms  one video: 清晨的湖面上漂着一只纸船 (attempt 1 of 4)"},
		{"accepted later", Attempt{
			Callback: Callback{Product: "runway", Title: "success"},
			Number:   2, Of: 4, Status: 200, Duplicate: true,
		}, "runway         accepted       0 ms  success (duplicate, attempt 2 of 4)"},
		{"too late", Attempt{
			Callback: Callback{Product: "runway-extend", Title: "failed"},
			Number:   4, Of: 4, Err: fmt.Errorf("x: %w", context.DeadlineExceeded),
			Took: 15 * time.Second,
		}, "runway-extend  too late   15000 ms  failed (attempt 4 of 4)"},
		{"no answer", Attempt{
			Callback: Callback{Product: "runway", Title: "success"}, Number: 1, Of: 1, Err: io.EOF,
		}, "runway         no answer      0 ms  success (attempt 1 of 1)"},
	}
	for _, tc := range tests {
		if got := line(tc.attempt); got != tc.want {
			t.Errorf("%s:\n%q, want\n%q", tc.name, got, tc.want)
		}
	}
}

func TestShortenCountsCharactersNotBytes(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"清晨的湖面", "清晨的湖面"}, {"清晨的湖面上", "清晨的湖…"}, {"", ""}, {"a b c d", "a b…"},
	}
	for _, tc := range tests {
		if got := shorten(tc.text, 5); got != tc.want {
			t.Errorf("shorten(%q) is %q, want %q", tc.text, got, tc.want)
		}
	}
}

func TestSummaryNamesOnlyWhatHappened(t *testing.T) {
	t.Parallel()
	tests := []struct {
		sum  Summary
		want string
	}{
		{Summary{Callbacks: 3, Attempts: 3, Accepted: 3}, "3 callbacks: 3 accepted"},
		{Summary{Callbacks: 9, Accepted: 6, Duplicates: 1, Dropped: 2, Retries: 5, GivenUp: 2},
			"9 callbacks: 6 accepted, 1 sent twice, 2 dropped, 5 retries, 2 given up"},
	}
	for _, tc := range tests {
		if got := tc.sum.String(); got != tc.want {
			t.Errorf("summary is %q, want %q", got, tc.want)
		}
	}
}
