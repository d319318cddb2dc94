package web

import (
	"errors"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views"
)

// revokeSourceToken makes a token invalid at once. The form has to say so where it is the last.
func (s *Server) revokeSourceToken(c echo.Context) error {
	if err := readTokenForm(c); err != nil {
		return err
	}
	id, err := strconv.ParseInt(param(c, "id"), 10, 64)
	if err != nil {
		return store.ErrNotFound
	}
	source, evenLast := param(c, "source"), c.Request().PostForm.Get("last") == "yes"
	ctx := s.noting(c, auth.ActSourceTokenRevoke, source, "")
	_, err = s.Store.RevokeSourceToken(ctx, source, id, evenLast)
	switch {
	case errors.Is(err, task.ErrLastToken): // the others have gone since the page was read
		return s.tokensUnchanged(c, source, views.ProblemLastToken, err)
	case err != nil:
		return err
	}
	return s.tokensChanged(c, source)
}
