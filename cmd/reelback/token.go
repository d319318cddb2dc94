package main

import (
	"context"

	"github.com/reelback/reelback/internal/app"
	"github.com/reelback/reelback/internal/config"
)

type tokenCreateCommand struct {
	config.Config
	Name  string   `help:"What the token is for." default:"application"`
	Scope []string `help:"What it may be used for: read, register, metrics." default:"read,register"`
}

// Run makes a token for the API and prints it, once.
func (c *tokenCreateCommand) Run(ctx context.Context, s streams) error {
	return app.CreateToken(ctx, c.Config, c.Name, c.Scope, s.out)
}

type tokenListCommand struct{ config.Config }

// Run prints the names of the tokens, never the tokens.
func (c *tokenListCommand) Run(ctx context.Context, s streams) error {
	return app.ListTokens(ctx, c.Config, s.out)
}

type tokenRemoveCommand struct {
	config.Config
	ID int64 `arg:"" help:"Number of the token, as token list prints it."`
}

// Run makes a token invalid.
func (c *tokenRemoveCommand) Run(ctx context.Context, s streams) error {
	return app.RemoveToken(ctx, c.Config, c.ID, s.out)
}
