package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views"
)

// How much of the past the page of losses shows: days, and repairs of all time or of some.
const (
	lossDays      = 30
	newestRepairs = 50
	chosenRepairs = 500
)

// showLoss shows how many callbacks were lost and what became of them. A span of time in the
// query chooses whose repairs are listed.
func (s *Server) showLoss(c echo.Context) error {
	span, err := query.ParseDeliveries(c.QueryParams())
	if err != nil {
		return bad(err)
	}
	in := views.LossInput{CanAsk: s.HasAPIKey,
		Span: task.DeliveryFilter{From: span.From, To: span.To}}
	ctx := c.Request().Context()
	if in.Loss, err = s.Books.Read(ctx, lossDays); err != nil {
		return err
	}
	if s.HasAPIKey {
		if in.Silent, err = s.Store.CountSilent(ctx); err != nil {
			return err
		}
	}
	in.Limit = newestRepairs
	if !span.From.IsZero() || !span.To.IsZero() {
		in.Limit = chosenRepairs
	}
	if in.Repairs, err = s.Store.ListRepairs(ctx, span.From, span.To, in.Limit); err != nil {
		return err
	}
	f := s.frame(c, views.NavDeliveries)
	return s.render(c, http.StatusOK, views.LossPage(f, views.NewLoss(f, in)))
}

// repaired returns how many lost callbacks were repaired in all, for pages that say so in passing.
func (s *Server) repaired(ctx context.Context) int64 {
	n, err := s.Store.Counter(ctx, store.CounterRepaired)
	if err != nil {
		s.Log.Warn("the number of repairs could not be read", "err", err)
	}
	return n
}
