// Package auth knows who may do what: users and their passwords, roles, sessions, tokens for the
// API, and the audit trail. It decides whether somebody may come in and how often that may be
// tried. It knows no routes, no pages and no database: what it has to remember goes through the
// small interfaces it declares.
package auth

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Role is what a person may do. Each role may do all that the ones before it may.
type Role string

// The roles.
const (
	Viewer   Role = "viewer"   // reads every page and file
	Operator Role = "operator" // retries, replays, registers tasks
	Admin    Role = "admin"    // tokens, users, sessions, the audit trail, secrets
)

// Roles lists the roles, the least first.
func Roles() []Role { return []Role{Viewer, Operator, Admin} }

// rank orders the roles; what is no role has none.
func (r Role) rank() int {
	for i, known := range Roles() {
		if r == known {
			return i + 1
		}
	}
	return 0
}

// Valid says whether there is such a role.
func (r Role) Valid() bool { return r.rank() > 0 }

// Includes says whether this role may do what needs the other one.
func (r Role) Includes(needed Role) bool { return needed.Valid() && r.rank() >= needed.rank() }

// User is a person who may sign in.
type User struct {
	ID           int64
	Name         string
	Role         Role
	Hash         string // of the password, in the PHC form of Hasher
	CreatedAt    time.Time
	DisabledAt   time.Time // zero for one who may sign in
	LastSignInAt time.Time // zero before the first
	Issuer       string    // who vouches for the user; empty for one with a password
}

// Disabled says whether the user may not sign in.
func (u *User) Disabled() bool { return !u.DisabledAt.IsZero() }

// What can be wrong with users. The texts are for readers.
var (
	ErrNoUser    = errors.New("there is no such user")
	ErrNameTaken = errors.New("there is a user of this name already")
	ErrNotFirst  = errors.New("the first account has been created already")
	ErrLastAdmin = errors.New("this is the last admin who may sign in: make another one first")
	ErrName      = errors.New("a user name has 1 to 64 characters, none of them a space or invisible")
	ErrLookalike = errors.New("a user name is written in one script and in its plain letters, so that " +
		"it cannot pass for another: Latin is not mixed with Cyrillic or Greek, nor full width used")
	ErrShort = fmt.Errorf("the password is too short: give at least %d characters", MinPassword)
	ErrLong  = fmt.Errorf("the password is too long: give at most %d bytes", MaxPassword)
	ErrPlain = errors.New("the password is one character over and over, or only spaces: " +
		"give a few words")
)

// The bounds of passwords. Little else is asked of one: rules about digits and signs make people
// choose worse ones.
const (
	MinPassword = 10  // characters
	MaxPassword = 256 // bytes
)

// maxName is the longest user name, in characters.
const maxName = 64

// CheckPassword says what is wrong with a new password.
func CheckPassword(password string) error {
	switch {
	case len(password) > MaxPassword:
		return ErrLong
	case utf8.RuneCountInString(password) < MinPassword:
		return ErrShort
	case isPlain(password):
		return ErrPlain
	}
	return nil
}

// isPlain says whether a password is nothing but one character, or spaces of any kind.
func isPlain(password string) bool {
	first, _ := utf8.DecodeRuneInString(password)
	return strings.Trim(password, string(first)) == "" || strings.TrimSpace(password) == ""
}

// CheckName says whether a name can be a user's.
func CheckName(name string) error {
	bad := func(r rune) bool { return !unicode.IsGraphic(r) || unicode.IsSpace(r) }
	if name == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxName ||
		strings.ContainsFunc(name, bad) {
		return ErrName
	}
	if lookalike(name) {
		return ErrLookalike
	}
	return nil
}

// ParseRole reads a role's name.
func ParseRole(text string) (Role, error) {
	if r := Role(text); r.Valid() {
		return r, nil
	}
	return "", fmt.Errorf("%q is no role: give viewer, operator or admin", text)
}
