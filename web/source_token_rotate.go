package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/task"
)

// rotateSourceTokens replaces the tokens of a source by a new one; the old ones stay valid as
// long as the form says.
func (s *Server) rotateSourceTokens(c echo.Context) error {
	if err := readTokenForm(c); err != nil {
		return err
	}
	overlap := task.DefaultOverlap
	if text := c.Request().PostForm.Get("overlap"); text != "" {
		var err error
		if overlap, err = time.ParseDuration(text); err != nil {
			return &publicError{Status: http.StatusBadRequest, Err: err,
				Detail: "Parameter overlap: it must be a duration such as 24h."}
		}
	}
	r := task.Rotation{Source: param(c, "source"), Token: inbox.NewToken(), Overlap: overlap}
	if err := r.Check(); err != nil {
		return bad(err)
	}
	ctx := s.noting(c, auth.ActSourceTokenRotate, r.Source, "")
	if _, _, err := s.Store.RotateSourceToken(ctx, r); err != nil {
		return err
	}
	return s.tokensChanged(c, r.Source)
}
