package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views"
)

// createAPIToken makes a token for the API. The answer itself shows it, this once: an address to
// be led to would have to carry it, or the server to keep it. Nothing
// on the way may keep the page.
func (s *Server) createAPIToken(c echo.Context) error {
	if err := readTokenForm(c); err != nil {
		return err
	}
	form := c.Request().PostForm
	in := views.APITokensInput{Name: strings.TrimSpace(form.Get("name"))}
	if err := task.CheckTokenName(in.Name); err != nil {
		in.Why = views.WhyTokenName
		return s.noAPIToken(c, in, err)
	}
	scopes, err := auth.ParseScopes(form["scope"])
	if err != nil {
		in.Why = views.WhyScopes
		return s.noAPIToken(c, in, err)
	}
	token := "rb_" + inbox.NewToken()
	ctx := s.noting(c, auth.ActAPITokenCreate, in.Name, auth.JoinScopes(scopes))
	if err := s.Store.AddAPIToken(ctx, in.Name, token, scopes...); err != nil {
		return err
	}
	return s.renderAPITokens(c, http.StatusCreated, views.APITokensInput{Fresh: token})
}

// noAPIToken shows the form again with what was wrong with it.
func (s *Server) noAPIToken(c echo.Context, in views.APITokensInput, err error) error {
	if !wantsPage(c) {
		return &publicError{Status: http.StatusUnprocessableEntity,
			Detail: sentence(err.Error()), Err: err}
	}
	for _, name := range c.Request().PostForm["scope"] {
		in.Scopes = append(in.Scopes, auth.Scope(name))
	}
	return s.renderAPITokens(c, http.StatusUnprocessableEntity, in)
}
