package work

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/testkit"
)

// house counts the rounds; each removes n or fails.
type house struct {
	rounds atomic.Int64
	n      int64
	err    error
	before time.Time
}

func (h *house) DropRefused(ctx context.Context) (int64, error) {
	h.rounds.Add(1)
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return h.n, h.err
}

func (h *house) DropSignatures(_ context.Context, before time.Time) (int64, error) {
	h.before = before
	return 0, nil
}

func (h *house) DropSessions(context.Context) (int64, error) { return 0, h.err }

func (h *house) DropAudit(context.Context) (int64, error) { return 0, h.err }

// TestSignaturesAreKeptForAsLongAsTheyCouldBeAccepted: one made at the far end of the window ahead
// is accepted until its far end behind.
func TestSignaturesAreKeptForAsLongAsTheyCouldBeAccepted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &house{}
		k := Keeper{House: h, Log: testkit.Quiet(), Signatures: 30 * time.Minute}
		k.round(t.Context())
		if got := time.Since(h.before); got != time.Hour {
			t.Errorf("those of the last %s are kept", got)
		}
	})
}

func TestTheKeeperMakesItsRounds(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		every time.Duration
		want  int64 // rounds in ten minutes, the first at once
	}{
		"every minute by default": {0, 11},
		"as often as asked":       {5 * time.Minute, 3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := &house{}
				ctx, stop := context.WithCancel(t.Context())
				done := make(chan error, 1)
				k := &Keeper{House: h, Log: testkit.Quiet(), Every: tt.every}
				go func() { done <- k.Run(ctx) }()
				synctest.Wait()
				if n := h.rounds.Load(); n != 1 {
					t.Errorf("%d rounds at once, want 1", n)
				}
				time.Sleep(10*time.Minute + time.Second) // of the bubble
				stop()
				if err := <-done; err != nil {
					t.Error(err)
				}
				if n := h.rounds.Load(); n != tt.want {
					t.Errorf("%d rounds, want %d", n, tt.want)
				}
			})
		})
	}
}

func TestWhatTheKeeperSays(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		house *house
		ended bool
		want  string
	}{
		"something removed":     {&house{n: 3}, false, "old refused deliveries removed"},
		"nothing removed":       {&house{}, false, ""},
		"a failure":             {&house{err: errors.New("disk I/O error")}, false, "disk I/O error"},
		"cut short by shutdown": {&house{}, true, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log testkit.Log
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if tt.ended {
				cancel()
			}
			(&Keeper{House: tt.house, Log: log.Logger()}).round(ctx)
			if text := log.String(); !strings.Contains(text, tt.want) || (tt.want == "") != (text == "") {
				t.Errorf("the log says %q, want %q", text, tt.want)
			}
		})
	}
}
