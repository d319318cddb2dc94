package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/views"
)

// userChange is something that is done to a user.
type userChange struct {
	done   string // key of its words
	action auth.Action
	// change does it and returns what the audit trail adds to the name.
	change func(ctx context.Context, c echo.Context, u auth.User) (detail string, err error)
}

// changeUser answers the form of a change and leads back to the user.
func (s *Server) changeUser(do userChange) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := readDoorForm(c); err != nil {
			return err
		}
		u, err := s.userOf(c)
		if err != nil {
			return err
		}
		detail, err := do.change(c.Request().Context(), c, u)
		if err != nil {
			return s.usersUnchanged(c, err, views.UsersInput{User: u.ID, Role: auth.Viewer})
		}
		s.note(c, do.action, u.Name, detail)
		return c.Redirect(http.StatusSeeOther, s.Links.SettingsUserDone(u.ID, do.done))
	}
}

// setUserRole gives a user another role, in force at their next request.
func (s *Server) setUserRole(ctx context.Context, c echo.Context, u auth.User) (string, error) {
	role, err := formRole(c)
	if err != nil {
		return "", err
	}
	return string(role), s.Store.ChangeRole(ctx, u.ID, role)
}

// setUserPassword gives a user another password and ends all their sessions.
func (s *Server) setUserPassword(ctx context.Context, c echo.Context, u auth.User) (string, error) {
	hash, err := s.formHash(c)
	if err != nil {
		return "", err
	}
	return "", s.Store.SetPassword(ctx, u.ID, hash)
}

// disableUser ends all sessions of a user and lets them in no more.
func (s *Server) disableUser(ctx context.Context, _ echo.Context, u auth.User) (string, error) {
	return "", s.Store.DisableUser(ctx, u.ID)
}

// enableUser lets a user sign in again.
func (s *Server) enableUser(ctx context.Context, _ echo.Context, u auth.User) (string, error) {
	return "", s.Store.EnableUser(ctx, u.ID, true)
}

// endUserSession signs one browser of a user out.
func (s *Server) endUserSession(ctx context.Context, c echo.Context, u auth.User) (string, error) {
	id, err := strconv.ParseInt(param(c, "session"), 10, 64)
	if err != nil {
		return "", store.ErrNotFound
	}
	return "no. " + strconv.FormatInt(id, 10), s.Store.EndUserSession(ctx, u.ID, id)
}
