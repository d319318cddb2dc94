package web

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
)

// AuthHeader is where a trusted proxy says who is signed in with it.
type AuthHeader struct {
	User string    // name of the header; empty where none is believed
	Role string    // the same for the role; may be empty
	Else auth.Role // where that names no role
}

const claimKey = "claim"

// claim is what a trusted proxy says of who makes a request.
type claim struct {
	user string
	role auth.Role
}

// settleHeader takes the headers about users off a request, and keeps what a trusted proxy wrote.
// It is the peer that has to be one: who is named further on may have written anything.
func (s *Server) settleHeader(c echo.Context, peer string) {
	names := s.AuthHeader
	if names.User == "" {
		return
	}
	h := c.Request().Header
	users := h.Values(names.User)
	role := names.Else
	if names.Role != "" {
		var said []string
		for _, line := range h.Values(names.Role) {
			said = append(said, strings.Split(line, ",")...)
		}
		if best, found := auth.BestRole(said); found {
			role = best
		}
		h.Del(names.Role)
	}
	h.Del(names.User)
	addr, err := netip.ParseAddr(peer)
	if err != nil || !s.TrustedProxies.trust(plainAddr(addr)) || byStranger(c) {
		return
	}
	// Two names are one too many: a proxy that adds its own leaves the reader's before it.
	if len(users) == 1 && auth.CheckSubject(users[0]) && !strings.Contains(users[0], ",") {
		c.Set(claimKey, claim{user: users[0], role: role})
	}
}

// person finds out who makes a request: whom a trusted proxy names, else who is signed in; nil for
// nobody.
func (s *Server) person(c echo.Context) (*actor, error) {
	said, named := c.Get(claimKey).(claim)
	if !named {
		return s.bySession(c)
	}
	ctx := c.Request().Context()
	u, err := s.Store.FindIdentity(ctx, auth.ByProxy, said.user)
	if err != nil && !errors.Is(err, auth.ErrNoUser) {
		return nil, err
	}
	same := err == nil && !u.Disabled() && u.Role == said.role
	if !same || s.Now().Sub(u.LastSignInAt) >= time.Hour {
		a, err := s.Store.AdmitIdentity(s.noting(c, "", "", ""), auth.Identity{Issuer: auth.ByProxy, Subject: said.user,
			Name: said.user, Host: auth.ByProxy, Role: said.role})
		switch {
		case errors.Is(err, auth.ErrDisabled):
			return nil, errDisabled()
		case err != nil && !same:
			return nil, err
		case err == nil: // on a full disk it fails, and pages are to be read all the same
			u = a.User
		}
	}
	return &actor{user: u.ID, name: u.Name, role: u.Role, byProxy: true}, nil
}

// errDisabled answers somebody whom the proxy lets through and this program does not.
func errDisabled() error {
	return &publicError{Status: http.StatusForbidden, Err: auth.ErrDisabled,
		Detail: sentence(auth.ErrDisabled.Error())}
}
