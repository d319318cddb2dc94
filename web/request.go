package web

import (
	"errors"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
)

type linkSet = route.Links

// param returns a path parameter as it was meant. Echo matches on the escaped path where there
// is one and leaves its parameters escaped.
func param(c echo.Context, name string) string {
	value := c.Param(name)
	if c.Request().URL.RawPath == "" {
		return value
	}
	if plain, err := url.PathUnescape(value); err == nil {
		return plain
	}
	return value
}

// remoteAddr is the address a request came from, without its port.
func remoteAddr(c echo.Context) string { return whenceOf(c).remote }

// page returns the slice of a listing that a request asks for.
func page(c echo.Context) (task.Page, error) {
	p := task.Page{Limit: task.DefaultLimit}
	if text := c.QueryParam("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil && !errors.Is(err, strconv.ErrRange) || n < 1 {
			return p, bad(&query.Error{Param: "limit", Value: text, Want: query.WantLimit})
		}
		p.Limit = n
	}
	if text := c.QueryParam("cursor"); text != "" {
		key, err := query.ParseCursor(text)
		if err != nil {
			return p, bad(err)
		}
		p.Before = key
	}
	return p.Clamp(), nil
}

// cursor returns where the next page starts, empty at the end.
func cursor(next int64) string {
	if next == 0 {
		return ""
	}
	return query.Cursor(next)
}
