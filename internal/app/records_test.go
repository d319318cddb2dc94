package app

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/work"
)

func TestWhatTheAskerIsTold(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kind  error
		is    error         // what it must be, besides itself
		quiet time.Duration // -1: not about every question
	}{
		"no record":    {kie.ErrNoRecord, work.ErrNoRecord, -1},
		"gone":         {kie.ErrRecordGone, work.ErrRecordGone, -1},
		"wrong key":    {kie.ErrUnauthorized, kie.ErrUnauthorized, 10 * time.Minute},
		"too often":    {kie.ErrRateLimited, kie.ErrRateLimited, 7 * time.Second},
		"maintenance":  {kie.ErrMaintenance, kie.ErrMaintenance, 5 * time.Minute},
		"unavailable":  {kie.ErrUnavailable, kie.ErrUnavailable, 0},
		"refused":      {kie.ErrRefused, kie.ErrRefused, -1},
		"foreign link": {kie.ErrForeignLink, kie.ErrForeignLink, -1},
	}
	for name, test := range tests {
		err := advise(fmt.Errorf("query: %w",
			&kie.APIError{Kind: test.kind, RetryAfter: 7 * time.Second}))
		var quiet *work.Quiet
		if !errors.Is(err, test.is) || errors.As(err, &quiet) != (test.quiet >= 0) ||
			quiet != nil && quiet.For != test.quiet {
			t.Errorf("%s: %#v", name, err)
		}
	}
	if gone := advise(&kie.APIError{Kind: kie.ErrNoRecord}); errors.Is(gone, work.ErrRecordGone) {
		t.Error("a record that is not there yet is gone")
	}
	if err := advise(context.Canceled); !errors.Is(err, context.Canceled) {
		t.Errorf("the end of the program: %v", err)
	}
	if advise(nil) != nil {
		t.Error("no error is one")
	}
}

func TestPatience(t *testing.T) {
	t.Parallel()
	if patience(config.Config{AskAfter: time.Minute}) != nil {
		t.Error("there is no key, and somebody is asked")
	}
	p := patience(config.Config{KieAPIKey: "k", AskAfter: 5 * time.Second})
	if p.Silence != 5*time.Second || p.Gap != 5*time.Second || p.Gone == 0 {
		t.Errorf("%+v", p)
	}
	p = patience(config.Config{KieAPIKey: "k", AskAfter: 2 * time.Minute})
	if p.Silence != 2*time.Minute || p.Gap != 30*time.Second {
		t.Errorf("%+v", p)
	}
}
