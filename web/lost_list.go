package web

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views"
)

// listLost shows what was lost, and what is about to be, task by task.
func (s *Server) listLost(c echo.Context) error {
	l, err := list(c, task.DefaultLimit, losing, s.Store.ListTasks)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	in := views.LostInput{CanAsk: s.HasAPIKey, Older: l.older, Newest: l.newest, Retried: retried(c)}
	if in.Files, err = s.Store.LostFiles(ctx, l.items); err != nil {
		return err
	}
	counts, err := s.Store.CountLost(ctx)
	if err != nil {
		return err
	}
	for _, n := range counts {
		in.Reasons = append(in.Reasons, views.LostReason{Key: n.Reason, N: n.N})
	}
	in.Others = make([]*views.OtherLinks, len(l.items))
	for i, t := range l.items {
		if in.Others[i], err = s.otherLinks(ctx, t); err != nil {
			return err
		}
	}
	in.Tasks = maskedTasks(l.items)
	f := s.frame(c, views.NavTasks)
	return s.render(c, http.StatusOK, views.LostPage(f, views.NewLost(f, in)))
}

// losing selects the tasks that have lost files or are about to, whatever the query says.
func losing(url.Values) (task.Filter, error) {
	return task.Filter{Files: []task.Standing{task.StandingDead, task.StandingLost}}, nil
}
