package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/route"
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
	offersAtOnce            = 20
)

// maxPicture is the largest picture that is read.
const maxPicture = 2 << 20

// madeCoverJSON is a cover made here from the video.
type madeCoverJSON struct {
	URL         string          `json:"url"`
	Maker       task.CoverMaker `json:"maker"`
	Bytes       int64           `json:"bytes"`
	SHA256      string          `json:"sha256"`
	ContentType string          `json:"content_type"`
	Width       int             `json:"width"`
	Height      int             `json:"height"`
	MadeAt      *time.Time      `json:"made_at"`
}

func newMadeCoverJSON(links route.Links, m task.MadeCover) *madeCoverJSON {
	if m.State != task.CoverMade {
		return nil
	}
	return &madeCoverJSON{URL: links.Media(m.Path), Maker: m.Maker, Bytes: m.Bytes,
		SHA256: m.SHA256, ContentType: task.MadeCoverType, Width: m.Width, Height: m.Height,
		MadeAt: moment(m.MadeAt)}
}

// offerCover takes a picture for a task that has no cover. The first one wins; who comes after
// hears the same answer.
func (s *Server) offerCover(c echo.Context) error {
	return s.takePicture(c, func(ctx context.Context, t task.Task, picture []byte) error {
		if !t.WantsCover() {
			return nil
		}
		return s.Covers.Offer(ctx, t, picture)
	})
}

// chooseCover makes a picture the cover of a task, in the place of one that was made before.
func (s *Server) chooseCover(c echo.Context) error {
	return s.takePicture(c, func(ctx context.Context, t task.Task, picture []byte) error {
		err := s.Covers.Choose(ctx, t, picture)
		if errors.Is(err, task.ErrCoverKept) {
			return &publicError{Status: http.StatusConflict, Err: err,
				Detail: "The cover is the provider's own, or there is no saved video."}
		}
		if err == nil {
			s.note(c, auth.ActCover, t.Provider+"/"+t.TaskID, "")
		}
		return err
	})
}

// takePicture reads the picture of a request, has it used, and answers with the cover there is.
func (s *Server) takePicture(
	c echo.Context, use func(ctx context.Context, t task.Task, picture []byte) error,
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
	picture, err := io.ReadAll(http.MaxBytesReader(c.Response().Writer, c.Request().Body, maxPicture))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return &publicError{Status: http.StatusRequestEntityTooLarge, Err: err,
				Detail: "The picture is larger than 2 MiB."}
		}
		return bad(errors.New("the picture did not arrive whole"))
	}
	if err := use(ctx, t, picture); err != nil {
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
