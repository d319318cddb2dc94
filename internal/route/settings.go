package route

import (
	"net/url"
	"strconv"
)

// What admins settle. The audit trail is among what belongs to accounts.
const (
	Settings             = "/settings"
	SettingsUsers        = "/settings/users"
	SettingsUserRole     = "/settings/users/:id/role"
	SettingsUserPassword = "/settings/users/:id/password"
	SettingsUserDisable  = "/settings/users/:id/disable"
	SettingsUserEnable   = "/settings/users/:id/enable"
	SettingsUserSession  = "/settings/users/:id/sessions/:session/end"
	SettingsTokens       = "/settings/tokens"
	SettingsTokenRemove  = "/settings/tokens/:id/remove"
)

// Settings links to the page that says how the server is set up.
func (l Links) Settings() string { return l.base + Settings }

// SettingsUsers links to the users, and is where a new one is posted.
func (l Links) SettingsUsers() string { return l.base + SettingsUsers }

// SettingsUserDone links to a user among the others. Done is the key of what was done to them.
func (l Links) SettingsUserDone(id int64, done string) string {
	number := strconv.FormatInt(id, 10)
	return l.with(SettingsUsers, url.Values{"user": {number}, "done": {done}}) + "#user-" + number
}

// SettingsUserRole is where another role of a user is posted.
func (l Links) SettingsUserRole(id int64) string { return l.withID(SettingsUserRole, id) }

// SettingsUserPassword is where another password of a user is posted.
func (l Links) SettingsUserPassword(id int64) string { return l.withID(SettingsUserPassword, id) }

// SettingsUserDisable is where it is posted that a user may no longer sign in.
func (l Links) SettingsUserDisable(id int64) string { return l.withID(SettingsUserDisable, id) }

// SettingsUserEnable is where it is posted that a user may sign in again.
func (l Links) SettingsUserEnable(id int64) string { return l.withID(SettingsUserEnable, id) }

// SettingsUserSession is where the end of one of a user's sessions is posted.
func (l Links) SettingsUserSession(id, session int64) string {
	return l.fill(SettingsUserSession, ":id", strconv.FormatInt(id, 10),
		":session", strconv.FormatInt(session, 10))
}

// SettingsTokens links to the tokens for the API, and is where a new one is posted.
func (l Links) SettingsTokens() string { return l.base + SettingsTokens }

// SettingsTokenRemove is where it is posted that a token for the API is no longer valid.
func (l Links) SettingsTokenRemove(id int64) string { return l.withID(SettingsTokenRemove, id) }

func (l Links) withID(pattern string, id int64) string {
	return l.fill(pattern, ":id", strconv.FormatInt(id, 10))
}
