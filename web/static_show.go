package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/route"
)

// showStatic serves the program's own style sheets, scripts and pictures.
func (s *Server) showStatic(c echo.Context) error {
	prefix := strings.TrimSuffix(route.Static, "*")
	http.StripPrefix(strings.TrimSuffix(prefix, "/"), s.Static.Handler()).
		ServeHTTP(c.Response(), c.Request())
	return nil
}
