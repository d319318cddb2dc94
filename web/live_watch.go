package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
)

// A comment is sent so often when there is no news, so that proxies keep the stream open, and
// a viewer that takes nothing for a while is let go.
const (
	heartbeat   = 20 * time.Second
	viewerGrace = 30 * time.Second
	recheck     = 2 * time.Second // between two looks at whether the viewer may still watch
)

// watchLive streams what changes, as server-sent events.
func (s *Server) watchLive(c echo.Context) error {
	h := c.Response().Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	news, stop := s.Hub.Watch()
	defer stop()
	c.Response().WriteHeader(http.StatusOK)
	stream := stream{c: c, control: http.NewResponseController(c.Response().Writer)}
	if err := stream.send("retry: 2000\n\n"); err != nil {
		return nil
	}
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	checked := s.Now()
	for {
		text := ": here\n\n"
		select {
		case <-c.Request().Context().Done():
			return nil
		case <-tick.C:
		case n, open := <-news:
			if !open {
				return nil
			}
			data, err := json.Marshal(n.Data)
			if err != nil {
				return fmt.Errorf("encode news: %w", err)
			}
			text = "event: " + n.Name + "\ndata: " + string(data) + "\n\n"
		}
		if now := s.Now(); now.Sub(checked) >= recheck {
			if !s.stillIn(c) {
				return nil
			}
			checked = now
		}
		if err := stream.send(text); err != nil {
			return nil // the viewer has gone
		}
	}
}

// stillIn says whether whoever began to watch may go on: a session can have ended since.
func (s *Server) stillIn(c echo.Context) bool {
	a := who(c)
	if a == nil {
		return true
	}
	// The request's own context holds the session as it was when it came.
	ctx, cancel := context.WithTimeout(context.Background(), viewerGrace)
	defer cancel()
	ctx, err := s.sessions.Load(ctx, cookie(c, sessionCookie))
	return err == nil && s.sessions.GetInt64(ctx, auth.KeyUser) == a.user
}

// stream writes under a deadline that moves on with every message.
type stream struct {
	c       echo.Context
	control *http.ResponseController
}

func (s stream) send(text string) error {
	_ = s.control.SetWriteDeadline(time.Now().Add(viewerGrace))
	if _, err := s.c.Response().Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}
