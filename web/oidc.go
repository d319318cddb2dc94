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

// Provider vouches for people. Its errors are those of admissions.
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
	if said := c.QueryParam("error"); said != "" || c.QueryParam("code") == "" {
		return s.notAdmitted(c, next, fmt.Errorf("%w: the provider says %.40q", refusal(said), said))
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

// refusal is what a provider means that sends somebody back without a code.
func refusal(said string) error {
	switch said {
	case "access_denied", "login_required", "consent_required", "interaction_required",
		"account_selection_required":
		return auth.ErrDeclined
	case "unauthorized_client", "invalid_request", "invalid_scope", "unsupported_response_type":
		return auth.ErrClient
	case "server_error", "temporarily_unavailable":
		return auth.ErrDown
	default:
		return auth.ErrUnproven
	}
}

// errNoTrip says that somebody comes back who never left, which anybody can do at any pace.
var errNoTrip = fmt.Errorf("%w: no such trip is under way", auth.ErrUnproven)

// notAdmitted says why the way over the provider did not lead in.
func (s *Server) notAdmitted(c echo.Context, next string, err error) error {
	for _, known := range admissions() {
		if errors.Is(err, known.err) {
			return s.notAdmittedAs(c, next, known, err)
		}
	}
	return err
}

// admission is a reason for which the way over the provider does not lead in.
type admission struct {
	err    error // whose words are for machines
	status int
	why    string // key of its words for people
}

func admissions() []admission {
	return []admission{
		{auth.ErrDown, http.StatusBadGateway, views.WhyDown},
		{auth.ErrClient, http.StatusBadGateway, views.WhyClient},
		{auth.ErrClock, http.StatusBadGateway, views.WhyClock},
		{auth.ErrDeclined, http.StatusBadRequest, views.WhyDeclined},
		{auth.ErrUnproven, http.StatusBadRequest, views.WhyUnproven},
		{auth.ErrNoRole, http.StatusForbidden, views.WhyNoRole},
		{auth.ErrDisabled, http.StatusForbidden, views.WhyDisabled},
	}
}

// notAdmittedAs tells a person or a machine the reason, and the log what lies behind it.
func (s *Server) notAdmittedAs(c echo.Context, next string, known admission, err error) error {
	level := slog.LevelDebug
	if !errors.Is(err, errNoTrip) && s.stranded.AllowN(s.Now(), 1) {
		level = slog.LevelWarn
	}
	s.Log.Log(c.Request().Context(), level, "a sign-in at the provider failed", "err", err,
		"request_id", requestID(c))
	if known.status == http.StatusForbidden {
		s.note(c, auth.ActSignInFailed, "", known.why)
	}
	if !wantsPage(c) {
		return &publicError{Status: known.status, Detail: sentence(known.err.Error()), Err: err}
	}
	return s.renderSignIn(c, known.status, views.SignInProps{Next: next, Why: known.why})
}
