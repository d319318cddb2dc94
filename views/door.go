package views

import (
	"strings"
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/i18n"
)

// Why a page about passwords is shown (again): keys of its words.
const (
	WhySignedOut = "signed_out"
	WhyEnded     = "ended"
	WhyWrong     = "wrong"
	WhyLocked    = "locked"
	WhyBusy      = "busy"
	WhyNotFirst  = "not_first"
	WhyName      = "bad_name"
	WhyLookalike = "lookalike"
	WhyShort     = "short"
	WhyLong      = "long"
	WhyPlain     = "plain"
	WhyNotNew    = "not_new"
	WhyDiffers   = "differs"
	WhyOldWrong  = "old_wrong"
	WhyDown      = "provider_down"
	WhyUnproven  = "unproven"
	WhyDeclined  = "declined"
	WhyClient    = "client"
	WhyClock     = "clock"
	WhyNoRole    = "no_role"
	WhyDisabled  = "disabled"
	WhyElsewhere = "elsewhere"
)

// DoorNote is a sentence above a form.
type DoorNote struct {
	Icon, Text string
	Wrong      bool
}

// doorNotes puts a reason into words; none for an empty one.
func newDoorNotes(f Frame, why string, wait time.Duration) []DoorNote {
	switch why {
	case "":
		return nil
	case WhySignedOut, WhyEnded, WhyNotFirst:
		return []DoorNote{{Icon: "info", Text: f.T.T("door.why." + why)}}
	case WhyLocked:
		return []DoorNote{{Icon: "warn", Wrong: true,
			Text: f.T.T("door.why.locked", "Time", f.wait(wait))}}
	}
	return []DoorNote{{Icon: "warn", Wrong: true, Text: f.T.T("door.why." + why)}}
}

// wait prints how long to wait in one unit, rounded up: who comes back then is not sent away again.
func (f Frame) wait(d time.Duration) string {
	unit := time.Second
	if d > time.Minute {
		unit = time.Minute
	}
	return f.Left(f.Now.Add((d + unit - 1).Truncate(unit)))
}

// PersonRole is the name of a role.
func PersonRole(p *i18n.Printer, role auth.Role) string { return p.T("person.role." + string(role)) }

// SignInProps are the page for signing in.
type SignInProps struct {
	Next    string // where it leads to
	Name    string // as it was given
	Why     string // a Why… constant
	Wait    time.Duration
	NoUsers bool // nobody can sign in yet
	// Provider is the name of where people can also sign in; empty for nowhere.
	Provider string
	Only     bool // people can sign in nowhere else
}

// SignInView is the page for signing in, ready to be shown.
type SignInView struct {
	Next, Name     string
	Notes          []DoorNote
	Wrong, NoUsers bool
	Provider, Way  string // the name and the link of where people can also sign in
	Only           bool   // and nowhere else
}

// NewSignIn builds the page for signing in.
func NewSignIn(f Frame, p SignInProps) SignInView {
	v := SignInView{Next: p.Next, Name: p.Name, NoUsers: p.NoUsers,
		Wrong: p.Why == WhyWrong, Notes: newDoorNotes(f, p.Why, p.Wait)}
	if p.Provider != "" {
		v.Provider, v.Way, v.Only = p.Provider, f.Link.OIDC(p.Next), p.Only
	}
	return v
}

// WelcomeProps are the page for the first account.
type WelcomeProps struct{ Action, Name, Why string }

// WelcomeView is the page for the first account, ready to be shown.
type WelcomeView struct {
	Action, Name string
	Notes        []DoorNote
	Wrong        bool // the password
}

// NewWelcome builds the page for the first account.
func NewWelcome(f Frame, p WelcomeProps) WelcomeView {
	return WelcomeView{Action: p.Action, Name: p.Name, Notes: newDoorNotes(f, p.Why, 0),
		Wrong: wrongPassword(p.Why)}
}

// browser names what a browser calls itself in a word or two.
func browser(agent string) string {
	for _, known := range []struct{ token, name string }{
		{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"},
		{"Safari/", "Safari"}, {"curl/", "curl"},
	} {
		if !strings.Contains(agent, known.token) {
			continue
		}
		for _, system := range []string{"Windows", "Android", "iPhone", "iPad", "Mac OS", "Linux"} {
			if strings.Contains(agent, system) {
				return known.name + " · " + strings.Replace(system, "Mac OS", "macOS", 1)
			}
		}
		return known.name
	}
	short := []rune(agent)
	return string(short[:min(len(short), 40)])
}
