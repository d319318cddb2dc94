package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/views"
)

// maxDoorForm is the longest form of somebody who need not be known, in bytes.
const maxDoorForm = 8 << 10

// readDoorForm reads a form about passwords.
func readDoorForm(c echo.Context) error {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxDoorForm)
	if err := r.ParseForm(); err != nil {
		return &publicError{Status: http.StatusBadRequest,
			Detail: "The form could not be read. Send it again from its page.", Err: err}
	}
	return nil
}

// showSignIn shows the form for signing in, unless there is no need for it.
func (s *Server) showSignIn(c echo.Context) error {
	next := s.Links.Local(c.QueryParam("next"))
	s.recognise(c)
	if !s.SignIn || who(c) != nil {
		return c.Redirect(http.StatusSeeOther, next)
	}
	p := views.SignInProps{Next: next}
	switch c.QueryParam("why") {
	case route.WhySignedOut:
		p.Why = views.WhySignedOut
	case route.WhyEnded:
		p.Why = views.WhyEnded
	}
	return s.renderSignIn(c, http.StatusOK, p)
}

func (s *Server) renderSignIn(c echo.Context, status int, p views.SignInProps) error {
	has, err := s.Store.HasUsers(c.Request().Context())
	if err != nil {
		return err
	}
	p.NoUsers = !has
	if s.OIDC.Provider != nil {
		p.Provider, p.Only = s.OIDC.Name, s.OIDC.Only
	}
	f := s.frame(c, "")
	if c.Path() == route.OIDC || c.Path() == route.OIDCCallback {
		// Another language must not begin or end the trip again, nor repeat its code.
		f.Path, f.Query = route.SignIn, url.Values{"next": {p.Next}}
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return s.render(c, status, views.SignInPage(f, views.NewSignIn(f, p)))
}

// signIn lets in who gives a name and its password. The answer to a wrong one does not tell which
// of them is wrong.
func (s *Server) signIn(c echo.Context) error {
	if err := readDoorForm(c); err != nil {
		return err
	}
	form := c.Request().PostForm
	next := s.Links.Local(form.Get("next"))
	if !s.SignIn {
		return c.Redirect(http.StatusSeeOther, next)
	}
	if s.OIDC.Only {
		return s.notSignedIn(c, views.SignInProps{Next: next}, errElsewhere)
	}
	name := form.Get("name")
	u, err := s.Door.SignIn(c.Request().Context(), auth.Attempt{Name: name,
		Password: form.Get("password"), Address: remoteAddr(c)})
	if err != nil {
		return s.notSignedIn(c, views.SignInProps{Next: next, Name: name}, err)
	}
	if err := s.startSession(c, u); err != nil {
		return err
	}
	s.note(c, auth.ActSignIn, u.Name, "")
	return c.Redirect(http.StatusSeeOther, next)
}

// errElsewhere says that passwords are of no use here.
var errElsewhere = errors.New("no password is taken here: sign in at the provider")

// notSignedIn shows the form again with what was wrong.
func (s *Server) notSignedIn(c echo.Context, p views.SignInProps, err error) error {
	var locked *auth.Locked
	status := http.StatusUnauthorized
	switch {
	case errors.Is(err, auth.ErrWrong):
		s.noteFailure(c, p.Name)
		p.Why = views.WhyWrong
	case errors.Is(err, errElsewhere):
		status, p.Why = http.StatusForbidden, views.WhyElsewhere
	case errors.As(err, &locked):
		s.noteRefusal(c, p.Name, locked)
		status, p.Why, p.Wait = http.StatusTooManyRequests, views.WhyLocked, locked.Wait
		c.Response().Header().Set("Retry-After", wholeSeconds(locked.Wait))
	case errors.Is(err, auth.ErrBusy):
		status, p.Why = http.StatusServiceUnavailable, views.WhyBusy
		c.Response().Header().Set("Retry-After", "5")
	default:
		return err
	}
	if !wantsPage(c) {
		return &publicError{Status: status, Detail: sentence(err.Error()), Err: err}
	}
	return s.renderSignIn(c, status, p)
}

// noteFailure writes a failed attempt into the audit trail. A name that is nobody's is left out:
// people type their passwords there.
func (s *Server) noteFailure(c echo.Context, name string) {
	subject, unknown := s.attempted(c, name)
	detail := ""
	if unknown {
		detail = auth.DetailUnknown
	}
	s.note(c, auth.ActSignInFailed, subject, detail)
}

// noteRefusal writes down attempts that are refused while too many have failed: not each of them,
// or whoever makes them could fill the trail.
func (s *Server) noteRefusal(c echo.Context, name string, locked *auth.Locked) {
	if !locked.Tells() {
		return
	}
	subject, unknown := s.attempted(c, name)
	s.note(c, auth.ActSignInLocked, subject, auth.AttemptDetail(unknown, locked.Refused))
}

// attempted is whose name was tried.
func (s *Server) attempted(c echo.Context, name string) (subject string, unknown bool) {
	u, err := s.Store.FindUser(c.Request().Context(), name)
	return u.Name, err != nil
}

func wholeSeconds(d time.Duration) string {
	return strconv.Itoa(int((d + time.Second - 1) / time.Second))
}

// signOut ends the session of whoever asks.
func (s *Server) signOut(c echo.Context) error {
	if !s.SignIn {
		return c.Redirect(http.StatusSeeOther, s.Links.Gallery(nil))
	}
	s.recognise(c)
	if a := who(c); a != nil {
		if err := s.endSession(c); err != nil {
			return err
		}
		s.note(c, auth.ActSignOut, a.name, "")
	}
	return c.Redirect(http.StatusSeeOther, s.Links.SignIn("", route.WhySignedOut))
}
