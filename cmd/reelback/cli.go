package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"

	"github.com/alecthomas/kong"

	"github.com/reelback/reelback/internal/app"
	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/plain"
	"github.com/reelback/reelback/internal/sim"
)

// cli is the command line.
type cli struct {
	Config string `help:"File with options in YAML, named as the flags are." env:"REELBACK_CONFIG" placeholder:"FILE"`

	Serve  serveCommand `cmd:"" default:"withargs" help:"Receive callbacks, save videos and show them (the default)."`
	Source struct {
		List  sourceListCommand   `cmd:"" help:"Print the callback addresses with their tokens."`
		Token sourceTokenCommands `cmd:"" help:"Tokens of the callback addresses."`
	} `cmd:"" help:"Callback addresses."`
	Token struct {
		Create tokenCreateCommand `cmd:"" help:"Make a token and print it, once."`
		List   tokenListCommand   `cmd:"" help:"Print the names of the tokens and their last use."`
		Remove tokenRemoveCommand `cmd:"" help:"Make a token invalid."`
	} `cmd:"" help:"Tokens for the API."`
	User struct {
		Create   userCreateCommand   `cmd:"" help:"Create a user; the password is read from the input or a file."`
		Password userPasswordCommand `cmd:"" help:"Give a user another password and end all their sessions."`
		Role     userRoleCommand     `cmd:"" help:"Give a user another role."`
		Disable  userDisableCommand  `cmd:"" help:"End all sessions of a user at once and let them in no more."`
		Enable   userEnableCommand   `cmd:"" help:"Let a disabled user sign in again."`
		List     userListCommand     `cmd:"" help:"Print the users with their roles."`
	} `cmd:"" help:"Users who may sign in."`
	Task struct {
		Add taskAddCommand `cmd:"" help:"Tell a running server of tasks you have submitted."`
	} `cmd:"" help:"Tasks."`
	Sim     sim.Command    `cmd:"" help:"Act as a provider: send callbacks to a server and serve the videos they link to."`
	Demo    demoCommand    `cmd:"" help:"Run a server and a fake provider together, on data of their own."`
	Version versionCommand `cmd:"" help:"Print the version."`
}

// streams are where commands print to.
type streams struct{ out, err io.Writer }

// execute parses the arguments and runs the command they name.
func execute(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	resolver, err := config.NewResolver(args, os.Getenv)
	if err != nil {
		return err
	}
	var c cli
	exited := -1
	parser, err := kong.New(&c,
		kong.Name("reelback"),
		kong.Description("Keeps every AI video you generate."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { exited = code }),
		kong.Resolvers(resolver),
		kong.ExplicitGroups(config.Groups()),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.BindTo(stdout, (*io.Writer)(nil)),
		kong.Bind(streams{stdout, stderr}, resolver),
	)
	if err != nil {
		return fmt.Errorf("build the command line: %w", err)
	}
	command, err := parser.Parse(args)
	if exited >= 0 {
		return nil // --help has been printed
	}
	if err != nil {
		return fmt.Errorf("%w (see reelback --help)", err)
	}
	return command.Run()
}

type serveCommand struct {
	config.Config
}

// Run serves until the context ends.
func (c *serveCommand) Run(ctx context.Context, s streams, r *config.Resolver) (err error) {
	if c.Given, err = config.Options(c.Config, r); err != nil {
		return err
	}
	a, err := app.New(ctx, c.Config, newLogger(c.Config, s.err))
	if err != nil {
		return err
	}
	return a.Run(ctx, s.out)
}

func newLogger(c config.Config, out io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // one of four, checked by the command line
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(plain.Writer(out), options))
	}
	return slog.New(slog.NewTextHandler(out, options))
}

type sourceListCommand struct {
	config.Config
}

// Run prints the callback addresses.
func (c *sourceListCommand) Run(ctx context.Context, s streams) error {
	return app.ListSources(ctx, c.Config, s.out)
}

type versionCommand struct{}

// version is set at build time; a plain `go build` falls back to what Go knows.
var version = ""

// Run prints the version.
func (versionCommand) Run(s streams) error {
	v := version
	if info, ok := debug.ReadBuildInfo(); ok && v == "" {
		v = info.Main.Version
	}
	_, err := fmt.Fprintf(s.out, "reelback %s\n", v)
	return err
}
