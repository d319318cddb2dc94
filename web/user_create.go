package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/views"
)

// createUser adds a user who may sign in.
func (s *Server) createUser(c echo.Context) error {
	if err := readDoorForm(c); err != nil {
		return err
	}
	form := c.Request().PostForm
	again := views.UsersInput{Name: form.Get("name"), Role: auth.Role(form.Get("role"))}
	u, err := s.addUser(c)
	if err != nil {
		return s.usersUnchanged(c, err, again)
	}
	return c.Redirect(http.StatusSeeOther, s.Links.SettingsUserDone(u.ID, "created"))
}

func (s *Server) addUser(c echo.Context) (auth.User, error) {
	name := c.Request().PostForm.Get("name")
	if err := auth.CheckName(name); err != nil {
		return auth.User{}, err
	}
	role, err := formRole(c)
	if err != nil {
		return auth.User{}, err
	}
	hash, err := s.formHash(c)
	if err != nil {
		return auth.User{}, err
	}
	ctx := s.noting(c, auth.ActUserCreate, name, string(role))
	return s.Store.CreateUser(ctx, auth.User{Name: name, Role: role, Hash: hash})
}
