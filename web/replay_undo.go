package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/store"
)

// undoReplay has a replay undone, and shows how far that is. One that cannot be undone now says
// so on the same page.
func (s *Server) undoReplay(c echo.Context) error {
	id, err := strconv.ParseInt(param(c, "id"), 10, 64)
	if err != nil {
		return store.ErrNotFound
	}
	number := "no. " + strconv.FormatInt(id, 10)
	err = s.Replays.Undo(s.noting(c, auth.ActReplayUndo, number, ""), id)
	switch {
	case errors.Is(err, store.ErrReplayRunning):
		return s.replayBusy(c, err)
	case err != nil && !errors.Is(err, store.ErrNotUndoable):
		return err
	}
	return c.Redirect(http.StatusSeeOther, s.Links.Replay(id))
}
