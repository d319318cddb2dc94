package views

import (
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/views/ui"
)

// AccountInput is what the page of one's own account shows.
type AccountInput struct {
	Sessions    []auth.Session
	Current     int64  // the session that reads the page
	Why         string // why the password was not changed; empty for no reason
	WaitSeconds int
	Changed     bool // the password has just been changed
	// Issuer vouches for the user, who has no password then; empty for one who has.
	Issuer string
}

// AccountView is one's own account, ready to be shown.
type AccountView struct {
	Notes              []DoorNote
	OldWrong, NewWrong bool
	Sessions           []SessionLine
	Elsewhere          string // where the user signs in, in a sentence; empty for here
}

// SessionLine is a session.
type SessionLine struct {
	Agent, Address string
	Created, Seen  ui.TimeProps
	Current        bool
	EndURL         string
}

// NewAccount builds the page of one's own account.
func NewAccount(f Frame, in AccountInput) AccountView {
	v := AccountView{
		Notes:    newDoorNotes(f, in.Why, time.Duration(in.WaitSeconds)*time.Second),
		OldWrong: in.Why == WhyOldWrong,
		NewWrong: wrongPassword(in.Why),
	}
	if in.Changed {
		v.Notes = append(v.Notes, DoorNote{Icon: "check", Text: f.T.T("account.changed")})
	}
	switch in.Issuer {
	case "":
	case auth.ByProxy:
		v.Elsewhere = f.T.T("account.by_proxy")
	default:
		v.Elsewhere = f.T.T("account.elsewhere", "Where", in.Issuer)
	}
	for _, s := range in.Sessions {
		v.Sessions = append(v.Sessions, newSessionLine(f, s, in.Current, f.Link.AccountSession(s.ID)))
	}
	return v
}

func newSessionLine(f Frame, s auth.Session, current int64, endURL string) SessionLine {
	line := SessionLine{Agent: browser(s.Agent), Address: s.Address,
		Created: f.TimeAgo(s.CreatedAt), Seen: f.TimeAgo(s.LastSeenAt),
		Current: s.ID == current, EndURL: endURL}
	if line.Agent == "" {
		line.Agent = f.T.T("account.unknown")
	}
	return line
}
