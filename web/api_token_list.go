package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/views"
)

// listAPITokens shows the tokens for the API without their secrets.
func (s *Server) listAPITokens(c echo.Context) error {
	return s.renderAPITokens(c, http.StatusOK, views.APITokensInput{})
}

func (s *Server) renderAPITokens(c echo.Context, status int, in views.APITokensInput) error {
	tokens, err := s.Store.ListAPITokens(c.Request().Context())
	if err != nil {
		return err
	}
	in.Tokens = tokens
	f := s.frame(c, views.NavSettings)
	c.Response().Header().Set("Cache-Control", "no-store")
	return s.render(c, status, views.APITokensPage(f, views.NewAPITokens(f, in)))
}
