package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/views"
)

// listTasks shows the task table.
func (s *Server) listTasks(c echo.Context) error {
	l, err := list(c, 0, query.ParseTasks, s.Store.ListTasks)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	counts, capped, err := s.Store.CountTasks(ctx, l.filter)
	if err != nil {
		return err
	}
	facets, err := s.Store.ListFacets(ctx)
	if err != nil {
		return err
	}
	running, err := s.Store.ListRunning(ctx)
	if err != nil {
		return err
	}
	f := s.frame(c, views.NavTasks)
	props := views.NewTasks(f, views.TasksInput{
		Tasks: maskedTasks(l.items), Filter: l.filter, Counts: counts, CountsCapped: capped,
		Products: facets.Products, Resolutions: facets.Resolutions,
		Running: maskedRunning(running), Older: l.older, Newest: l.newest,
	})
	return s.render(c, http.StatusOK, views.TasksPage(f, props))
}
