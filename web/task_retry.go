package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// retryTask makes every unsaved asset of a task due at once.
func (s *Server) retryTask(c echo.Context) error {
	return s.retry(c, "", func(task.Asset) bool { return true })
}

// retryAsset makes one asset due at once.
func (s *Server) retryAsset(c echo.Context) error {
	index, err := strconv.Atoi(param(c, "index"))
	if err != nil {
		return store.ErrNotFound
	}
	role := task.Role(param(c, "role"))
	detail := fmt.Sprintf("%s %d", role, index)
	return s.retry(c, detail, func(a task.Asset) bool { return a.Role == role && a.Index == index })
}

func (s *Server) retry(c echo.Context, detail string, pick func(task.Asset) bool) error {
	ctx := c.Request().Context()
	t, err := s.Store.FindTask(ctx, param(c, "provider"), param(c, "id"))
	if err != nil {
		return err
	}
	ctx = s.noting(c, auth.ActRetry, t.Provider+"/"+t.TaskID, detail)
	if _, err := s.Store.RetryAssets(ctx, t.Key, pick); err != nil {
		return err
	}
	s.Wake()
	return c.Redirect(http.StatusSeeOther, s.Links.Task(t.Provider, t.TaskID))
}
