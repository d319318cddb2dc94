package main

import (
	"context"
	"time"

	"github.com/reelback/reelback/internal/app"
	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/task"
)

// sourceTokenCommands change the secrets of callback addresses, beside a running server or not.
type sourceTokenCommands struct {
	Create sourceTokenCreateCommand `cmd:"" help:"Give a source another token and print the address with it."`
	Rotate sourceTokenRotateCommand `cmd:"" help:"Replace all tokens of a source, or only the one that --only names, by a new one and print the address with it."`
	Revoke sourceTokenRevokeCommand `cmd:"" help:"Make a token invalid at once."`
	List   sourceTokenListCommand   `cmd:"" help:"Print the tokens with their last use, the secrets masked."`
}

type sourceTokenCreateCommand struct {
	config.Config
	Source string `arg:"" help:"Source, such as veo3.1."`
	Name   string `help:"What the token is for." required:""`
}

// Run makes a token and prints the callback address with it.
func (c *sourceTokenCreateCommand) Run(ctx context.Context, s streams) error {
	return app.CreateSourceToken(ctx, c.Config, c.Source, c.Name, s.out)
}

type sourceTokenRotateCommand struct {
	config.Config
	Source  string        `arg:"" help:"Source, such as veo3.1."`
	Name    string        `help:"Name of the new token; that of the newest it replaces if left out."`
	Only    string        `help:"Name or number of the one token to replace; all, those of other senders too, if left out." placeholder:"TOKEN"`
	Overlap time.Duration `help:"How long the old ones stay valid; 0 ends them at once." default:"24h"`
}

// Run replaces tokens and prints the callback address with the new one.
func (c *sourceTokenRotateCommand) Run(ctx context.Context, s streams) error {
	r := task.Rotation{Source: c.Source, Name: c.Name, Overlap: c.Overlap}
	return app.RotateSourceToken(ctx, c.Config, r, c.Only, s.out, s.err)
}

type sourceTokenRevokeCommand struct {
	config.Config
	Source string `arg:"" help:"Source, such as veo3.1."`
	Token  string `arg:"" help:"Name or number of the token, as source token list prints them."`
	Last   bool   `help:"Revoke it even if no token that lasts is left, so that callbacks are refused."`
}

// Run makes a token invalid.
func (c *sourceTokenRevokeCommand) Run(ctx context.Context, s streams) error {
	return app.RevokeSourceToken(ctx, c.Config, c.Source, c.Token, c.Last, s.out)
}

type sourceTokenListCommand struct {
	config.Config
	Source string `arg:"" optional:"" help:"Source, such as veo3.1; all if left out."`
}

// Run prints the tokens, never the secrets.
func (c *sourceTokenListCommand) Run(ctx context.Context, s streams) error {
	return app.ListSourceTokens(ctx, c.Config, c.Source, s.out)
}
