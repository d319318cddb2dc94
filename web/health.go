package web

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/reelback/reelback/internal/task"
)

// showHealth says that the process runs.
func (s *Server) showHealth(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
}

// reasonNoAnswer is the word for not being ready where no trouble of the database says more.
const reasonNoAnswer = "no_answer"

// showReady says whether callbacks and pages can be served: the database answers and can be
// written to, as far as is known, and the media folder is there.
func (s *Server) showReady(c echo.Context) error {
	if t := s.trouble(); t != task.NoTrouble {
		return &troubleError{trouble: t}
	}
	if away := s.away(); away != task.NotAway {
		return awayError(away, nil)
	}
	err := s.Store.Ping(c.Request().Context())
	if err == nil {
		_, err = s.Options.Files.FreeBytes()
	}
	if err != nil {
		return &publicError{Status: http.StatusServiceUnavailable,
			Detail: "The database or the media folder does not answer.", Reason: reasonNoAnswer,
			Err: fmt.Errorf("check readiness: %w", err)}
	}
	return c.JSON(http.StatusOK, map[string]string{"status": "ready"})
}

// showMetrics answers in the text format of Prometheus.
func (s *Server) showMetrics(c echo.Context) error {
	promhttp.HandlerFor(s.Registry, promhttp.HandlerOpts{}).
		ServeHTTP(c.Response(), c.Request())
	return nil
}
