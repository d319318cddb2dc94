package web

import (
	"context"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/task"
)

// listing is the page of a list that a request asks for.
type listing[Filter, Item any] struct {
	filter Filter
	items  []Item
	older  string // cursor of the next page; empty at the end
	newest bool   // this is the first page
}

// list reads the filter, the cursor and the limit of a request and the items they ask for. A
// fixed limit goes before the request's; 0 leaves it to the request.
func list[Filter, Item any](c echo.Context, fixed int, parse func(url.Values) (Filter, error),
	read func(context.Context, Filter, task.Page) ([]Item, int64, error),
) (l listing[Filter, Item], err error) {
	if l.filter, err = parse(c.QueryParams()); err != nil {
		return l, bad(err)
	}
	p, err := page(c)
	if err != nil {
		return l, err
	}
	if fixed > 0 {
		p.Limit = fixed
	}
	var next int64
	if l.items, next, err = read(c.Request().Context(), l.filter, p); err != nil {
		return l, err
	}
	l.older, l.newest = cursor(next), p.Before == 0
	return l, nil
}
