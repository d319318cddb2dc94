package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/views"
)

// listDeliveries shows everything that arrived, also what was refused.
func (s *Server) listDeliveries(c echo.Context) error {
	l, err := list(c, 0, query.ParseDeliveries, s.Store.ListDeliveries)
	if err != nil {
		return err
	}
	f := s.frame(c, views.NavDeliveries)
	sources := s.Sources.Sources()
	names := make([]string, len(sources))
	for i, src := range sources {
		names[i] = src.Name
	}
	props := views.NewDeliveries(f, views.DeliveriesInput{
		Deliveries: l.items, Filter: l.filter, Sources: names, Older: l.older, Newest: l.newest,
		Repaired: s.repaired(c.Request().Context()),
	})
	return s.render(c, http.StatusOK, views.DeliveriesPage(f, props))
}
