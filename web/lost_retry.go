package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
)

// retriedKey is the query of the page that tells how many files are tried again.
const retriedKey = "retried"

// retryLost makes all lost files due at once, or those of one reason.
func (s *Server) retryLost(c echo.Context) error {
	reason := c.FormValue("reason")
	n, err := s.Store.RetryLost(s.noting(c, auth.ActRetryLost, reason, ""), reason)
	if n > 0 {
		s.Wake()
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, s.Links.Lost(url.Values{retriedKey: {strconv.Itoa(n)}}))
}

// believeLost says that the files which are away do not come back.
func (s *Server) believeLost(c echo.Context) error {
	if away := s.away(); away != "" {
		if err := s.Kept.Believe(); err != nil {
			return err
		}
		s.note(c, auth.ActFilesGone, "", string(away))
	}
	return c.Redirect(http.StatusSeeOther, s.Links.Lost(nil))
}

// retried is how many files somebody has just had tried again, below 0 where nobody has.
func retried(c echo.Context) int {
	n, err := strconv.Atoi(c.QueryParam(retriedKey))
	if err != nil || n < 0 {
		return -1
	}
	return n
}
