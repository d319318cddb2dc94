package auth

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// ByProxy is the issuer of users whom a proxy names. Those of providers are web addresses.
const ByProxy = "proxy"

// Identity is somebody for whom somebody else vouches.
type Identity struct {
	Issuer  string // address of the provider, or ByProxy
	Subject string // the issuer's own name for the user, which never changes hands
	Name    string // as the user wants to be called
	Host    string // what tells users of the issuer from others of the same name
	Role    Role
}

// What can be wrong with a sign-in elsewhere. The texts are for readers.
var (
	ErrElsewhere = errors.New("this user signs in elsewhere and has no password here")
	ErrDisabled  = errors.New("this account is disabled")
	ErrNoRole    = errors.New("the provider names no role that there is here")
	ErrUnproven  = errors.New("the sign-in was not completed")
	ErrDeclined  = errors.New("the provider did not confirm the sign-in")
	ErrClient    = errors.New("the provider does not know this server as it is set up here")
	ErrClock     = errors.New("the provider's answer does not fit the time on this server")
	ErrDown      = errors.New("the provider of sign-ins cannot be reached")
)

// maxSubject is the longest subject, in bytes. OpenID Connect allows 255.
const maxSubject = 255

// CheckSubject says whether an issuer's name for a user can be one.
func CheckSubject(subject string) bool {
	return subject != "" && len(subject) <= maxSubject && utf8.ValidString(subject) &&
		!strings.ContainsFunc(subject, unicode.IsControl)
}

// BestRole returns the role that may do most of those named, false where none is a role.
func BestRole(names []string) (best Role, found bool) {
	for _, name := range names {
		if r := Role(strings.TrimSpace(name)); r.rank() > best.rank() {
			best = r
		}
	}
	return best, best.Valid()
}

// NameOf makes a user name of the first text that can be one, with whatever a name may not hold
// left out. A suffix stays whole.
func NameOf(suffix string, texts ...string) string {
	for _, text := range texts {
		name := strings.Map(func(r rune) rune {
			if r == utf8.RuneError || !unicode.IsGraphic(r) || unicode.IsSpace(r) {
				return -1
			}
			return r
		}, strings.ReplaceAll(strings.TrimSpace(norm.NFKC.String(text)), " ", "."))
		letters := []rune(name)
		if room := maxName - utf8.RuneCountInString(suffix); len(letters) > room {
			letters = letters[:max(room, 0)]
		}
		if name = string(letters) + suffix; len(letters) > 0 && CheckName(name) == nil {
			return name
		}
	}
	return "user" + suffix
}

// Trip are the secrets of one sign-in elsewhere, from its start to its end.
type Trip struct{ State, Nonce, Verifier string }
