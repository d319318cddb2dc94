package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/route"
)

// forStrangers says whether a route is answered at the public address, which the whole world may
// reach: what providers call, what watches the server, and the files that are the same everywhere.
// Nothing that was received or saved is among them.
func forStrangers(path string) bool {
	switch path {
	case route.Health, route.Ready, route.Static:
		return true
	}
	return takesCallbacks(path)
}

// strangerKey marks the context of a request that came to the public address.
type strangerKey struct{}

// Public returns the handler for the public address: the same server, as far as it is for
// strangers.
func (s *Server) Public() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), strangerKey{}, true)))
	})
}

func byStranger(c echo.Context) bool {
	return c.Request().Context().Value(strangerKey{}) != nil
}

// onlyForStrangers answers at the public address as if there were nothing else, in the words of
// an address where nothing ever was.
func onlyForStrangers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if byStranger(c) && !forStrangers(c.Path()) {
			return writeProblem(c, http.StatusNotFound, "", "")
		}
		return next(c)
	}
}
