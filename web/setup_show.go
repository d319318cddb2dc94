package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views"
)

// showSetup shows how to point a provider here, and waits for its first callback.
func (s *Server) showSetup(c echo.Context) error {
	ctx := c.Request().Context()
	latest, _, err := s.Store.ListDeliveries(ctx, task.DeliveryFilter{}, task.Page{Limit: 1})
	if err != nil {
		return err
	}
	tokens, err := s.Store.ListSourceTokens(ctx, "")
	if err != nil {
		return err
	}
	f := s.frame(c, views.NavSetup)
	in := views.SetupInput{
		HasHMACKey: s.HasHMACKey, HasAPIKey: s.HasAPIKey, PublicURLSet: s.HasPublicURL,
		DiskFree: f.Strip.DiskFree, Since: s.started, Repaired: s.repaired(c.Request().Context()),
	}
	if len(latest) > 0 {
		in.FirstDelivery = &latest[0]
	}
	for _, src := range s.Sources.Sources() {
		shown := s.setupSource(f, src, tokens)
		if src.Name == c.QueryParam("source") {
			shown.Chosen, shown.Problem = true, c.QueryParam("problem")
		}
		in.Sources = append(in.Sources, shown)
	}
	return s.render(c, http.StatusOK, views.SetupPage(f, views.NewSetup(f, in)))
}

// setupSource is a source with its tokens, out of those of all.
func (s *Server) setupSource(
	f views.Frame, src task.Source, tokens []task.SourceToken,
) views.SetupSource {
	shown := views.SetupSource{Name: src.Name, Product: src.Product, Open: s.OpenSources}
	for _, t := range tokens {
		if t.Source == src.Name {
			shown.Tokens = append(shown.Tokens, t)
		}
	}
	switch {
	case s.OpenSources:
		shown.URL = f.Link.CallbackAddress(src.Name, "")
	case len(shown.Tokens) > 0 && shown.Tokens[0].Valid(f.Now):
		shown.URL = f.Link.CallbackAddress(src.Name, shown.Tokens[0].Token)
	}
	return shown
}
