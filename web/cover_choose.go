package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/task"
)

// chooseCover makes a picture the cover of a task, in the place of one that was made before.
func (s *Server) chooseCover(c echo.Context) error {
	return s.takePicture(c, func(t task.Task, picture []byte) error {
		ctx := s.noting(c, auth.ActCover, t.Provider+"/"+t.TaskID, "")
		err := s.Covers.Choose(ctx, t, picture)
		if errors.Is(err, task.ErrCoverKept) {
			return &publicError{Status: http.StatusConflict, Err: err,
				Detail: "The cover is the provider's own, or there is no saved video."}
		}
		return err
	})
}
