package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/views"
)

// OIDC is where people can sign in elsewhere.
type OIDC struct {
	Provider Provider // nil for none
	Name     string   // on the page for signing in
	Issuer   string
	Only     bool // no password is taken
}

// Provider vouches for people. Its errors are auth.ErrDown, auth.ErrUnproven or auth.ErrNoRole.
type Provider interface {
	Start(ctx context.Context, t auth.Trip) (address string, err error)
	Finish(ctx context.Context, code string, t auth.Trip) (auth.Identity, error)
}

// startOIDC sends a person to the provider.
func (s *Server) startOIDC(c echo.Context) error {
	if !s.SignIn || s.OIDC.Provider == nil {
		return store.ErrNotFound
	}
	next := s.Links.Local(c.QueryParam("next"))
	c.Response().Header().Set("Cache-Control", "no-store")
	s.recognise(c)
	if who(c) != nil {
		return c.Redirect(http.StatusSeeOther, next)
	}
	trip, sealed, err := s.trips.begin(next)
	if err != nil {
		return err
	}
	address, err := s.OIDC.Provider.Start(c.Request().Context(), trip.Trip)
	if err != nil {
		return s.notAdmitted(c, next, err)
	}
	s.holdTrip(c, sealed)
	return c.Redirect(http.StatusSeeOther, address)
}

// finishOIDC lets in who comes back from the provider.
func (s *Server) finishOIDC(c echo.Context) error {
	if !s.SignIn || s.OIDC.Provider == nil {
		return store.ErrNotFound
	}
	trip, ok := s.trips.end(cookie(c, tripCookie), c.QueryParam("state"))
	if !ok {
		// The cookie stays: it may be that of another trip, which another site's page cannot end.
		return s.notAdmitted(c, s.Links.Gallery(nil), errNoTrip)
	}
	s.holdTrip(c, "")
	next := s.Links.Local(trip.Next)
	if iss := c.QueryParam("iss"); iss != "" && iss != s.OIDC.Issuer {
		return s.notAdmitted(c, next, fmt.Errorf("%w: another issuer answers", auth.ErrUnproven))
	}
	if c.QueryParam("error") != "" || c.QueryParam("code") == "" {
		return s.notAdmitted(c, next, fmt.Errorf("%w: the provider says %.40q", auth.ErrUnproven,
			c.QueryParam("error")))
	}
	ctx := c.Request().Context()
	id, err := s.OIDC.Provider.Finish(ctx, c.QueryParam("code"), trip.Trip)
	if err != nil {
		return s.notAdmitted(c, next, err)
	}
	a, err := s.Store.AdmitIdentity(s.noting(c, "", "", ""), id)
	if err != nil {
		return s.notAdmitted(c, next, err)
	}
	if err := s.startSession(c, a.User); err != nil {
		return err
	}
	s.note(c, auth.ActSignIn, a.User.Name, s.OIDC.Name)
	return c.Redirect(http.StatusSeeOther, next)
}

// errNoTrip says that somebody comes back who never left, which anybody can do at any pace.
var errNoTrip = fmt.Errorf("%w: no such trip is under way", auth.ErrUnproven)

// notAdmitted says why the way over the provider did not lead in.
func (s *Server) notAdmitted(c echo.Context, next string, err error) error {
	p := views.SignInProps{Next: next}
	status := http.StatusBadRequest
	var known error
	switch {
	case errors.Is(err, auth.ErrDown):
		status, p.Why, known = http.StatusBadGateway, views.WhyDown, auth.ErrDown
	case errors.Is(err, auth.ErrUnproven):
		p.Why, known = views.WhyUnproven, auth.ErrUnproven
	case errors.Is(err, auth.ErrNoRole):
		status, p.Why, known = http.StatusForbidden, views.WhyNoRole, auth.ErrNoRole
	case errors.Is(err, auth.ErrDisabled):
		status, p.Why, known = http.StatusForbidden, views.WhyDisabled, auth.ErrDisabled
	default:
		return err
	}
	level := slog.LevelDebug
	if !errors.Is(err, errNoTrip) && s.stranded.AllowN(s.Now(), 1) {
		level = slog.LevelWarn
	}
	s.Log.Log(c.Request().Context(), level, "a sign-in at the provider failed", "err", err,
		"request_id", requestID(c))
	if status == http.StatusForbidden {
		s.note(c, auth.ActSignInFailed, "", p.Why)
	}
	if !wantsPage(c) {
		return &publicError{Status: status, Detail: sentence(known.Error()), Err: err}
	}
	return s.renderSignIn(c, status, p)
}
