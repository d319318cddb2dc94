package task

import (
	"testing"
	"time"
)

func TestDeriveStatus(t *testing.T) {
	t.Parallel()
	tests := []struct {
		states []AssetState
		want   Status
	}{
		{nil, Unconfirmed},
		{[]AssetState{Pending}, Saving},
		{[]AssetState{SavingAsset}, Saving},
		{[]AssetState{SavedAsset}, Saved},
		{[]AssetState{FailedAsset}, NotSaved},
		{[]AssetState{ExpiredAsset}, Expired},
		{[]AssetState{SavedAsset, SavedAsset}, Saved},
		{[]AssetState{SavedAsset, Pending}, Saving},
		{[]AssetState{SavedAsset, SavingAsset}, Saving},
		{[]AssetState{FailedAsset, Pending}, Saving},
		{[]AssetState{ExpiredAsset, SavingAsset}, Saving},
		{[]AssetState{SavedAsset, FailedAsset}, PartlySaved},
		{[]AssetState{ExpiredAsset, SavedAsset}, PartlySaved},
		{[]AssetState{FailedAsset, ExpiredAsset}, Expired},
		{[]AssetState{FailedAsset, FailedAsset}, NotSaved},
		{[]AssetState{SavedAsset, FailedAsset, ExpiredAsset}, PartlySaved},
	}
	for _, test := range tests {
		assets := make([]Asset, len(test.states))
		for i := range assets {
			assets[i].State = test.states[i]
		}
		if got := DeriveStatus(assets); got != test.want {
			t.Errorf("%v: got %s, want %s", test.states, got, test.want)
		}
	}
}

func TestAfterFailure(t *testing.T) {
	t.Parallel()
	now := at(0)
	far := now.Add(lifetime)
	tests := map[string]struct {
		failures int // before
		failure  Failure
		expires  time.Time
		state    AssetState
		next     time.Duration // from now; of a pending one
	}{
		"the first":              {0, Failure{}, far, Pending, 2 * time.Second},
		"the second":             {1, Failure{}, far, Pending, 10 * time.Second},
		"many":                   {40, Failure{}, far, Pending, 6 * time.Hour},
		"no expiry known":        {40, Failure{}, time.Time{}, Pending, 6 * time.Hour},
		"permanent":              {0, Failure{Permanent: true}, far, FailedAsset, 0},
		"permanent and dead":     {9, Failure{Permanent: true, LinkDead: true}, far, FailedAsset, 0},
		"not there, fresh":       {0, Failure{LinkDead: true}, far, Pending, 2 * time.Second},
		"not there, fourth":      {3, Failure{LinkDead: true}, far, Pending, 2 * time.Minute},
		"not there for a day":    {11, Failure{LinkDead: true}, far, ExpiredAsset, 0},
		"useless, not yet a day": {10, Failure{Useless: true}, far, Pending, 6 * time.Hour},
		"useless for a day":      {11, Failure{Useless: true}, far, FailedAsset, 0},
		"no time for the next":   {6, Failure{}, now.Add(time.Second), ExpiredAsset, 0},
		"no time, dead":          {0, Failure{LinkDead: true}, now.Add(time.Second), ExpiredAsset, 0},
		"no time, and new":       {0, Failure{}, now.Add(time.Second), Pending, 2 * time.Second},
		"just time for the next": {0, Failure{}, now.Add(2 * time.Second), Pending, 2 * time.Second},
		"an hour left of six":    {12, Failure{}, now.Add(time.Hour), Pending, 30 * time.Minute},
		"a minute left":          {12, Failure{}, now.Add(time.Minute), ExpiredAsset, 0},
		"long past its expiry":   {6, Failure{}, now.Add(-time.Hour), ExpiredAsset, 0},
		"past by a wrong clock":  {5, Failure{}, now.Add(-time.Hour), Pending, 30 * time.Minute},
	}
	for name, test := range tests {
		a := Asset{Task: 7, Role: Video, State: SavingAsset, SourceURL: "https://a/1",
			ExpiresAt: test.expires, Failures: test.failures, Claim: 3}
		test.failure.Reason = "the server hung up"
		want := a
		want.Failures, want.Error, want.State = a.Failures+1, "the server hung up", test.state
		if test.state == Pending {
			want.NextTryAt = now.Add(test.next)
		}
		if got := AfterFailure(a, test.failure, now, 0); got != want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, got, want)
		}
	}
}

func TestALinkIsNotGivenUpWithinADay(t *testing.T) {
	t.Parallel()
	a, now := Asset{State: Pending, ExpiresAt: at(0).Add(lifetime)}, at(0)
	for a.State == Pending {
		a = AfterFailure(a, Failure{LinkDead: true}, now, -1)
		if a.State == Pending {
			now = a.NextTryAt
		}
	}
	if waited := now.Sub(at(0)); waited < 20*time.Hour || waited > 48*time.Hour {
		t.Errorf("given up after %v", waited)
	}
}

func TestRetryDelay(t *testing.T) {
	t.Parallel()
	tests := []struct {
		n    int
		want time.Duration
	}{
		{-1, 2 * time.Second}, {0, 2 * time.Second}, {1, 2 * time.Second}, {2, 10 * time.Second},
		{3, 30 * time.Second}, {4, 2 * time.Minute}, {5, 10 * time.Minute}, {6, 30 * time.Minute},
		{7, time.Hour}, {8, 3 * time.Hour}, {9, 6 * time.Hour}, {10, 6 * time.Hour},
		{1 << 30, 6 * time.Hour},
	}
	for _, test := range tests {
		if got := RetryDelay(test.n, 0); got != test.want {
			t.Errorf("after failure %d: %s, want %s", test.n, got, test.want)
		}
		if got := RetryDelay(test.n, 1); got != test.want+test.want/10 {
			t.Errorf("after failure %d, at the latest: %s", test.n, got)
		}
		if got := RetryDelay(test.n, -1); got != test.want-test.want/10 {
			t.Errorf("after failure %d, at the earliest: %s", test.n, got)
		}
	}
}

func TestFirstRetryComesWithinThreeSeconds(t *testing.T) {
	t.Parallel()
	for _, jitter := range []float64{-1e9, -1, -0.5, 0, 0.5, 0.999, 1, 7, 1e9} {
		if got := RetryDelay(1, jitter); got < time.Second || got > 3*time.Second {
			t.Errorf("with jitter %g it comes after %s", jitter, got)
		}
	}
}

func TestAfterRelinkNothingIsGivenUp(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_000_000, 0)
	a := Asset{State: SavingAsset, ExpiresAt: now.Add(-time.Hour)} // dead by the first link's word
	for i := 1; i <= 100; i++ {
		a = AfterRelink(a, "the server answered 404", now, 0)
		want := now.Add(RetryDelay(i, 0))
		if a.State != Pending || a.Failures != i || !a.NextTryAt.Equal(want) || a.Error == "" {
			t.Fatalf("after %d dead links: %+v", i, a)
		}
	}
}
