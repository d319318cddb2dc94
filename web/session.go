package web

import (
	"net/http"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
)

// sessionCookie is the name of the cookie that holds a session's token.
const sessionCookie = "reelback_session"

// newSessions returns the manager of sessions. Its own middleware is not used: it would stand
// between files and the connection, and write to the database with every page.
func (s *Server) newSessions() *scs.SessionManager {
	return &scs.SessionManager{ // scs.New would also start a store of its own
		Store: auth.SessionStore{Sessions: s.Store}, Codec: auth.SessionCodec{},
		HashTokenInStore: true, Lifetime: auth.SessionLife,
		Cookie: scs.SessionCookie{Name: sessionCookie, Path: s.Links.Base() + "/", Persist: true,
			HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.Links.Secure()},
	}
}

// loadSession reads the session that a request's cookie names into the request.
func (s *Server) loadSession(c echo.Context) error {
	r := c.Request()
	ctx, err := s.sessions.Load(r.Context(), cookie(c, sessionCookie))
	if err != nil {
		return err
	}
	c.SetRequest(r.WithContext(ctx))
	return nil
}

// bySession finds out who is signed in; nil for nobody.
func (s *Server) bySession(c echo.Context) (*actor, error) {
	if cookie(c, sessionCookie) == "" {
		return nil, nil
	}
	if err := s.loadSession(c); err != nil {
		return nil, err
	}
	ctx := c.Request().Context()
	user := s.sessions.GetInt64(ctx, auth.KeyUser)
	if user == 0 {
		return nil, nil
	}
	return &actor{user: user, session: s.sessions.GetInt64(ctx, auth.KeySession),
		name: s.sessions.GetString(ctx, auth.KeyName),
		role: auth.Role(s.sessions.GetString(ctx, auth.KeyRole))}, nil
}

// startSession signs a user in. The token is a new one, so that one planted before is worthless.
func (s *Server) startSession(c echo.Context, u auth.User) error {
	if err := s.loadSession(c); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, auth.KeyUser, u.ID)
	s.sessions.Put(ctx, auth.KeyAddress, remoteAddr(c))
	s.sessions.Put(ctx, auth.KeyAgent, c.Request().UserAgent())
	token, expiry, err := s.sessions.Commit(ctx)
	if err != nil {
		return err
	}
	s.sessions.WriteSessionCookie(ctx, c.Response(), token, expiry)
	setActor(c, &actor{user: u.ID, name: u.Name, role: u.Role})
	return nil
}

// endSession signs whoever makes the request out.
func (s *Server) endSession(c echo.Context) error {
	if err := s.loadSession(c); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.sessions.Destroy(ctx); err != nil {
		return err
	}
	s.forgetSession(c)
	return nil
}

// forgetSession takes the cookie back.
func (s *Server) forgetSession(c echo.Context) {
	c.SetCookie(&http.Cookie{Name: sessionCookie, Path: s.sessions.Cookie.Path, MaxAge: -1,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.sessions.Cookie.Secure})
}

// askToSignIn leads a person to the page for signing in, and from there back.
func (s *Server) askToSignIn(c echo.Context) error {
	next, why := "", ""
	if method := c.Request().Method; method == http.MethodGet || method == http.MethodHead {
		next = s.Links.Here(herePath(c.Request().URL), c.QueryParams())
	}
	if cookie(c, sessionCookie) != "" {
		why = "ended"
		s.forgetSession(c)
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.Redirect(http.StatusSeeOther, s.Links.SignIn(s.Links.Local(next), why))
}
