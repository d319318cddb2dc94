package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/mask"
	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views"
)

// Replays makes replays.
type Replays interface {
	Preview(ctx context.Context, f task.DeliveryFilter) (store.Preview, error)
	Begin(ctx context.Context, f task.DeliveryFilter, text string) (int64, error)
	Undo(ctx context.Context, id int64) error
}

// previewTime is how long a preview may take; what it has found by then is shown.
const previewTime = 15 * time.Second

// previewReplay shows what a replay of the deliveries that match would do, and does nothing.
func (s *Server) previewReplay(c echo.Context) error {
	filter, err := s.toReplay(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), previewTime)
	defer cancel()
	found, err := s.Replays.Preview(ctx, filter)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return &publicError{Status: http.StatusServiceUnavailable,
			Detail: "Another dry run is under way. Try again in a while.", Err: err}
	case err != nil:
		return err
	}
	f := s.frame(c, views.NavDeliveries)
	props := views.NewReplayPreview(f, newPreviewInput(filter, found))
	return s.render(c, http.StatusOK, views.ReplayPreviewPage(f, props))
}

// toReplay returns which deliveries are to be replayed. A delivery or a source that is not there
// is a mistake: an answer that nothing was read would hide it.
func (s *Server) toReplay(c echo.Context) (task.DeliveryFilter, error) {
	filter, err := replayFilter(c)
	if err != nil {
		return filter, bad(err)
	}
	ctx := c.Request().Context()
	if filter.ID > 0 {
		_, err := s.Store.FindDelivery(ctx, filter.ID)
		if errors.Is(err, store.ErrNotFound) {
			return filter, &publicError{Status: http.StatusNotFound, Err: err,
				Detail: fmt.Sprintf("There is no delivery %d. It may have been removed.",
					filter.ID)}
		}
		if err != nil {
			return filter, err
		}
	}
	return filter, s.checkSources(ctx, filter.Sources)
}

// checkSources refuses a name that no source has or had when a delivery came that is still kept.
func (s *Server) checkSources(ctx context.Context, wanted []string) error {
	var names []string
	for _, src := range s.Sources.Sources() {
		names = append(names, src.Name)
	}
	for _, name := range wanted {
		if slices.Contains(names, name) {
			continue
		}
		kept, _, err := s.Store.ListDeliveries(ctx,
			task.DeliveryFilter{Sources: []string{name}}, task.Page{Limit: 1})
		if err != nil {
			return err
		}
		if len(kept) == 0 {
			return bad(&query.Error{Param: query.Source, Value: name, Allowed: names})
		}
	}
	return nil
}

// replayFilter reads which deliveries are to be replayed. A name that no filter has is refused, and
// so is a body, in which nobody would read a filter: each would choose all of them. What chooses
// language and theme belongs to the page.
func replayFilter(c echo.Context) (task.DeliveryFilter, error) {
	if n, _ := io.ReadFull(c.Request().Body, make([]byte, 1)); n > 0 {
		return task.DeliveryFilter{}, errors.New("the filter has to be in the address, " +
			"as in ?outcome=not_understood, and not in the body")
	}
	known := []string{query.ID, query.Outcome, query.Source, query.TaskID, query.From, query.To,
		"lang", "theme"}
	for name := range c.QueryParams() {
		if !slices.Contains(known, name) {
			return task.DeliveryFilter{}, &query.Error{Param: name, Value: c.QueryParam(name),
				Want: query.WantNothing}
		}
	}
	return query.ParseDeliveries(c.QueryParams())
}

func newPreviewInput(filter task.DeliveryFilter, p store.Preview) views.ReplayPreviewInput {
	in := views.ReplayPreviewInput{
		Filter: filter, Tally: newTally(p.Tally), Total: p.Total, Capped: p.Capped,
		Stopped: p.Stopped, Stays: p.Stays, Left: p.Left,
	}
	for _, c := range p.Changes {
		for i := range c.Differences {
			c.Differences[i] = maskedDifference(c.Differences[i])
		}
		in.Changes = append(in.Changes, views.ReplayChange{Task: maskedTask(c.Task), Made: c.Made,
			Differences: c.Differences, Files: len(c.Files), Outcomes: c.Outcomes})
	}
	return in
}

func newTally(t store.Tally) views.ReplayTally {
	return views.ReplayTally{Deliveries: t.Deliveries, Unchanged: t.Unchanged, Refused: t.Refused,
		Tasks: t.Tasks, Changed: t.Changed, Made: t.Made, LeftAlone: t.LeftAlone,
		Outcomes: t.Outcomes, Files: t.Files}
}

// maskedDifference returns a difference without the secrets that its texts may quote.
func maskedDifference(d task.Alteration) task.Alteration {
	d.Before, d.After = mask.Text(d.Before), mask.Text(d.After)
	return d
}
