// Package query turns the parameters of a URL into filters and back, the same for pages and for
// the JSON interface, and hides the position in a listing behind a cursor. It knows neither
// HTTP nor the store.
package query

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The names of the parameters.
const (
	Status     = "status"
	Category   = "category"
	Product    = "product"
	Fallback   = "fallback"
	Resolution = "resolution"
	Move       = "move"
	Files      = "asset"
	Words      = "q"
	Outcome    = "outcome"
	Source     = "source"
	TaskID     = "task_id"
	ID         = "id"
	From       = "from"
	To         = "to"
	CursorKey  = "cursor"
)

// Error is a parameter whose value is of no use.
type Error struct {
	Param   string
	Value   string
	Allowed []string // the values that would do, where they can be listed
	Want    Want     // what would do, where they cannot
}

// Want is what a parameter has to be. Pages have words of their own for each.
type Want string

// What parameters have to be.
const (
	WantTime    Want = "time"
	WantLater   Want = "later" // than the parameter from
	WantNumber  Want = "number"
	WantCursor  Want = "cursor"
	WantLimit   Want = "limit"
	WantNothing Want = "nothing" // there is no parameter of this name
)

// Wants lists what parameters have to be.
func Wants() []Want {
	return []Want{WantTime, WantLater, WantNumber, WantCursor, WantLimit, WantNothing}
}

// say tells the reader of an answer in JSON what to give.
func (w Want) say() string {
	switch w {
	case WantTime:
		return "give a time as in RFC 3339, 2026-11-21T08:00:00Z, or a day as YYYY-MM-DD"
	case WantLater:
		return "give a time that is not before that of " + From
	case WantNumber:
		return "give a whole number from 1"
	case WantCursor:
		return "give the next_cursor of an earlier answer"
	case WantLimit:
		return "give a number from 1 to 500"
	default:
		return "there is no parameter of this name: leave it out, or check how it is written"
	}
}

// Error names the parameter, its value and what would do instead.
func (e *Error) Error() string {
	if e.Want != "" {
		return fmt.Sprintf("parameter %s: %q cannot be used; %s", e.Param, e.Value, e.Want.say())
	}
	return fmt.Sprintf("parameter %s: there is no %q; choose from %s", e.Param, e.Value,
		strings.Join(e.Allowed, ", "))
}

// values returns the values of a parameter, whether separated by commas or repeated, each once
// and without the empty ones.
func values(q url.Values, param string) []string {
	var all []string
	for _, given := range q[param] {
		for part := range strings.SplitSeq(given, ",") {
			part = strings.TrimSpace(part)
			if part != "" && !slices.Contains(all, part) {
				all = append(all, part)
			}
		}
	}
	return all
}

// oneOf returns the values of a parameter that may only have certain ones.
func oneOf[T ~string](q url.Values, param string, allowed []T) ([]T, error) {
	var all []T
	for _, value := range values(q, param) {
		if !slices.Contains(allowed, T(value)) {
			return nil, &Error{Param: param, Value: value, Allowed: texts(allowed)}
		}
		all = append(all, T(value))
	}
	return all, nil
}

// instant returns the time a parameter gives, zero when it gives none. A day stands for its
// beginning in UTC, or for its end where last is set, so that a range of days includes both.
func instant(q url.Values, param string, last bool) (time.Time, error) {
	text := strings.TrimSpace(q.Get(param))
	if text == "" {
		return time.Time{}, nil
	}
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at.UTC(), nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, &Error{Param: param, Value: text, Want: WantTime}
	}
	if last {
		day = day.AddDate(0, 0, 1)
	}
	return day, nil
}

// span returns the times between which something is to have been. One that ends before it begins
// would find nothing, and nobody would know why.
func span(q url.Values) (from, to time.Time, err error) {
	if from, err = instant(q, From, false); err != nil {
		return time.Time{}, time.Time{}, err
	}
	if to, err = instant(q, To, true); err != nil {
		return time.Time{}, time.Time{}, err
	}
	if !from.IsZero() && !to.IsZero() && to.Before(from) {
		return time.Time{}, time.Time{}, &Error{Param: To, Value: strings.TrimSpace(q.Get(To)),
			Want: WantLater}
	}
	return from, to, nil
}

func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, value := range values {
		out[i] = string(value)
	}
	return out
}

func set[T ~string](q url.Values, param string, values []T) {
	if len(values) > 0 {
		q.Set(param, strings.Join(texts(values), ","))
	}
}

func setText(q url.Values, param, value string) {
	if value != "" {
		q.Set(param, value)
	}
}

func setTime(q url.Values, param string, at time.Time) {
	if !at.IsZero() {
		q.Set(param, at.UTC().Format(time.RFC3339))
	}
}
