package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/store"
)

// actor is who makes a request.
type actor struct {
	name    string
	role    auth.Role // a By… constant where there is no user
	user    int64
	session int64 // 0 for a token
	byProxy bool  // a trusted proxy says so; there is no session that could end
}

const actorKey = "actor"

func setActor(c echo.Context, a *actor) { c.Set(actorKey, a) }

// who makes a request; nil where nobody had to say so.
func who(c echo.Context) *actor {
	a, _ := c.Get(actorKey).(*actor)
	return a
}

// may says whether whoever makes the request has a role, or everybody has.
func (s *Server) may(c echo.Context, role auth.Role) bool {
	if !s.SignIn {
		return true
	}
	a := who(c)
	return a != nil && a.role.Includes(role)
}

// errNobodyNamed says that what was asked for is for people who have signed in, where nobody has to.
var errNobodyNamed = errors.New("nobody has to sign in here")

// errSignIn says that somebody has to sign in first.
var errSignIn = errors.New("not signed in")

// roleError says that a role is not enough.
type roleError struct{ needed auth.Role }

func (e *roleError) Error() string { return "needs the role " + string(e.needed) }

// detail is for machines; a person is told in words of the page.
func (e *roleError) detail() string { return "This needs the role " + string(e.needed) + "." }

// bearer is the token of the Authorization header.
func bearer(c echo.Context) (token string, given bool) {
	scheme, token, _ := strings.Cut(c.Request().Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), strings.EqualFold(scheme, "Bearer")
}

// byToken finds out whose token for the API a request carries.
func (s *Server) byToken(c echo.Context, token string, scope auth.Scope) (*actor, error) {
	t, valid, err := s.Store.FindAPIToken(c.Request().Context(), token)
	switch {
	case err != nil:
		return nil, err
	case !valid:
		return nil, &publicError{Status: http.StatusUnauthorized,
			Detail: "A valid API token is needed: reelback token create makes one, and " +
				"Authorization: Bearer TOKEN carries it."}
	case !t.May(scope):
		return nil, &publicError{Status: http.StatusForbidden,
			Detail: "The API token lacks the scope " + string(scope) + "."}
	}
	return &actor{name: t.Name, role: auth.ByToken}, nil
}

// noting returns a context for a change in the store: its line of the audit trail is written with
// it, or it is not made.
func (s *Server) noting(c echo.Context, action auth.Action, subject, detail string) context.Context {
	return store.Audited(c.Request().Context(), entryOf(c, action, subject, detail))
}

// note writes a line of the audit trail about what changes nothing in the store. What was done is
// done: a line that cannot be written is logged and stops nobody.
func (s *Server) note(c echo.Context, action auth.Action, subject, detail string) {
	e := entryOf(c, action, subject, detail)
	// Not the request's own context: who has gone has done it all the same.
	if err := s.Store.AddAudit(context.WithoutCancel(c.Request().Context()), e); err != nil {
		s.Log.Error("the audit trail could not be written", "err", err, "action", string(action),
			"request_id", requestID(c))
	}
}

func entryOf(c echo.Context, action auth.Action, subject, detail string) auth.Entry {
	e := auth.Entry{Role: auth.ByAnyone, Address: remoteAddr(c), Action: action,
		Subject: subject, Detail: detail}
	if a := who(c); a != nil {
		e.Who, e.Role = a.name, a.role
	}
	return e
}
