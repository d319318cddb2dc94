package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views"
)

// showDelivery shows exactly what one delivery brought and what became of it.
func (s *Server) showDelivery(c echo.Context) error {
	d, err := s.delivery(c)
	if err != nil {
		return err
	}
	f := s.frame(c, views.NavDeliveries)
	return s.render(c, http.StatusOK, views.DeliveryPage(f, views.NewDelivery(f, d)))
}

// delivery returns the delivery that the path names, its secrets masked.
func (s *Server) delivery(c echo.Context) (task.Delivery, error) {
	id, err := strconv.ParseInt(param(c, "id"), 10, 64)
	if err != nil {
		return task.Delivery{}, store.ErrNotFound
	}
	d, err := s.Store.FindDelivery(c.Request().Context(), id)
	if err != nil {
		return task.Delivery{}, err
	}
	return maskedDelivery(d), nil
}
