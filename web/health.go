package web

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// showHealth says that the process runs.
func (s *Server) showHealth(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
}

// showReady says whether callbacks and pages can be served: the database answers and the media
// folder is there.
func (s *Server) showReady(c echo.Context) error {
	err := s.Store.Ping(c.Request().Context())
	if err == nil {
		_, err = s.Options.Files.FreeBytes()
	}
	if err != nil {
		return &publicError{Status: http.StatusServiceUnavailable,
			Detail: "The database or the media folder does not answer.",
			Err:    fmt.Errorf("check readiness: %w", err)}
	}
	return c.JSON(http.StatusOK, map[string]string{"status": "ready"})
}

// showMetrics answers in the text format of Prometheus.
func (s *Server) showMetrics(c echo.Context) error {
	promhttp.HandlerFor(s.Registry, promhttp.HandlerOpts{}).
		ServeHTTP(c.Response(), c.Request())
	return nil
}
