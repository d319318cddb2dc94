package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/views"
)

// showSettings shows what the server runs with and what that leaves open.
func (s *Server) showSettings(c echo.Context) error {
	f := s.frame(c, views.NavSettings)
	return s.render(c, http.StatusOK, views.SettingsPage(f,
		views.NewSettings(f, views.SettingsInput{Risks: s.Risks, Options: s.Settings})))
}
