package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/route"
)

// insistOnHTTPS tells a browser that came by https not to come by anything else for a year. Other
// names below this one are not ours to decide about.
func insistOnHTTPS(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if whenceOf(c).scheme == "https" {
			c.Response().Header().Set("Strict-Transport-Security", "max-age=31536000")
		}
		return next(c)
	}
}

// needsNoOrigin says whether a change may be asked for by another site's page: an Authorization
// header is one that no such page can send. Callbacks are not among these: providers send neither
// an origin nor what browsers add, while a page could post to an open source through the browser
// of somebody whom the server's address is no secret to.
func needsNoOrigin(c echo.Context) bool {
	return c.Path() == route.APITasks && c.Request().Header.Get("Authorization") != ""
}

// originOf is an address as browsers write it into Origin: in small letters and without the port
// that goes without saying.
func originOf(address string) string {
	u, err := url.Parse(strings.ToLower(address))
	if err != nil || u.Host == "" {
		return ""
	}
	if port := u.Port(); u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		u.Host = strings.TrimSuffix(u.Host, ":"+port)
	}
	return u.Scheme + "://" + u.Host
}

// header is one that many answers share. Its value is made once, and never written to: adding to
// it makes another.
type header struct {
	name  string
	value []string
}

func fixed(name, value string) header {
	return header{http.CanonicalHeaderKey(name), []string{value}}
}

func setAll(h http.Header, all []header) {
	for _, one := range all {
		h[one.name] = one.value
	}
}
