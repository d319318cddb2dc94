package route

import (
	"net/url"
	"strconv"
	"strings"
)

// Who somebody is.
const (
	SignIn          = "/sign-in"
	SignOut         = "/sign-out"
	OIDC            = "/sign-in/oidc"
	OIDCCallback    = "/sign-in/oidc/callback"
	Welcome         = "/welcome/:token"
	Account         = "/account"
	AccountPassword = "/account/password"
	AccountSession  = "/account/sessions/:id/end"
	AccountOthers   = "/account/sessions/end-others"
	Audit           = "/settings/audit"
)

// The reasons for which somebody is asked to sign in.
const (
	WhySignedOut = "out"   // they signed out
	WhyEnded     = "ended" // their session is over
)

// SignIn links to the page for signing in, which leads on to next, a link of this program. Why
// is the reason, empty for none.
func (l Links) SignIn(next, why string) string {
	q := url.Values{}
	if next != "" && next != l.Gallery(nil) {
		q.Set("next", next)
	}
	if why != "" {
		q.Set("why", why)
	}
	return l.with(SignIn, q)
}

// OIDC is where signing in at a provider starts, which leads on to next, a link of this program.
func (l Links) OIDC(next string) string {
	if next == "" || next == l.Gallery(nil) {
		return l.base + OIDC
	}
	return l.with(OIDC, url.Values{"next": {next}})
}

// OIDCCallback is where the provider sends people back to.
func (l Links) OIDCCallback() string { return l.base + OIDCCallback }

// SignOut is where signing out is posted.
func (l Links) SignOut() string { return l.base + SignOut }

// Welcome is the link by which the first account is created.
func (l Links) Welcome(token string) string { return l.fill(Welcome, ":token", token) }

// Account links to one's own account.
func (l Links) Account() string { return l.base + Account }

// AccountPassword is where a new password of one's own is posted.
func (l Links) AccountPassword() string { return l.base + AccountPassword }

// AccountSession is where the end of one of one's own sessions is posted.
func (l Links) AccountSession(id int64) string {
	return l.fill(AccountSession, ":id", strconv.FormatInt(id, 10))
}

// AccountDone links to one's own account. Done is the key of what was done to it.
func (l Links) AccountDone(done string) string {
	return l.with(Account, url.Values{"changed": {done}})
}

// AccountOthers is where the end of all of one's own sessions but this one is posted.
func (l Links) AccountOthers() string { return l.base + AccountOthers }

// Audit links to the audit trail with the given query.
func (l Links) Audit(q url.Values) string { return l.with(Audit, q) }

// Secure says whether the public address is an https one.
func (l Links) Secure() bool { return strings.HasPrefix(l.origin, "https://") }

// Local returns a link that came with a request if it leads to a page of this program, and that
// to the gallery otherwise. Browsers read backslashes as slashes, and skip control characters.
func (l Links) Local(link string) string {
	u, err := url.Parse(link)
	strange := func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }
	rest, ours := strings.CutPrefix(link, l.base+"/")
	if err != nil || !ours || u.IsAbs() || u.Host != "" || strings.HasPrefix(link, "//") ||
		strings.HasPrefix(rest, "/") || strings.ContainsFunc(link, strange) {
		return l.Gallery(nil)
	}
	for _, door := range []string{SignIn, SignOut, "/welcome/"} {
		if strings.HasPrefix("/"+rest, door) {
			return l.Gallery(nil)
		}
	}
	return link
}
