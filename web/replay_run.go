package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/store"
)

// runReplay has the deliveries that match replayed, and shows how far that is. While another one
// is under way it shows that instead.
func (s *Server) runReplay(c echo.Context) error {
	filter, err := replayFilter(c)
	if err != nil {
		return bad(err)
	}
	text := query.Deliveries(filter).Encode()
	id, err := s.Replays.Begin(s.noting(c, auth.ActReplay, "", text), filter, text)
	switch {
	case errors.Is(err, store.ErrReplayRunning):
		return c.Redirect(http.StatusSeeOther, s.Links.Replays())
	case err != nil:
		return err
	}
	return c.Redirect(http.StatusSeeOther, s.Links.Replay(id))
}
