package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views"
)

// showSetup shows how to point a provider here, and waits for its first callback.
func (s *Server) showSetup(c echo.Context) error {
	latest, _, err := s.Store.ListDeliveries(c.Request().Context(),
		task.DeliveryFilter{}, task.Page{Limit: 1})
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
	if !s.LoopbackOnly {
		in.AuthWarning = f.T.T("setup.open_pages")
	}
	for _, src := range s.Sources {
		token := ""
		if len(src.Tokens) > 0 && !s.OpenSources {
			token = src.Tokens[0]
		}
		in.Sources = append(in.Sources, views.SetupSource{
			Name: src.Name, Product: src.Product, Open: s.OpenSources,
			URL: f.Link.Absolute(f.Link.Callback(src.Name, token)),
		})
	}
	return s.render(c, http.StatusOK, views.SetupPage(f, views.NewSetup(f, in)))
}
