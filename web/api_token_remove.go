package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/store"
)

// removeAPIToken makes a token for the API invalid at once.
func (s *Server) removeAPIToken(c echo.Context) error {
	id, err := strconv.ParseInt(param(c, "id"), 10, 64)
	if err != nil {
		return store.ErrNotFound
	}
	ctx := c.Request().Context()
	tokens, err := s.Store.ListAPITokens(ctx)
	if err != nil {
		return err
	}
	name := ""
	for _, t := range tokens {
		if t.ID == id {
			name = t.Name
		}
	}
	ctx = s.noting(c, auth.ActAPITokenRemove, name, "no. "+strconv.FormatInt(id, 10))
	if err := s.Store.RemoveAPIToken(ctx, id); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, s.Links.SettingsTokens())
}
