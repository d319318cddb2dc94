package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/views"
)

// listUsers shows who may sign in.
func (s *Server) listUsers(c echo.Context) error {
	in := views.UsersInput{Done: c.QueryParam("done"), Role: auth.Viewer}
	in.User, _ = strconv.ParseInt(c.QueryParam("user"), 10, 64) // of a link; nobody is 0
	return s.renderUsers(c, http.StatusOK, in)
}

func (s *Server) renderUsers(c echo.Context, status int, in views.UsersInput) error {
	ctx := c.Request().Context()
	users, err := s.Store.ListUsers(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		sessions, err := s.Store.ListSessions(ctx, u.ID)
		if err != nil {
			return err
		}
		in.Users = append(in.Users, views.UserSessions{User: u, Sessions: sessions})
	}
	if a := who(c); a != nil {
		in.Current = a.session
	}
	if s.OIDC.Only {
		in.Elsewhere = s.OIDC.Name
	}
	f := s.frame(c, views.NavSettings)
	c.Response().Header().Set("Cache-Control", "no-store")
	return s.render(c, status, views.UsersPage(f, views.NewUsers(f, in)))
}

// usersUnchanged shows the users again with what was wrong with a form about them, or tells a
// machine, which has none.
func (s *Server) usersUnchanged(c echo.Context, err error, in views.UsersInput) error {
	for _, known := range []struct {
		err    error
		status int
		why    string
	}{
		{auth.ErrNameTaken, http.StatusConflict, views.WhyNameTaken},
		{auth.ErrLastAdmin, http.StatusConflict, views.WhyLastAdmin},
		{errRole, http.StatusUnprocessableEntity, views.WhyRole},
	} {
		if !errors.Is(err, known.err) {
			continue
		}
		if !wantsPage(c) {
			return &publicError{Status: known.status, Detail: sentence(known.err.Error()), Err: err}
		}
		in.Why = known.why
		return s.renderUsers(c, known.status, in)
	}
	return s.formAgain(c, err, func(why string) error {
		in.Why = why
		return s.renderUsers(c, http.StatusUnprocessableEntity, in)
	})
}

// errRole says that a form names no role.
var errRole = errors.New("there is no such role: give viewer, operator or admin")

// formRole is the role that a form names.
func formRole(c echo.Context) (auth.Role, error) {
	role, err := auth.ParseRole(c.Request().PostForm.Get("role"))
	if err != nil {
		return "", errRole
	}
	return role, nil
}

// formHash is the hash of the password that a form gives twice.
func (s *Server) formHash(c echo.Context) (string, error) {
	form := c.Request().PostForm
	if form.Get("password") != form.Get("again") {
		return "", errDiffers
	}
	return s.Door.Hash(c.Request().Context(), form.Get("password"))
}

// userOf is the user whom the address of a request names.
func (s *Server) userOf(c echo.Context) (auth.User, error) {
	id, err := strconv.ParseInt(param(c, "id"), 10, 64)
	if err != nil {
		return auth.User{}, store.ErrNotFound
	}
	u, err := s.Store.UserByID(c.Request().Context(), id)
	if errors.Is(err, auth.ErrNoUser) {
		return auth.User{}, store.ErrNotFound
	}
	return u, err
}
