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
// is under way it says so instead.
func (s *Server) runReplay(c echo.Context) error {
	filter, err := s.toReplay(c)
	if err != nil {
		return err
	}
	text := query.Deliveries(filter).Encode()
	id, err := s.Replays.Begin(s.noting(c, auth.ActReplay, "", text), filter, text)
	switch {
	case errors.Is(err, store.ErrReplayRunning):
		return s.replayBusy(c, err)
	case err != nil:
		return err
	}
	return c.Redirect(http.StatusSeeOther, s.Links.Replay(id))
}

// replayBusy says that another replay is under way, by the list in which it stands.
func (s *Server) replayBusy(c echo.Context, err error) error {
	if !wantsPage(c) {
		return err
	}
	return c.Redirect(http.StatusSeeOther, s.Links.ReplaysBusy())
}
