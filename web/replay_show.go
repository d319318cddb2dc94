package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/views"
)

// showReplay shows one replay: how far it is, or how it came out.
func (s *Server) showReplay(c echo.Context) error {
	id, err := strconv.ParseInt(param(c, "id"), 10, 64)
	if err != nil {
		return store.ErrNotFound
	}
	found, err := s.Store.FindReplay(c.Request().Context(), id)
	if err != nil {
		return err
	}
	f := s.frame(c, views.NavDeliveries)
	return s.render(c, http.StatusOK, views.ReplayPage(f, views.NewReplay(f, newReplay(found))))
}

func newReplay(r store.Replay) views.Replay {
	out := views.Replay{ID: r.ID, At: r.At, EndedAt: r.EndedAt, State: string(r.State),
		Total: r.Total, Tally: newTally(r.Tally), Undone: r.Undone, NotUndone: r.NotUndone,
		FilesKept: r.FilesKept, CanUndo: r.CanUndo, Skipped: views.ReplayFaults(r.Skipped),
		NotBack: views.ReplayFaults(r.NotBack)}
	// Only this program writes it; what it may not understand any more shows as no filter.
	if q, err := url.ParseQuery(r.Filter); err == nil {
		out.Filter, _ = query.ParseDeliveries(q)
	}
	return out
}
