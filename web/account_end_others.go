package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/store"
)

// endOtherSessions signs all of one's own browsers out but the one that asks.
func (s *Server) endOtherSessions(c echo.Context) error {
	a := who(c)
	if a == nil || a.session == 0 { // there is none to keep
		return store.ErrNotFound
	}
	ctx := s.noting(c, auth.ActSessionsEnd, a.name, "")
	if err := s.Store.EndOtherSessions(ctx, a.user, a.session); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, s.Links.AccountDone("sessions")+"#sessions")
}
