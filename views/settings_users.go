package views

import (
	"slices"
	"strconv"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/views/ui"
)

// More reasons for which a page about users is shown again.
const (
	WhyNameTaken = "name_taken"
	WhyLastAdmin = "last_admin"
	WhyRole      = "role"
)

// UserSessions is a user with the browsers in which they are signed in.
type UserSessions struct {
	User     auth.User
	Sessions []auth.Session
}

// UsersInput is what the page of the users shows.
type UsersInput struct {
	Users   []UserSessions
	Current int64  // the session that reads the page
	User    int64  // the one that something was or was not done to; 0 for a new one
	Done    string // key of what was done; empty for nothing
	Why     string // why something was not done, a Why… constant; empty for no reason
	// Name and Role are those of a user that could not be created, to be sent again.
	Name string
	Role auth.Role
	// Elsewhere is where people sign in who can do so nowhere else; empty where passwords are taken.
	Elsewhere string
}

// UsersView is the page of the users, ready to be shown.
type UsersView struct {
	Users []UserLine
	Notes []DoorNote // above the form for a new user
	Name  string
	Wrong bool // the password
	Roles []RoleChoice
	// Elsewhere is where everybody signs in; empty where there is a form for a new user.
	Elsewhere string
}

// RoleChoice is a role to choose.
type RoleChoice struct {
	Value, Text string
	On          bool
}

// UserLine is a user.
type UserLine struct {
	ID, Name, Role string
	Disabled       bool
	Created        ui.TimeProps
	Seen           *ui.TimeProps // nil before the first time
	Roles          []RoleChoice
	Sessions       []SessionLine
	Count          string // of the sessions
	Notes          []DoorNote
	Wrong          bool // the password
	Open           bool // what can be changed is in sight

	RoleURL, PasswordURL, DisableURL, EnableURL string
}

// NewUsers builds the page of the users.
func NewUsers(f Frame, in UsersInput) UsersView {
	v := UsersView{Name: in.Name, Roles: roleChoices(f, in.Role), Elsewhere: in.Elsewhere}
	if in.User == 0 {
		v.Notes, v.Wrong = newDoorNotes(f, in.Why, 0), wrongPassword(in.Why)
	}
	for i := range in.Users {
		v.Users = append(v.Users, newUserLine(f, in, &in.Users[i]))
	}
	return v
}

func newUserLine(f Frame, in UsersInput, of *UserSessions) UserLine {
	u := &of.User
	line := UserLine{ID: "user-" + strconv.FormatInt(u.ID, 10), Name: u.Name,
		Role: PersonRole(f.T, u.Role), Disabled: u.Disabled(), Created: f.TimeAgo(u.CreatedAt),
		Roles: roleChoices(f, u.Role), Count: f.T.N("settings.sessions", len(of.Sessions)),
		RoleURL: f.Link.SettingsUserRole(u.ID), PasswordURL: f.Link.SettingsUserPassword(u.ID),
		DisableURL: f.Link.SettingsUserDisable(u.ID), EnableURL: f.Link.SettingsUserEnable(u.ID)}
	seen := u.LastSignInAt
	for _, s := range of.Sessions {
		if s.LastSeenAt.After(seen) {
			seen = s.LastSeenAt
		}
		line.Sessions = append(line.Sessions, newSessionLine(f, s, in.Current,
			f.Link.SettingsUserSession(u.ID, s.ID)))
	}
	if !seen.IsZero() {
		at := f.TimeAgo(seen)
		line.Seen = &at
	}
	if in.User == u.ID {
		line.Open, line.Wrong = true, wrongPassword(in.Why)
		line.Notes = newDoorNotes(f, in.Why, 0)
		if id := "settings.done." + in.Done; in.Done != "" && f.T.Has(id) {
			line.Notes = append(line.Notes, DoorNote{Icon: "check", Text: f.T.T(id)})
		}
	}
	return line
}

func wrongPassword(why string) bool {
	return slices.Contains([]string{WhyShort, WhyLong, WhyPlain, WhyNotNew, WhyDiffers}, why)
}

func roleChoices(f Frame, current auth.Role) []RoleChoice {
	var all []RoleChoice
	for _, r := range auth.Roles() {
		all = append(all, RoleChoice{Value: string(r), On: r == current,
			Text: PersonRole(f.T, r) + f.T.T("settings.may."+string(r))})
	}
	return all
}
