package work

import (
	"context"
	"testing"

	"github.com/reelback/reelback/internal/fetch"
	"github.com/reelback/reelback/internal/task"
)

// TestAnAttemptIsRememberedHoweverItEnds looks at what is kept of attempts.
func TestAnAttemptIsRememberedHoweverItEnds(t *testing.T) {
	t.Parallel()
	trace := fetch.Trace{Host: "cdn", Status: 206, From: 5, Bytes: 7}
	want := task.Attempt{Number: 1, Host: "cdn", Status: 206, From: 5, Bytes: 7}
	tests := map[string]struct {
		err    error
		stop   bool
		result task.AttemptResult
		reason string
	}{
		"saved": {nil, false, task.AttemptSaved, ""},
		"cut": {&fetch.Error{Kind: fetch.Cut}, false, task.AttemptFailed,
			"the connection was cut before the file was complete"},
		"a disk":  {full, false, task.AttemptFailed, reasonFull},
		"stopped": {&fetch.Error{Kind: fetch.Cancelled}, true, task.AttemptInterrupted, ""},
	}
	for name, tt := range tests {
		q := newQueue(task.Asset{Task: 1, SourceURL: "https://a.example/x?sig=s3cret"})
		ctx, cancel := context.WithCancel(t.Context())
		s := newTestSaver(t, q, fetchFunc(func(ctx context.Context, r request) (result, error) {
			*r.Trace = trace
			if tt.stop {
				cancel()
			}
			if tt.err != nil {
				return result{}, tt.err
			}
			return brings([]byte("video"))(ctx, r)
		}))
		s.save(ctx, claim(t, q))
		cancel()
		if len(q.tried) != 1 {
			t.Fatalf("%s: kept are %+v", name, q.tried)
		}
		got := q.tried[0]
		if got.StartedAt.IsZero() || got.EndedAt.Before(got.StartedAt) {
			t.Errorf("%s: from %s to %s", name, got.StartedAt, got.EndedAt)
		}
		got.StartedAt, got.EndedAt = want.StartedAt, want.EndedAt
		want.Result, want.Reason = tt.result, tt.reason
		if got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}

// TestAnAttemptWithoutAnAnswerKeepsItsHost has nobody to connect to.
func TestAnAttemptWithoutAnAnswerKeepsItsHost(t *testing.T) {
	t.Parallel()
	q := newQueue(task.Asset{Task: 1, SourceURL: "https://a.example/x?sig=s3cret"})
	s := newTestSaver(t, q, fails(&fetch.Error{Kind: fetch.Network}))
	c := claim(t, q)
	q.steal(0) // the outcome comes too late, but the attempt has ended
	s.save(t.Context(), c)
	if len(q.tried) != 1 || q.tried[0].Host != "a.example" ||
		q.tried[0].Result != task.AttemptInterrupted {
		t.Errorf("kept are %+v", q.tried)
	}
}
