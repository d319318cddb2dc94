package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views"
)

// otherSuccesses is how many of a task's successes with other links are looked at.
const otherSuccesses = 10

// adoptLinks has a task saved from the links of a delivery that was not applied. A person decides
// that they are right, where the first ones are dead and nobody can be asked.
func (s *Server) adoptLinks(c echo.Context) error {
	ctx := c.Request().Context()
	t, err := s.Store.FindTask(ctx, param(c, "provider"), param(c, "id"))
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(param(c, "delivery"), 10, 64)
	if err != nil {
		return store.ErrNotFound
	}
	others, err := s.Store.OtherSuccesses(ctx, t.Key, otherSuccesses)
	if err != nil {
		return err
	}
	for _, d := range others {
		if d.ID != id {
			continue
		}
		report, err := s.Reader.ReadDelivery(s.productOf(d.Source), d)
		if err != nil {
			return task.ErrNothingToAdopt
		}
		ctx = s.noting(c, auth.ActAdopt, t.Provider+"/"+t.TaskID, "#"+strconv.FormatInt(id, 10))
		if _, err := s.Store.AdoptLinks(ctx, t.Key, d, report); err != nil {
			return err
		}
		s.Wake()
		return c.Redirect(http.StatusSeeOther, s.Links.Task(t.Provider, t.TaskID))
	}
	return task.ErrNothingToAdopt
}

// otherLinks returns the newest delivery whose links could help a task whose own are dead, nil
// where there is none or the task needs no help.
func (s *Server) otherLinks(ctx context.Context, t task.Task) (*views.OtherLinks, error) {
	if !t.Stranded() {
		return nil, nil
	}
	others, err := s.Store.OtherSuccesses(ctx, t.Key, otherSuccesses)
	if err != nil {
		return nil, err
	}
	for _, d := range others {
		report, err := s.Reader.ReadDelivery(s.productOf(d.Source), d)
		if err != nil {
			continue
		}
		if links := s.Store.Adoptable(t, d, report); len(links) > 0 {
			return &views.OtherLinks{Delivery: d.ID, At: d.ReceivedAt, Assets: links}, nil
		}
	}
	return nil, nil
}
