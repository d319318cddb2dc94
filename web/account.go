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

// showAccount shows one's own sessions and the form for another password.
func (s *Server) showAccount(c echo.Context) error {
	if who(c) == nil { // nobody has to sign in
		return c.Redirect(http.StatusSeeOther, s.Links.Gallery(nil))
	}
	return s.renderAccount(c, http.StatusOK, "", 0)
}

func (s *Server) renderAccount(c echo.Context, status int, why string, wait int) error {
	a := who(c)
	sessions, err := s.Store.ListSessions(c.Request().Context(), a.user)
	if err != nil {
		return err
	}
	u, err := s.Store.FindUser(c.Request().Context(), a.name)
	if err != nil {
		return err
	}
	f := s.frame(c, "")
	c.Response().Header().Set("Cache-Control", "no-store")
	return s.render(c, status, views.AccountPage(f, views.NewAccount(f, views.AccountInput{
		Sessions: sessions, Current: a.session, Issuer: u.Issuer, Why: why, WaitSeconds: wait,
		Done: c.QueryParam("changed"),
	})))
}

// changePassword gives whoever asks another password. All their sessions end; this browser gets
// a new one.
func (s *Server) changePassword(c echo.Context) error {
	a := who(c)
	if a == nil {
		return c.Redirect(http.StatusSeeOther, s.Links.Gallery(nil))
	}
	if err := readDoorForm(c); err != nil {
		return err
	}
	ctx, form := c.Request().Context(), c.Request().PostForm
	u, err := s.Door.SignIn(ctx, auth.Attempt{Name: a.name, Password: form.Get("old"),
		Address: remoteAddr(c)})
	hash := ""
	switch {
	case err != nil:
	case form.Get("password") != form.Get("again"):
		err = errDiffers
	case form.Get("password") == form.Get("old"):
		err = errNotNew
	default:
		hash, err = s.Door.Hash(ctx, form.Get("password"))
	}
	if err == nil {
		err = s.Store.SetPassword(s.noting(c, auth.ActUserPassword, u.Name, ""), u.ID, hash)
	}
	if err != nil {
		return s.passwordUnchanged(c, err)
	}
	if err := s.startSession(c, u); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, s.Links.AccountDone("password"))
}

func (s *Server) passwordUnchanged(c echo.Context, err error) error {
	var locked *auth.Locked
	if errors.As(err, &locked) {
		s.noteRefusal(c, who(c).name, locked)
		wait := wholeSeconds(locked.Wait)
		c.Response().Header().Set("Retry-After", wait)
		if !wantsPage(c) {
			return &publicError{Status: http.StatusTooManyRequests,
				Detail: sentence(err.Error()), Err: err}
		}
		seconds, _ := strconv.Atoi(wait)
		return s.renderAccount(c, http.StatusTooManyRequests, views.WhyLocked, seconds)
	}
	return s.formAgain(c, err, func(why string) error {
		return s.renderAccount(c, http.StatusUnprocessableEntity, why, 0)
	})
}

// endOwnSession signs one of one's own browsers out.
func (s *Server) endOwnSession(c echo.Context) error {
	a := who(c)
	id, err := strconv.ParseInt(param(c, "id"), 10, 64)
	if err != nil || a == nil {
		return store.ErrNotFound
	}
	ctx := s.noting(c, auth.ActSessionEnd, a.name, "no. "+strconv.FormatInt(id, 10))
	if err := s.Store.EndUserSession(ctx, a.user, id); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, s.Links.Account()+"#sessions")
}
