// Package ui holds the primitives that pages are built from: icons, badges, tables' small parts,
// menus. They know no task and no delivery, take display-ready texts and links, and use exactly
// the class names of the style sheets, one component a file in both places.
package ui

import (
	"context"
	"strconv"
)

// spriteKey is the context key of the icon file's address.
type spriteKey struct{}

// WithSprite returns a context in which icons are taken from the file at url. The layout sets
// it, because only the layout knows under which path and hash the file is served.
func WithSprite(ctx context.Context, url string) context.Context {
	return context.WithValue(ctx, spriteKey{}, url)
}

// sprite returns the address of one symbol of the icon file.
func sprite(ctx context.Context, symbol string) string {
	url, _ := ctx.Value(spriteKey{}).(string)
	return url + "#" + symbol
}

// flag prints a boolean state for an aria attribute.
func flag(on bool) string { return strconv.FormatBool(on) }
