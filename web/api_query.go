package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/query"
)

// readableQuery refuses a query whose encoding is broken. Its broken parts are left out in
// reading, and a program whose filter is left out takes everything for what it has asked for.
func readableQuery(c echo.Context) error {
	if _, err := url.ParseQuery(c.Request().URL.RawQuery); err != nil {
		return &publicError{Status: http.StatusBadRequest, Err: fmt.Errorf("read the query: %w", err),
			Detail: "The query cannot be read: escape its values, a percent sign as %25, and put & " +
				"between parameters."}
	}
	return nil
}

// knownProducts refuses a product that no provider has and no task is of: it is most likely one
// misspelled. Products come and go, so that the tasks here have a say.
func (s *Server) knownProducts(ctx context.Context, asked []string) error {
	var known []string
	for _, p := range s.Providers {
		known = append(known, p.Products...)
	}
	unknown := func(product string) bool { return !slices.Contains(known, product) }
	if !slices.ContainsFunc(asked, unknown) {
		return nil
	}
	facets, err := s.Store.ListFacets(ctx)
	if err != nil {
		return err
	}
	known = append(known, facets.Products...)
	slices.Sort(known)
	known = slices.Compact(known)
	if at := slices.IndexFunc(asked, unknown); at >= 0 {
		return bad(&query.Error{Param: query.Product, Value: asked[at], Allowed: known})
	}
	return nil
}
