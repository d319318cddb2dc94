package task

import "time"

// Attempt is one try at fetching an asset.
type Attempt struct {
	Role      Role
	Index     int
	Number    int // from 1, counting every attempt at the asset
	Result    AttemptResult
	StartedAt time.Time
	EndedAt   time.Time // zero while it runs, and where a kill hid the end
	Host      string    // that answered last; no path, because links are signed
	Status    int       // of the last answer; 0 without one
	From      int64     // bytes that were there already and were gone on from
	Bytes     int64     // that it brought
	Reason    string    // why it failed; words for pages, empty when it did not
	Relinked  Relinked  // what the search for a living link came to; empty without one
	Refused   string    // the address that may not be spoken to, where that is why; else empty
}

// AttemptResult is how an attempt ended.
type AttemptResult string

// The results of an attempt.
const (
	AttemptRunning     AttemptResult = "running"
	AttemptSaved       AttemptResult = "saved"
	AttemptFailed      AttemptResult = "failed"
	AttemptInterrupted AttemptResult = "interrupted" // by us: a stop, a kill, a lost claim
)

// KeptAttempts is how many attempts at an asset are remembered, the newest ones.
const KeptAttempts = 50

// Took returns how long the attempt ran; false where that is not known.
func (a *Attempt) Took() (time.Duration, bool) {
	if a.EndedAt.IsZero() {
		return 0, false
	}
	return max(a.EndedAt.Sub(a.StartedAt), 0), true
}
