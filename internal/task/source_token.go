package task

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// FirstToken is the name of the token that a source begins with.
const FirstToken = "first"

// SourceToken is a secret at the end of a source's callback address. A source may have several,
// so that each sender has one of its own and one can be replaced without a gap.
type SourceToken struct {
	ID         int64 // never given again
	Source     string
	Name       string // what it is for; two may have the same, as while one replaces the other
	Token      string
	CreatedAt  time.Time
	ExpiresAt  time.Time // zero for one that does not end
	LastUsedAt time.Time // zero before the first use
}

// Valid says whether callbacks with the token are taken at that moment.
func (t SourceToken) Valid(now time.Time) bool { return !t.Ends() || now.Before(t.ExpiresAt) }

// Ends says whether the token is being phased out or has ended.
func (t SourceToken) Ends() bool { return !t.ExpiresAt.IsZero() }

// Masked returns as much of the token as it takes to tell it from another.
func (t SourceToken) Masked() string { return MaskSecret(t.Token) }

// String describes the token without giving it away, so that none gets into a log by accident.
func (t SourceToken) String() string {
	return fmt.Sprintf("%s token %d %q %s", t.Source, t.ID, t.Name, t.Masked())
}

// MaskSecret shows as much of a secret as it takes to tell two of them apart.
func MaskSecret(secret string) string {
	if len(secret) < 16 {
		return "…"
	}
	return secret[:4] + "…" + secret[len(secret)-4:]
}

// SortTokens puts the token to give out first: those that do not end, then those that last longest,
// the newest first.
func SortTokens(tokens []SourceToken) {
	slices.SortFunc(tokens, func(a, b SourceToken) int {
		switch {
		case a.Ends() != b.Ends():
			if a.Ends() {
				return 1
			}
			return -1
		case !a.ExpiresAt.Equal(b.ExpiresAt):
			return b.ExpiresAt.Compare(a.ExpiresAt)
		case !a.CreatedAt.Equal(b.CreatedAt):
			return b.CreatedAt.Compare(a.CreatedAt)
		}
		return cmp.Compare(b.ID, a.ID)
	})
}

// Rotation replaces tokens of a source by a new one.
type Rotation struct {
	Source  string
	Only    int64         // the token to replace; 0 for all that are valid
	Name    string        // of the new one; empty for that of the one it replaces
	Token   string        // the new secret
	Overlap time.Duration // how long the old ones stay valid; 0 ends them at once
}

// Check says what is wrong with the rotation.
func (r Rotation) Check() error {
	if r.Overlap < 0 || r.Overlap > MaxOverlap {
		return fmt.Errorf("an old token can stay valid for up to %d days, not for %s",
			MaxOverlap/(24*time.Hour), r.Overlap)
	}
	if r.Name == "" {
		return nil
	}
	return CheckTokenName(r.Name)
}

// DefaultOverlap is how long an old token stays valid where nothing else is said: time for every
// sender to change.
const DefaultOverlap = 24 * time.Hour

// MaxOverlap is how long an old token may stay valid beside its successor: one that is kept
// longer is no old one.
const MaxOverlap = 90 * 24 * time.Hour

// Replaced returns the tokens that a rotation ends, each with its end, the one to be given out
// first in front. A token that would end sooner by itself keeps its end.
func (r Rotation) Replaced(tokens []SourceToken, now time.Time) []SourceToken {
	var old []SourceToken
	for _, t := range tokens {
		if t.Source != r.Source || !t.Valid(now) || r.Only != 0 && t.ID != r.Only {
			continue
		}
		old = append(old, t)
	}
	SortTokens(old)
	end := now.Add(r.Overlap)
	for i := range old {
		if !old[i].Ends() || end.Before(old[i].ExpiresAt) {
			old[i].ExpiresAt = end
		}
	}
	return old
}

// ErrLastToken says that a source would be left without a token that lasts.
var ErrLastToken = errors.New("it is the last token of its source")

// IsLast says whether revoking a token would leave its source without one that lasts. One that
// has ended is missed by nobody.
func IsLast(tokens []SourceToken, revoked SourceToken, now time.Time) bool {
	if !revoked.Valid(now) {
		return false
	}
	return !slices.ContainsFunc(tokens, func(t SourceToken) bool {
		return t.Source == revoked.Source && t.ID != revoked.ID && !t.Ends()
	})
}

// maxTokenName is how long the name of a token may be, in characters.
const maxTokenName = 60

// CheckTokenName says what is wrong with the name of a token. One of digits alone would be taken
// for a token's number.
func CheckTokenName(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return errors.New("a token needs a name")
	case strings.TrimSpace(name) != name:
		return errors.New("the name of a token cannot begin or end with a space")
	case utf8.RuneCountInString(name) > maxTokenName:
		return fmt.Errorf("the name of a token has %d characters at most", maxTokenName)
	case !utf8.ValidString(name) ||
		strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return errors.New("the name of a token has characters that cannot be printed")
	case strings.Trim(name, "0123456789") == "":
		return errors.New("the name of a token needs something besides digits")
	}
	return nil
}
