package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/route"
)

// takeSlash lets a callback address with a slash too many at its beginning or end be that without,
// because people put addresses together so and providers follow no redirects. An escaped slash
// belongs to its part.
func takeSlash(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u := c.Request().URL
		if c.Request().Method != http.MethodPost {
			return next(c)
		}
		escaped := u.EscapedPath()
		path := "/" + strings.Trim(escaped, "/")
		if path == escaped || !strings.HasPrefix(path, "/callbacks/") &&
			path != route.SampleRunway && path != route.SampleVeo {
			return next(c)
		}
		if plain, err := url.PathUnescape(path); err == nil {
			u.Path = plain
			if u.RawPath != "" {
				u.RawPath = path
			}
		}
		return next(c)
	}
}

// leadFromSlash sends a reader whose address has a slash at its end to the page without it.
func (s *Server) leadFromSlash(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			return next(c)
		}
		path := r.URL.EscapedPath()
		if path == "/" || !strings.HasSuffix(path, "/") {
			return next(c)
		}
		path = strings.TrimRight(path, "/")
		if strings.HasPrefix(path, "//") || !s.isPage(r.Method, path) {
			return next(c) // nor is another host led to
		}
		return c.Redirect(http.StatusPermanentRedirect, s.Links.Here(path, c.QueryParams()))
	}
}

// isPage says whether a path, escaped as in a request, is that of a page.
func (s *Server) isPage(method, path string) bool {
	c := s.echo.AcquireContext()
	defer s.echo.ReleaseContext(c)
	c.Reset(nil, nil)
	s.echo.Router().Find(method, path, c)
	return s.registered[method+" "+c.Path()] && !forMachinesAt(c.Path()) &&
		c.Path() != route.Media && c.Path() != route.Static
}
