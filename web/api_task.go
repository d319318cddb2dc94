package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/mask"
	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
)

// The JSON of a task. Names and values are a contract: add, never change.
type taskJSON struct {
	Provider        string          `json:"provider"`
	Product         string          `json:"product"`
	Model           string          `json:"model"`
	TaskID          string          `json:"task_id"`
	ParentTaskID    string          `json:"parent_task_id"`
	Status          task.Status     `json:"status"`
	Code            int             `json:"code"`
	Message         string          `json:"message"`
	Category        task.Category   `json:"category"`
	Fallback        task.Fallback   `json:"fallback"`
	Resolution      string          `json:"resolution"`
	Prompt          string          `json:"prompt"`
	CrossChecked    task.CrossCheck `json:"cross_checked"`
	Note            string          `json:"note,omitempty"`
	Labels          []string        `json:"labels"`
	Credits         float64         `json:"credits"` // 0 while unknown
	CreatedAt       *time.Time      `json:"created_at"`
	CompletedAt     *time.Time      `json:"completed_at"`
	FirstDeliveryAt *time.Time      `json:"first_delivery_at"`
	Deliveries      int             `json:"deliveries"`
	Assets          []assetJSON     `json:"assets"`
	MadeCover       *madeCoverJSON  `json:"made_cover,omitempty"` // where the provider sent none
}

type assetJSON struct {
	Role        task.Role       `json:"role"`
	Index       int             `json:"index"`
	State       task.AssetState `json:"state"`
	Bytes       int64           `json:"bytes"`
	SHA256      string          `json:"sha256"`
	ContentType string          `json:"content_type"`
	Width       int             `json:"width"`
	Height      int             `json:"height"`
	DurationMS  int64           `json:"duration_ms"`
	FrameRate   float64         `json:"frame_rate,omitempty"`
	Codec       string          `json:"codec,omitempty"`
	FastStart   bool            `json:"fast_start,omitempty"`
	SourceURL   string          `json:"source_url"`
	ExpiresAt   *time.Time      `json:"expires_at"`
	URL         string          `json:"url"`
	Error       string          `json:"error"`
}

type eventJSON struct {
	At       *time.Time     `json:"at"`
	Kind     task.EventKind `json:"kind"`
	Detail   string         `json:"detail"`
	Code     int            `json:"code,omitempty"`
	Delivery int64          `json:"delivery,omitempty"`
	Role     task.Role      `json:"role,omitempty"`
	Index    *int           `json:"index,omitempty"`
}

func newTaskJSON(links route.Links, t task.Task) taskJSON {
	t = maskedTask(t)
	created := t.CreatedAt
	if created.IsZero() {
		created = t.FirstSeenAt // the best that is known
	}
	j := taskJSON{
		Provider: t.Provider, Product: t.Product, Model: t.Model, TaskID: t.TaskID,
		ParentTaskID: t.ParentTaskID, Status: t.Status, Code: t.Code,
		Message: t.Message, Category: t.Category, Fallback: t.Fallback,
		Resolution: t.Resolution, Prompt: t.Prompt, CrossChecked: t.CrossChecked,
		Note: t.Note, Labels: append([]string{}, t.Labels...), Credits: t.Credits,
		CreatedAt: moment(created), CompletedAt: moment(t.CompletedAt),
		FirstDeliveryAt: moment(t.FirstDeliveryAt), Deliveries: t.Deliveries,
		Assets: make([]assetJSON, 0, len(t.Assets)), MadeCover: newMadeCoverJSON(links, t.Made),
	}
	for _, a := range t.Assets {
		j.Assets = append(j.Assets, newAssetJSON(links, a))
	}
	return j
}

func newAssetJSON(links route.Links, a task.Asset) assetJSON {
	j := assetJSON{
		Role: a.Role, Index: a.Index, State: a.State, Bytes: a.Bytes, SHA256: a.SHA256,
		ContentType: a.ContentType, Width: a.Width, Height: a.Height,
		FrameRate: a.FrameRate, Codec: a.Codec, FastStart: a.FastStart,
		DurationMS: a.Duration.Milliseconds(), SourceURL: mask.URL(a.SourceURL),
		ExpiresAt: moment(a.ExpiresAt), Error: a.Error,
	}
	if a.Path != "" {
		j.URL = links.Media(a.Path)
	}
	return j
}

// moment is a time as the API tells it, null when it is not known.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// apiListTasks answers with a page of the tasks that match.
func (s *Server) apiListTasks(c echo.Context) error {
	if err := readableQuery(c); err != nil {
		return err
	}
	l, err := list(c, 0, query.ParseTasks, s.Store.ListTasks)
	if err != nil {
		return err
	}
	if err := s.knownProducts(c.Request().Context(), l.filter.Products); err != nil {
		return err
	}
	items := make([]taskJSON, 0, len(l.items))
	for _, t := range l.items {
		items = append(items, newTaskJSON(s.Links, t))
	}
	return answerJSON(c, map[string]any{"tasks": items, "next_cursor": l.older})
}

// apiShowTask answers with one task.
func (s *Server) apiShowTask(c echo.Context) error {
	t, err := s.Store.FindTask(c.Request().Context(), param(c, "provider"), param(c, "id"))
	if err != nil {
		return err
	}
	return answerJSON(c, newTaskJSON(s.Links, t))
}

// apiListEvents answers with a task's timeline, oldest first.
func (s *Server) apiListEvents(c echo.Context) error {
	ctx := c.Request().Context()
	t, err := s.Store.FindTask(ctx, param(c, "provider"), param(c, "id"))
	if err != nil {
		return err
	}
	events, err := s.Store.TaskEvents(ctx, t.Key)
	if err != nil {
		return err
	}
	items := make([]eventJSON, 0, len(events))
	for _, e := range events {
		j := eventJSON{At: moment(e.At), Kind: e.Kind, Detail: e.Detail, Code: e.Code,
			Delivery: e.Delivery, Role: e.Role}
		if e.Role != "" {
			index := e.Index
			j.Index = &index
		}
		items = append(items, j)
	}
	return answerJSON(c, map[string]any{"events": items})
}

func answerJSON(c echo.Context, value any) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(http.StatusOK, value)
}
