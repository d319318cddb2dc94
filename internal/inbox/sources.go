package inbox

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"sync/atomic"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// endpoints are the sources that deliveries are taken for, by name. They are never changed, only
// replaced as a whole.
type endpoints map[string]endpoint

// endpoint is a source with what its tokens are compared by.
type endpoint struct {
	task.Source
	keys []key
}

type key struct {
	id   int64
	sum  [sha256.Size]byte
	ends time.Time // zero for never
	used *atomic.Int64
}

// SetSources replaces the sources and their tokens from the next delivery on. It may be called
// while deliveries come in, but not by two callers at once.
func (in *Inbox) SetSources(sources []task.Source) {
	used := make(map[int64]*atomic.Int64) // goes on for tokens that stay
	if before := in.sources.Load(); before != nil {
		for _, e := range *before {
			for _, k := range e.keys {
				used[k.id] = k.used
			}
		}
	}
	next := make(endpoints, len(sources))
	for _, s := range sources {
		if in.o.Readers[s.Provider] == nil {
			continue
		}
		e := endpoint{Source: s}
		for _, t := range s.Tokens {
			k := key{id: t.ID, sum: sha256.Sum256([]byte(t.Token)), ends: t.ExpiresAt,
				used: used[t.ID]}
			if k.used == nil {
				k.used = new(atomic.Int64)
			}
			e.keys = append(e.keys, k)
		}
		next[s.Name] = e
	}
	in.sources.Store(&next)
}

// TokenUses says when tokens were last used since the start, by their numbers.
func (in *Inbox) TokenUses() map[int64]time.Time {
	uses := make(map[int64]time.Time)
	for _, e := range *in.sources.Load() {
		for _, k := range e.keys {
			if at := k.used.Load(); at != 0 {
				uses[k.id] = time.UnixMicro(at).UTC()
			}
		}
	}
	return uses
}

// checkToken compares a token with the valid ones in a time that tells nothing about them, and
// notes the use of the one it is.
func checkToken(keys []key, token string, now time.Time) error {
	if token == "" {
		return errors.New(task.ReasonTokenMissing)
	}
	got := sha256.Sum256([]byte(token))
	match := -1
	for i, k := range keys {
		if !k.ends.IsZero() && !now.Before(k.ends) {
			continue
		}
		match = subtle.ConstantTimeSelect(subtle.ConstantTimeCompare(got[:], k.sum[:]), i, match)
	}
	if match < 0 {
		return errors.New(task.ReasonTokenWrong)
	}
	keys[match].used.Store(now.UnixMicro())
	return nil
}
