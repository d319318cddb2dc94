package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/alecthomas/kong"
	"golang.org/x/sync/errgroup"

	"github.com/reelback/reelback/internal/app"
	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/sim"
)

// demoCommand runs a server and the fake provider together, on data of their own.
type demoCommand struct {
	Addr string        `help:"Address to listen on." default:"localhost:8080"`
	Rate time.Duration `help:"Pause between two callbacks." default:"300ms"`
	Seed uint64        `help:"Of the day that is played." default:"1"`
}

// demoKey is the key by which the demo's server asks the fake provider for its records.
const demoKey = "demo-key"

// freeAddress returns an address of this machine that nobody listens on. The server must know
// the provider's before either of them starts.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}

// Run plays the demo until the context ends, and removes its data.
func (d *demoCommand) Run(ctx context.Context, s streams) (err error) {
	dir, err := os.MkdirTemp("", "reelback-demo-")
	if err != nil {
		return fmt.Errorf("make the demo's data folder: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	listen, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	cfg, err := config.Defaults()
	if err != nil {
		return err
	}
	cfg.Addr, cfg.DataDir, cfg.Auth, cfg.LogLevel = d.Addr, dir, "none", "warn"
	cfg.KieBaseURL, cfg.KieAPIKey = "http://"+listen, demoKey
	cfg.FetchAllow = []string{"127.0.0.1/32"}
	a, err := app.New(ctx, cfg, newLogger(cfg, s.err))
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return a.Run(ctx, s.out) })
	group.Go(func() error { return d.play(ctx, a, listen, s) })
	return group.Wait()
}

// play sends the day to the server and goes on serving its files.
func (d *demoCommand) play(ctx context.Context, a *app.App, listen string, s streams) error {
	_, port, err := net.SplitHostPort(d.Addr)
	if err != nil {
		return fmt.Errorf("--addr %q: %w", d.Addr, err)
	}
	var provider sim.Command
	if err := kong.ApplyDefaults(&provider); err != nil {
		return fmt.Errorf("set up the fake provider: %w", err)
	}
	provider.To = "http://" + net.JoinHostPort("localhost", port)
	provider.Listen, provider.Rate, provider.Seed = listen, d.Rate, d.Seed
	provider.APIKey, provider.Duplicates = demoKey, 0.05
	provider.Tokens = make(map[string]string)
	for _, src := range a.Sources() {
		if len(src.Tokens) > 0 {
			provider.Tokens[src.Name] = src.Tokens[0].Token
		}
	}
	return provider.Run(ctx, s.out)
}
