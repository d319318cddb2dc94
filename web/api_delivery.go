package web

import (
	"encoding/base64"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
)

// The JSON of a delivery. Names and values are a contract: add, never change.
type deliveryJSON struct {
	ID         int64        `json:"id"`
	Source     string       `json:"source"`
	Outcome    task.Outcome `json:"outcome"`
	Reason     string       `json:"reason"`
	TaskID     string       `json:"task_id"`
	ReceivedAt *time.Time   `json:"received_at"`
	RemoteAddr string       `json:"remote_addr"`
	Bytes      int64        `json:"bytes"`
	Truncated  bool         `json:"truncated,omitempty"`
}

// deliveryWholeJSON adds what arrived: the body as text, or in base64 where it is none.
type deliveryWholeJSON struct {
	deliveryJSON
	Headers    map[string]string `json:"headers"`
	Unpacked   bool              `json:"unpacked,omitempty"` // the body came packed
	Body       *string           `json:"body,omitempty"`
	BodyBase64 *string           `json:"body_base64,omitempty"`
}

func newDeliveryJSON(d task.Delivery) deliveryJSON {
	return deliveryJSON{
		ID: d.ID, Source: d.Source, Outcome: d.Outcome, Reason: d.Reason, TaskID: d.TaskID,
		ReceivedAt: moment(d.ReceivedAt), RemoteAddr: d.RemoteAddr, Bytes: d.Bytes,
		Truncated: d.Truncated,
	}
}

// apiListDeliveries answers with a page of the deliveries that match.
func (s *Server) apiListDeliveries(c echo.Context) error {
	if err := readableQuery(c); err != nil {
		return err
	}
	l, err := list(c, 0, query.ParseDeliveries, s.Store.ListDeliveries)
	if err != nil {
		return err
	}
	items := make([]deliveryJSON, 0, len(l.items))
	for _, d := range l.items {
		items = append(items, newDeliveryJSON(d))
	}
	return answerJSON(c, map[string]any{"deliveries": items, "next_cursor": l.older})
}

// apiShowDelivery answers with one delivery as it arrived, its secrets masked.
func (s *Server) apiShowDelivery(c echo.Context) error {
	d, err := s.delivery(c)
	if err != nil {
		return err
	}
	whole := deliveryWholeJSON{deliveryJSON: newDeliveryJSON(d), Unpacked: d.Unpacked,
		Headers: make(map[string]string, len(d.Headers))}
	for _, h := range d.Headers {
		// Lines of one name are one list (RFC 9110, section 5.3).
		if before, again := whole.Headers[h.Name]; again {
			h.Value = before + ", " + h.Value
		}
		whole.Headers[h.Name] = h.Value
	}
	text := string(d.Body)
	if utf8.ValidString(text) {
		whole.Body = &text
	} else {
		encoded := base64.StdEncoding.EncodeToString(d.Body)
		whole.BodyBase64 = &encoded
	}
	return answerJSON(c, whole)
}
