package work

import (
	"context"
	"slices"
	"testing"

	"github.com/reelback/reelback/internal/fetch"
	"github.com/reelback/reelback/internal/store"
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
		"a disk":  {full, false, task.AttemptFailed, task.ReasonDiskFull},
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

// TestAFreshLinkIsTriedAtOnce replaces a dead link while its claim is held.
func TestAFreshLinkIsTriedAtOnce(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		second error
		state  task.AssetState
		tried  []task.AttemptResult
	}{
		"and lives": {nil, task.SavedAsset,
			[]task.AttemptResult{task.AttemptFailed, task.AttemptSaved}},
		"and is dead, too": {&fetch.Error{Kind: fetch.Gone, Status: 410}, task.Pending,
			[]task.AttemptResult{task.AttemptFailed, task.AttemptFailed}},
		"and is cut": {&fetch.Error{Kind: fetch.Cut}, task.Pending,
			[]task.AttemptResult{task.AttemptFailed, task.AttemptFailed}},
	} {
		q := newQueue(task.Asset{Task: 1, SourceURL: "https://old/x", Failures: 40})
		asked := 0
		s := newTestSaver(t, q, fetchFunc(func(ctx context.Context, r request) (result, error) {
			if r.URL == "https://old/x" {
				return result{}, &fetch.Error{Kind: fetch.Gone, Status: 404}
			}
			if tt.second != nil {
				return result{}, tt.second
			}
			return brings([]byte("video"))(ctx, r)
		}), func(o *SaverOptions) {
			o.Relink = func(_ context.Context, c store.Claimed) task.Relinked {
				asked++
				q.held(c.Asset).SourceURL = "https://fresh/x"
				return task.RelinkFresh
			}
		})
		c := claim(t, q)
		s.hosts.take(c.Asset)
		s.save(t.Context(), c)
		if a := q.asset(0); a.State != tt.state || asked != 1 || len(s.hosts.now) != 0 {
			t.Errorf("%s: %+v, asked %d times, places taken %v", name, a, asked, s.hosts.now)
		}
		var tried []task.AttemptResult
		for _, at := range q.tried {
			tried = append(tried, at.Result)
		}
		if !slices.Equal(tried, tt.tried) {
			t.Errorf("%s: tried %v", name, tried)
		}
	}
}
