package auth

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Scope is what a token for the API may be used for.
type Scope string

// The scopes.
const (
	ScopeRead     Scope = "read"     // GET of the API
	ScopeRegister Scope = "register" // telling of submitted tasks
	ScopeMetrics  Scope = "metrics"
)

// Scopes lists the scopes.
func Scopes() []Scope { return []Scope{ScopeRead, ScopeRegister, ScopeMetrics} }

// APIToken is a token for the API as it is listed: never the secret itself.
type APIToken struct {
	ID         int64
	Name       string
	Scopes     []Scope
	CreatedAt  time.Time
	LastUsedAt time.Time // zero before the first use
}

// May says whether the token is good for something.
func (t *APIToken) May(s Scope) bool { return slices.Contains(t.Scopes, s) }

// ParseScopes reads names of scopes, each once and in order.
func ParseScopes(names []string) ([]Scope, error) {
	for _, name := range names {
		if !slices.Contains(Scopes(), Scope(name)) {
			return nil, fmt.Errorf("%q is no scope: give read, register or metrics", name)
		}
	}
	var scopes []Scope
	for _, s := range Scopes() {
		if slices.Contains(names, string(s)) {
			scopes = append(scopes, s)
		}
	}
	if len(scopes) == 0 {
		return nil, fmt.Errorf("a token needs a scope: give read, register or metrics")
	}
	return scopes, nil
}

// JoinScopes writes what ParseScopes reads, separated by commas.
func JoinScopes(scopes []Scope) string {
	names := make([]string, len(scopes))
	for i, s := range scopes {
		names[i] = string(s)
	}
	return strings.Join(names, ",")
}
