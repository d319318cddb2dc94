package kie

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// maxAnswer bounds an answer in bytes; records have some 4 KiB.
const maxAnswer = 1 << 20

// How long to be silent after a 429 that does not say: kie's window for counting new tasks. And
// how long at most, whatever it says.
const (
	defaultRetryAfter = 10 * time.Second
	maxRetryAfter     = time.Hour
)

// exchange sends the question and judges the answer.
func (c *Client) exchange(ctx context.Context, method, path, body string) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, strings.NewReader(body))
	if err != nil {
		return answer{}, &APIError{Kind: ErrRefused, Message: "the provider's address is no URL"}
	}
	c.authorize(req.Header)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "Reelback")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := c.http.Do(req)
	if err != nil {
		return answer{}, c.noAnswer(ctx, err)
	}
	defer func() { _ = res.Body.Close() }() // read to its end or given up
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	if err != nil {
		return answer{}, c.noAnswer(ctx, err)
	}
	if len(text) > maxAnswer {
		return answer{}, &APIError{Kind: ErrUnavailable, Status: res.StatusCode,
			Message: "the answer is longer than " + strconv.Itoa(maxAnswer) + " bytes"}
	}
	env, err := judge(res.StatusCode, text)
	return answer{env, text}, c.heed(err, res.Header.Get("Retry-After"))
}

// noAnswer tells a connection that failed from an asker who has gone.
func (c *Client) noAnswer(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("ask the provider: %w", ctx.Err())
	}
	var where *url.Error
	if errors.As(err, &where) {
		err = where.Err // the address may hold a user name and a password
	}
	return &APIError{Kind: ErrUnavailable, Message: c.redact(err.Error())}
}

// heed takes the key out of an error, and falls silent for as long as kie asks to.
func (c *Client) heed(err error, retryAfter string) error {
	var e *APIError
	if !errors.As(err, &e) {
		return err
	}
	e.Message = c.redact(e.Message)
	if e.Kind == ErrRateLimited {
		e.RetryAfter = parseRetryAfter(retryAfter, c.now())
		c.hush(c.now().Add(e.RetryAfter))
	}
	return e
}

// hush lets nothing be asked before a time.
func (c *Client) hush(until time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if until.After(c.quiet) {
		c.quiet = until
	}
}

// parseRetryAfter reads the header, in seconds or as a date.
func parseRetryAfter(header string, now time.Time) time.Duration {
	wait := defaultRetryAfter
	if seconds, err := strconv.ParseUint(strings.TrimSpace(header), 10, 31); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		wait = at.Sub(now)
	}
	return min(max(wait, time.Second), maxRetryAfter)
}
