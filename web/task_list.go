package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/views"
)

// listTasks shows the task table.
func (s *Server) listTasks(c echo.Context) error {
	filter, err := query.ParseTasks(c.QueryParams())
	if err != nil {
		return bad(err)
	}
	p, err := page(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	tasks, next, err := s.Store.ListTasks(ctx, filter, p)
	if err != nil {
		return err
	}
	counts, capped, err := s.Store.CountTasks(ctx, filter)
	if err != nil {
		return err
	}
	facets, err := s.Store.ListFacets(ctx)
	if err != nil {
		return err
	}
	f := s.frame(c, views.NavTasks)
	props := views.NewTasks(f, views.TasksInput{
		Tasks: maskedTasks(tasks), Filter: filter, Counts: counts, CountsCapped: capped,
		Products: facets.Products, Resolutions: facets.Resolutions,
		Older: cursor(next), Newest: p.Before == 0,
	})
	return s.render(c, http.StatusOK, views.TasksPage(f, props))
}
