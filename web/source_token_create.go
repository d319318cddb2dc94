package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views"
)

// createSourceToken gives a source another token.
func (s *Server) createSourceToken(c echo.Context) error {
	if err := readTokenForm(c); err != nil {
		return err
	}
	source, name := param(c, "source"), strings.TrimSpace(c.Request().PostForm.Get("name"))
	if err := task.CheckTokenName(name); err != nil {
		return s.tokensUnchanged(c, source, views.ProblemTokenName, bad(err))
	}
	ctx := s.noting(c, auth.ActSourceTokenCreate, source, name)
	_, err := s.Store.CreateSourceToken(ctx, source, name, inbox.NewToken())
	var taken *task.NameTakenError
	if errors.As(err, &taken) {
		return s.tokensUnchanged(c, source, views.ProblemTokenTaken, err)
	}
	if err != nil {
		return err
	}
	return s.tokensChanged(c, source)
}

// maxTokenForm is the longest form about a token, in bytes.
const maxTokenForm = 16 << 10

func readTokenForm(c echo.Context) error {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxTokenForm)
	if err := r.ParseForm(); err != nil {
		return &publicError{Status: http.StatusBadRequest,
			Detail: "The form could not be read. Send it again from the setup page.", Err: err}
	}
	return nil
}

// tokensChanged brings a change into force and leads back to where it was made.
func (s *Server) tokensChanged(c echo.Context, source string) error {
	if err := s.Sources.Refresh(c.Request().Context()); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, s.Links.SetupSource(source, ""))
}

// tokensUnchanged leads back to the form with the key of what was wrong with it, or tells a
// machine, which has no form, the error.
func (s *Server) tokensUnchanged(c echo.Context, source, problem string, err error) error {
	if !wantsPage(c) {
		return err
	}
	return c.Redirect(http.StatusSeeOther, s.Links.SetupSource(source, problem))
}
