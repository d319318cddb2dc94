package web

import (
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

// needsNoOrigin says whether a change may be asked for by another site's page. Such a page can use
// what the browser sends by itself. A callback is believed for its token and signature alone, and
// an Authorization header no page of another site can send, so on these nothing is to be gained.
func needsNoOrigin(c echo.Context) bool {
	switch c.Path() {
	case route.Callback, route.CallbackToken, route.SampleRunway, route.SampleVeo:
		return true
	case route.APITasks:
		return c.Request().Header.Get("Authorization") != ""
	}
	return false
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
