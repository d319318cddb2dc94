package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/views"
)

// listDeliveries shows everything that arrived, also what was refused.
func (s *Server) listDeliveries(c echo.Context) error {
	filter, err := query.ParseDeliveries(c.QueryParams())
	if err != nil {
		return bad(err)
	}
	p, err := page(c)
	if err != nil {
		return err
	}
	deliveries, next, err := s.Store.ListDeliveries(c.Request().Context(), filter, p)
	if err != nil {
		return err
	}
	f := s.frame(c, views.NavDeliveries)
	names := make([]string, len(s.Sources))
	for i, src := range s.Sources {
		names[i] = src.Name
	}
	props := views.NewDeliveries(f, views.DeliveriesInput{
		Deliveries: deliveries, Filter: filter, Sources: names, Older: cursor(next),
		Newest: p.Before == 0,
	})
	return s.render(c, http.StatusOK, views.DeliveriesPage(f, props))
}
