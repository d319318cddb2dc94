package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/views"
)

// checkWelcome lets in who has the link that was printed at the start, while there is no user.
// Otherwise there is nothing at its address, nor where no password is taken.
func (s *Server) checkWelcome(c echo.Context) error {
	if !s.SignIn || s.OIDC.Only || !s.Welcome.Opens(param(c, "token")) {
		return store.ErrNotFound
	}
	has, err := s.Store.HasUsers(c.Request().Context())
	if err == nil && has {
		err = auth.ErrNotFirst
	}
	return err
}

// showWelcome shows the form by which the first account is created.
func (s *Server) showWelcome(c echo.Context) error {
	if err := s.checkWelcome(c); err != nil {
		return s.notWelcome(c, err)
	}
	return s.renderWelcome(c, http.StatusOK, views.WelcomeProps{})
}

// createFirstUser creates the first account, an admin's, and signs it in.
func (s *Server) createFirstUser(c echo.Context) error {
	if err := s.checkWelcome(c); err != nil {
		return s.notWelcome(c, err)
	}
	if err := readDoorForm(c); err != nil {
		return err
	}
	form := c.Request().PostForm
	name, password := strings.TrimSpace(form.Get("name")), form.Get("password")
	err := auth.CheckName(name)
	if err == nil && password != form.Get("again") {
		err = errDiffers
	}
	ctx, hash := c.Request().Context(), ""
	if err == nil {
		hash, err = s.Door.Hash(ctx, password)
	}
	if err != nil {
		return s.formAgain(c, err, func(why string) error {
			return s.renderWelcome(c, http.StatusUnprocessableEntity,
				views.WelcomeProps{Name: name, Why: why})
		})
	}
	setActor(c, &actor{name: name, role: auth.Admin}) // who does this themselves
	u, err := s.Store.CreateFirstUser(s.noting(c, auth.ActUserCreate, name, string(auth.Admin)),
		auth.User{Name: name, Role: auth.Admin, Hash: hash})
	if err != nil {
		setActor(c, nil)
		return s.notWelcome(c, err)
	}
	if err := s.startSession(c, u); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, s.Links.Setup())
}

func (s *Server) renderWelcome(c echo.Context, status int, p views.WelcomeProps) error {
	f := s.frame(c, "")
	c.Response().Header().Set("Cache-Control", "no-store")
	// The address is a secret, which no other page need hear of.
	c.Response().Header().Set("Referrer-Policy", "no-referrer")
	p.Action = s.Links.Welcome(param(c, "token"))
	return s.render(c, status, views.WelcomePage(f, views.NewWelcome(f, p)))
}

// notWelcome leads who comes too late to where they sign in.
func (s *Server) notWelcome(c echo.Context, err error) error {
	if !errors.Is(err, auth.ErrNotFirst) {
		return err
	}
	if !wantsPage(c) {
		return &publicError{Status: http.StatusGone, Detail: sentence(auth.ErrNotFirst.Error())}
	}
	return s.renderSignIn(c, http.StatusGone, views.SignInProps{Why: views.WhyNotFirst})
}

// errDiffers says that a password was typed in two ways.
var errDiffers = errors.New("the two passwords differ")

// errNotNew says that a change would change nothing.
var errNotNew = errors.New("the new password is the present one: give another")

// formAgain shows a form again with the key of what is wrong with it. Errors that are not the
// form's are returned.
func (s *Server) formAgain(c echo.Context, err error, show func(why string) error) error {
	for _, known := range []struct {
		err error
		why string
	}{
		{auth.ErrName, views.WhyName}, {auth.ErrLookalike, views.WhyLookalike},
		{auth.ErrShort, views.WhyShort},
		{auth.ErrLong, views.WhyLong}, {auth.ErrPlain, views.WhyPlain},
		{errNotNew, views.WhyNotNew}, {errDiffers, views.WhyDiffers},
		{auth.ErrWrong, views.WhyOldWrong},
	} {
		if !errors.Is(err, known.err) {
			continue
		}
		if wantsPage(c) {
			return show(known.why)
		}
		return &publicError{Status: http.StatusUnprocessableEntity,
			Detail: sentence(known.err.Error()), Err: err}
	}
	return err
}
