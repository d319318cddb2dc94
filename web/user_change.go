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
	// change does it, with the context of noted and what the audit trail adds to the name.
	change func(c echo.Context, u auth.User, noted notedFunc) error
}

// notedFunc returns the context of a change, whose line has this detail.
type notedFunc func(detail string) context.Context

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
		err = do.change(c, u, func(detail string) context.Context {
			return s.noting(c, do.action, u.Name, detail)
		})
		if err != nil {
			return s.usersUnchanged(c, err, views.UsersInput{User: u.ID, Role: auth.Viewer})
		}
		return c.Redirect(http.StatusSeeOther, s.Links.SettingsUserDone(u.ID, do.done))
	}
}

// setUserRole gives a user another role, in force at their next request.
func (s *Server) setUserRole(c echo.Context, u auth.User, noted notedFunc) error {
	role, err := formRole(c)
	if err != nil {
		return err
	}
	return s.Store.ChangeRole(noted(string(role)), u.ID, role)
}

// setUserPassword gives a user another password and ends all their sessions.
func (s *Server) setUserPassword(c echo.Context, u auth.User, noted notedFunc) error {
	hash, err := s.formHash(c)
	if err != nil {
		return err
	}
	return s.Store.SetPassword(noted(""), u.ID, hash)
}

// disableUser ends all sessions of a user and lets them in no more.
func (s *Server) disableUser(_ echo.Context, u auth.User, noted notedFunc) error {
	return s.Store.DisableUser(noted(""), u.ID)
}

// enableUser lets a user sign in again.
func (s *Server) enableUser(_ echo.Context, u auth.User, noted notedFunc) error {
	return s.Store.EnableUser(noted(""), u.ID, true)
}

// endUserSession signs one browser of a user out.
func (s *Server) endUserSession(c echo.Context, u auth.User, noted notedFunc) error {
	id, err := strconv.ParseInt(param(c, "session"), 10, 64)
	if err != nil {
		return store.ErrNotFound
	}
	return s.Store.EndUserSession(noted("no. "+strconv.FormatInt(id, 10)), u.ID, id)
}
