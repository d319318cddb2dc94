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
	Done        string // key of what has just been done; empty for nothing
	// Issuer vouches for the user, who has no password then; empty for one who has.
	Issuer string
}

// AccountView is one's own account, ready to be shown.
type AccountView struct {
	Notes              []DoorNote // about the password
	OldWrong, NewWrong bool
	Ended              []DoorNote // about the sessions
	Sessions           []SessionLine
	Others             bool   // there are others than the one that reads the page
	AuditURL           string // leads to what the user did; empty for those who may not see it
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
	if in.Why == "" {
		switch note := (DoorNote{Icon: "check"}); in.Done {
		case "password":
			note.Text = f.T.T("account.done.password")
			v.Notes = append(v.Notes, note)
		case "sessions":
			note.Text = f.T.T("account.done.sessions")
			v.Ended = append(v.Ended, note)
		}
	}
	if f.Person != nil && f.Can(auth.Admin) {
		v.AuditURL = auditURL(f, auth.AuditFilter{Who: f.Person.Name})
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
		v.Others = v.Others || s.ID != in.Current
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
