package web

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"github.com/reelback/reelback/internal/task"
)

// Covers are pictures of tasks whose provider sent none.
type Covers interface {
	// Alone says whether they are made without anybody's browser.
	Alone() bool
	Offer(ctx context.Context, t task.Task, picture []byte) error
	Choose(ctx context.Context, t task.Task, picture []byte) error
}

// How many pictures are looked at: a page offers a handful, one after the other.
const (
	offersEvery  rate.Limit = 4 // a second
	offersAtOnce int        = 20
)

// offerCover takes a picture for a task that has no cover. The first one wins; who comes after
// hears the same answer.
func (s *Server) offerCover(c echo.Context) error {
	return s.takePicture(c, func(t task.Task, picture []byte) error {
		if !t.WantsCover() {
			return nil
		}
		return s.Covers.Offer(c.Request().Context(), t, picture)
	})
}

// takePicture reads the picture of a request, has it used, and answers with the cover there is.
func (s *Server) takePicture(
	c echo.Context, use func(t task.Task, picture []byte) error,
) error {
	ctx := c.Request().Context()
	if !s.offers.Allow() {
		c.Response().Header().Set("Retry-After", "5")
		return &publicError{Status: http.StatusTooManyRequests,
			Detail: "Too many pictures at once. Try again in a moment."}
	}
	t, err := s.Store.FindTask(ctx, param(c, "provider"), param(c, "id"))
	if err != nil {
		return err
	}
	body := http.MaxBytesReader(c.Response().Writer, c.Request().Body, task.MaxPicture)
	picture, err := io.ReadAll(body)
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return &publicError{Status: http.StatusRequestEntityTooLarge, Err: err,
				Detail: "The picture is larger than 2 MiB."}
		}
		return bad(errors.New("the picture did not arrive whole"))
	}
	if err := use(t, picture); err != nil {
		return err
	}
	if t, err = s.Store.FindTask(ctx, t.Provider, t.TaskID); err != nil {
		return err
	}
	url := ""
	if path := t.CoverPath(); path != "" {
		url = s.links(c).Media(path)
	}
	return answerJSON(c, map[string]any{"url": url,
		"made_cover": newMadeCoverJSON(s.links(c), t.Made)})
}
