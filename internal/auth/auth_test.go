package auth

import (
	"errors"
	"strings"
	"testing"
)

func TestARoleIncludesThoseBelowIt(t *testing.T) {
	t.Parallel()
	for i, role := range Roles() {
		for j, needed := range Roles() {
			if got := role.Includes(needed); got != (i >= j) {
				t.Errorf("%s includes %s: %t", role, needed, got)
			}
		}
		for _, other := range []Role{"", ByAnyone, ByToken, "root"} {
			if role.Includes(other) || other.Includes(role) || other.Includes(other) {
				t.Errorf("%s and %q include one another", role, other)
			}
		}
	}
	if _, err := ParseRole("owner"); err == nil {
		t.Error("owner is a role")
	}
}

func TestPasswordsAndNames(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]error{
		"":                        ErrShort,
		"123456789":               ErrShort,
		"1234567890":              nil,
		"         a":              nil, // nothing else is asked of one
		"一二三四五六七八九十":              nil,
		strings.Repeat("ab", 128): nil,
		strings.Repeat("x", 256):  ErrPlain,
		"长长长长长长长长长长":              ErrPlain,
		"          ":              ErrPlain,
		" \t \u3000\u00a0 \t   ":  ErrPlain,
		strings.Repeat("x", 257):  ErrLong,
		strings.Repeat("长", 86):   ErrLong,
	} {
		if err := CheckPassword(password); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", password, err, want)
		}
	}
	for name, want := range map[string]error{
		"a": nil, "anna.b@example.com": nil, "管理员": nil, strings.Repeat("长", 64): nil,
		"": ErrName, "a b": ErrName, "a\n": ErrName, "a\u202e": ErrName, "\xff": ErrName,
		"a\u00a0b": ErrName, strings.Repeat("a", 65): ErrName,
	} {
		if err := CheckName(name); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", name, err, want)
		}
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	got, err := ParseScopes([]string{"register", "read", "read"})
	if err != nil || JoinScopes(got) != "read,register" {
		t.Errorf("%v, %v", got, err)
	}
	for _, bad := range [][]string{nil, {""}, {"read", "write"}} {
		if got, err := ParseScopes(bad); err == nil || got != nil {
			t.Errorf("%q: %v, %v", bad, got, err)
		}
	}
	token := APIToken{Scopes: got}
	if !token.May(ScopeRead) || token.May(ScopeMetrics) {
		t.Error("the token may do something else than it was made for")
	}
}

func TestTheWelcomeOpensForItsOwnTokenOnly(t *testing.T) {
	t.Parallel()
	w, other := NewWelcome(), NewWelcome()
	if !w.Opens(w.Token()) || w.Opens(other.Token()) || w.Opens("") || len(w.Token()) < 26 {
		t.Errorf("token %q", w.Token())
	}
	var none *Welcome
	if none.Opens("") {
		t.Error("no welcome opens")
	}
}
