package web

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/views"
)

// listAudit shows who did what.
func (s *Server) listAudit(c echo.Context) error {
	l, err := list(c, 0, parseAudit, s.Store.ListAudit)
	if err != nil {
		return err
	}
	users, err := s.Store.ListUsers(c.Request().Context())
	if err != nil {
		return err
	}
	names := make([]string, len(users))
	for i, u := range users {
		names[i] = u.Name
	}
	f := s.frame(c, views.NavSettings)
	return s.render(c, http.StatusOK, views.AuditPage(f, views.NewAudit(f, views.AuditInput{
		Entries: l.items, Filter: l.filter, Users: names, Older: l.older, Newest: l.newest,
	})))
}

func parseAudit(q url.Values) (auth.AuditFilter, error) {
	f := auth.AuditFilter{Who: q.Get("who"), Action: auth.Action(q.Get("action"))}
	if f.Action != "" && !slices.Contains(auth.Actions(), f.Action) {
		wrong := &query.Error{Param: "action", Value: string(f.Action)}
		for _, a := range auth.Actions() {
			wrong.Allowed = append(wrong.Allowed, string(a))
		}
		return f, wrong
	}
	return f, nil
}
