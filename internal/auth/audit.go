package auth

import (
	"strconv"
	"time"
)

// Action is the key of something that somebody did.
type Action string

// The actions of the audit trail.
const (
	ActSignIn       Action = "sign_in"
	ActSignInFailed Action = "sign_in_failed"
	ActSignInLocked Action = "sign_in_locked"
	ActSignOut      Action = "sign_out"

	ActUserCreate   Action = "user_create"
	ActUserPassword Action = "user_password"
	ActUserRole     Action = "user_role"
	ActUserDisable  Action = "user_disable"
	ActUserEnable   Action = "user_enable"
	ActSessionEnd   Action = "session_end"
	ActSessionsEnd  Action = "sessions_end"

	ActSourceTokenCreate Action = "source_token_create"
	ActSourceTokenRotate Action = "source_token_rotate"
	ActSourceTokenRevoke Action = "source_token_revoke"
	ActAPITokenCreate    Action = "api_token_create"
	ActAPITokenRemove    Action = "api_token_remove"

	ActRetry      Action = "retry"
	ActAdopt      Action = "adopt"
	ActRetryLost  Action = "retry_lost"
	ActFilesGone  Action = "files_gone"
	ActReplay     Action = "replay"
	ActReplayUndo Action = "replay_undo"
	ActRegister   Action = "register"
	ActCover      Action = "cover"
)

// Actions lists the actions, those that belong together side by side.
func Actions() []Action {
	return []Action{ActSignIn, ActSignInFailed, ActSignInLocked, ActSignOut, ActUserCreate,
		ActUserPassword, ActUserRole, ActUserDisable, ActUserEnable, ActSessionEnd,
		ActSessionsEnd, ActSourceTokenCreate, ActSourceTokenRotate, ActSourceTokenRevoke,
		ActAPITokenCreate, ActAPITokenRemove, ActRetry, ActRetryLost, ActFilesGone, ActAdopt,
		ActReplay, ActReplayUndo, ActRegister, ActCover}
}

// What stands for the role of one who has none.
const (
	ByAnyone  Role = "anyone"  // nobody has to sign in, or nobody has
	ByCommand Role = "command" // whoever may run commands on the server
	ByToken   Role = "token"   // an application with a token for the API
	ByStart   Role = "start"   // the options the server was started with
)

// Entry is a line of the audit trail. It holds no secrets.
type Entry struct {
	ID      int64
	At      time.Time
	Who     string // name of the user; empty where there is none
	Role    Role   // at that time, or a By… constant
	Address string
	Action  Action
	Subject string // what it was done to: a user, a task, a source
	Detail  string
}

// DetailUnknown stands in the detail of an attempt for a name that is nobody's.
const DetailUnknown = "unknown_name"

// AttemptDetail is the detail of a refused attempt. The trail keeps no words of one language.
func AttemptDetail(unknown bool, attempt int) string {
	detail := strconv.Itoa(attempt)
	if unknown {
		detail = DetailUnknown + ", " + detail
	}
	return detail
}

// AuditFilter chooses entries; what is empty chooses all.
type AuditFilter struct {
	Who    string
	Action Action
}
