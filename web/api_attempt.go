package web

import (
	"time"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/task"
)

type attemptJSON struct {
	Role      task.Role          `json:"role"`
	Index     int                `json:"index"`
	Number    int                `json:"number"`
	Result    task.AttemptResult `json:"result"`
	StartedAt *time.Time         `json:"started_at"`
	EndedAt   *time.Time         `json:"ended_at"`
	Host      string             `json:"host"`
	Status    int                `json:"status"`
	From      int64              `json:"from"`
	Bytes     int64              `json:"bytes"`
	Reason    string             `json:"reason"`
	Refused   string             `json:"refused,omitempty"` // the address that was
}

// apiListAttempts answers with the attempts at a task's assets, those at one asset oldest first.
func (s *Server) apiListAttempts(c echo.Context) error {
	ctx := c.Request().Context()
	t, err := s.Store.FindTask(ctx, param(c, "provider"), param(c, "id"))
	if err != nil {
		return err
	}
	attempts, err := s.Store.TaskAttempts(ctx, t.Key)
	if err != nil {
		return err
	}
	items := make([]attemptJSON, 0, len(attempts))
	for _, a := range attempts {
		items = append(items, attemptJSON{
			Role: a.Role, Index: a.Index, Number: a.Number, Result: a.Result,
			StartedAt: moment(a.StartedAt), EndedAt: moment(a.EndedAt), Host: a.Host,
			Status: a.Status, From: a.From, Bytes: a.Bytes, Reason: a.Reason,
			Refused: a.Refused,
		})
	}
	return answerJSON(c, map[string]any{"attempts": items})
}
