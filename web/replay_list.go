package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/views"
)

// listReplays shows the last replays, newest first.
func (s *Server) listReplays(c echo.Context) error {
	found, err := s.Store.ListReplays(c.Request().Context())
	if err != nil {
		return err
	}
	list := make([]views.Replay, len(found))
	for i := range found {
		list[i] = newReplay(found[i])
	}
	f := s.frame(c, views.NavDeliveries)
	return s.render(c, http.StatusOK, views.ReplaysPage(f, views.NewReplays(f, list, c.QueryParam("busy") != "")))
}
