package task

import "time"

// DeriveStatus returns the status of a task whose generation succeeded, from its assets.
func DeriveStatus(assets []Asset) Status {
	var saved, expired int
	for i := range assets {
		switch assets[i].State {
		case Pending, SavingAsset:
			return Saving
		case SavedAsset:
			saved++
		case ExpiredAsset:
			expired++
		}
	}
	switch {
	case len(assets) == 0:
		return Unconfirmed
	case saved == len(assets):
		return Saved
	case saved > 0:
		return PartlySaved
	case expired > 0:
		return Expired
	default:
		return NotSaved
	}
}

// Failure is how an attempt at saving an asset ended badly.
type Failure struct {
	Reason    string // one sentence for the page
	Permanent bool   // the same link will never do: a forbidden address, a file too large
	LinkDead  bool   // the server says the file is not there (any more)
	Useless   bool   // the server sent something that is no such file
}

// How often a link may answer "not there", or with something else than the file, before it is
// believed: with the delays of RetryDelay that is a day. Storage that is down for an hour answers
// so too, and a paid video is worth waiting for.
const patience = 12

// TriedLong says whether the next failure is the one at which a server's word is believed.
func (a *Asset) TriedLong() bool { return a.Failures+1 >= patience }

// lastChance is how short before a link's end no further attempt is made.
const lastChance = time.Minute

// lateTries is how many attempts a link gets at least that should be dead by its own word, but
// failed for another reason: clocks differ, and servers have bad minutes. These take 40 minutes.
const lateTries = 7

// AfterFailure returns the asset as it stands after a failed attempt. Jitter spreads the next
// one; it is a share of the delay between -1 and 1 of its tenth.
func AfterFailure(a Asset, f Failure, now time.Time, jitter float64) Asset {
	a.Failures++
	a.Error = f.Reason
	next := now.Add(RetryDelay(a.Failures, jitter))
	if left := a.ExpiresAt.Sub(now); !a.ExpiresAt.IsZero() && next.After(a.ExpiresAt) &&
		left > lastChance {
		next = now.Add(left / 2) // a link about to die is worth more attempts, not fewer
	}
	switch {
	case f.Permanent:
		a.State = FailedAsset
	case f.LinkDead && a.Failures >= patience:
		a.State = ExpiredAsset
	case f.Useless && a.Failures >= patience:
		a.State = FailedAsset
	case !a.ExpiresAt.IsZero() && next.After(a.ExpiresAt) && (f.LinkDead || a.Failures >= lateTries):
		a.State = ExpiredAsset
	default:
		a.State, a.NextTryAt = Pending, next
	}
	return a
}

// AfterRelink returns the asset as it stands after an attempt at a dead link in whose place there
// is another one. However often that happens, it is not given up: who hands out links has the
// file.
func AfterRelink(a Asset, reason string, now time.Time, jitter float64) Asset {
	a.Failures++
	a.State, a.Error = Pending, reason
	a.NextTryAt = now.Add(RetryDelay(a.Failures, jitter))
	return a
}

// RetryDelay returns the pause after the n-th failure, from 2 s to 6 h, give or take a tenth
// according to jitter, which lies between -1 and 1 or is taken for the nearer of the two.
func RetryDelay(n int, jitter float64) time.Duration {
	delays := [...]time.Duration{
		2 * time.Second, 10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute,
		30 * time.Minute, time.Hour, 3 * time.Hour, 6 * time.Hour,
	}
	d := delays[min(max(n, 1), len(delays))-1]
	return d + time.Duration(min(max(jitter, -1), 1)*float64(d)/10)
}
