package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// maxHeaderLines is the largest number of header lines a request may have. Browsers behind three
// proxies send some 40. The server bounds their bytes; without a bound on their number, 64 KiB
// of empty ones would cost a hundred times as much memory, and would be kept with a callback.
const maxHeaderLines = 200

// boundHeaders refuses requests with too many header lines.
func boundHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		lines := 0
		for _, values := range c.Request().Header {
			lines += len(values)
		}
		if lines > maxHeaderLines {
			c.Response().Header().Set("Connection", "close")
			return &publicError{Status: http.StatusRequestHeaderFieldsTooLarge,
				Detail: "The request has more than 200 header lines."}
		}
		return next(c)
	}
}
