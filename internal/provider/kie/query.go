package kie

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Query returns kie's own record of a task. For a product that is empty or has no records of its
// own it asks every endpoint, the likeliest first; Report.Product says whose answer it is. The
// error is an *APIError, or wraps ctx's.
func (c *Client) Query(ctx context.Context, product, taskID string) (Record, error) {
	if strings.TrimSpace(taskID) == "" || len(taskID) > MaxID {
		return Record{}, fmt.Errorf("query: %w", &APIError{Kind: ErrRefused, Message: "no task id"})
	}
	var missing error
	for _, shape := range endpoints(product, taskID) {
		record, err := c.queryOne(ctx, shape, product, taskID)
		if err == nil {
			return record, nil
		}
		err = fmt.Errorf("query %s: %w", shape.product, err)
		if !elsewhere(err) {
			return Record{}, err
		}
		if missing == nil || rank(err) > rank(missing) {
			missing = err
		}
	}
	return Record{}, missing
}

// endpoints returns the shapes to ask for a product's records. Ids of Veo begin with "veo_", those
// of Runway and Aleph are UUIDs in every document; the others have no form of their own.
func endpoints(product, taskID string) []recordShape {
	shapes := recordShapes()
	for _, shape := range shapes {
		if shape.product == family(product) {
			return []recordShape{shape}
		}
	}
	likely := func(s recordShape) bool {
		switch s.product {
		case Veo:
			return strings.HasPrefix(strings.ToLower(taskID), "veo")
		case Runway, Aleph:
			return len(taskID) == 36 && strings.Count(taskID, "-") == 4
		}
		return false
	}
	slices.SortStableFunc(shapes, func(a, b recordShape) int {
		switch {
		case likely(a) == likely(b):
			return 0
		case likely(a):
			return -1
		}
		return 1
	})
	return shapes
}

// elsewhere says whether another endpoint may have what this one has not.
func elsewhere(err error) bool { return rank(err) > 0 }

// rank orders what endpoints without the record say, by how much it tells.
func rank(err error) int {
	switch {
	case errors.Is(err, ErrRecordGone):
		return 4
	case errors.Is(err, ErrNoRecord):
		return 3
	case errors.Is(err, ErrRefused):
		return 2
	case errors.Is(err, errNoRoute):
		return 1
	}
	return 0
}

func (c *Client) queryOne(
	ctx context.Context, shape recordShape, product, taskID string,
) (Record, error) {
	path := shape.path + "?taskId=" + url.QueryEscape(taskID)
	a, err := c.ask(ctx, http.MethodGet, path, "")
	if err != nil {
		return Record{}, err
	}
	record, err := shape.read(product, a.envelope)
	if err != nil {
		return Record{}, err
	}
	if record.Report.TaskID != taskID {
		return Record{}, &APIError{Kind: ErrUnavailable, Message: "the answer is about another task"}
	}
	record.Params, record.Raw = readParams(a.body), a.body
	now := c.now()
	record.Report.CreatedAt = notLater(record.Report.CreatedAt, now)
	record.Report.CompletedAt = notLater(record.Report.CompletedAt, now)
	return record, nil
}

// notLater returns the time unless it lies ahead: then its zone was misread, and none is better.
func notLater(t, now time.Time) time.Time {
	const skew = 5 * time.Minute
	if t.After(now.Add(skew)) {
		return time.Time{}
	}
	return t
}

// FreshLink returns a link to a file of kie's own by one of its links, dead or alive. The fresh one
// lives for 20 minutes. The error is an *APIError, ErrForeignLink for a link to anything else, or
// wraps ctx's.
func (c *Client) FreshLink(ctx context.Context, link string) (string, error) {
	body, err := json.Marshal(map[string]string{"url": link})
	if err != nil {
		return "", fmt.Errorf("ask for a fresh link: %w", err)
	}
	a, err := c.ask(ctx, http.MethodPost, "/api/v1/common/download-url", string(body))
	var e *APIError
	if errors.As(err, &e) && e.Code == 422 && e.Kind != ErrRecordGone {
		e.Kind = ErrForeignLink
	}
	if err != nil {
		return "", fmt.Errorf("ask for a fresh link: %w", err)
	}
	fresh := strings.TrimSpace(a.data.Text())
	if !startsLink(fresh) {
		return "", fmt.Errorf("ask for a fresh link: %w", unreadable(nil))
	}
	return fresh, nil
}

// Credits returns how many credits the account has left. The error is an *APIError, or wraps
// ctx's.
func (c *Client) Credits(ctx context.Context) (float64, error) {
	a, err := c.ask(ctx, http.MethodGet, "/api/v1/chat/credit", "")
	if err != nil {
		return 0, fmt.Errorf("ask for the credits: %w", err)
	}
	left, ok := amount(a.data)
	if !ok {
		return 0, fmt.Errorf("ask for the credits: %w", unreadable(nil))
	}
	return left, nil
}
