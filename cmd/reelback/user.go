package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/reelback/reelback/internal/app"
	"github.com/reelback/reelback/internal/config"
)

// newPassword is where a command takes a password from. It is never an argument: those are seen
// by everybody on the machine, and kept by the shell.
type newPassword struct {
	PasswordFile string `help:"File with the password; read from the input if left out." type:"path" placeholder:"FILE"`
}

// read returns the first line of the file or of the input.
func (p *newPassword) read(ctx context.Context, s streams) (string, error) {
	in := os.Stdin
	if p.PasswordFile != "" {
		file, err := os.Open(p.PasswordFile)
		if err != nil {
			return "", fmt.Errorf("read --password-file: %w", err)
		}
		defer func() { _ = file.Close() }()
		in = file
	} else if info, err := in.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		fmt.Fprint(s.err, "New password: ")
		defer fmt.Fprintln(s.err)
		defer hideTyping(in)()
	}
	line, err := firstLine(ctx, in)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	if line == "" {
		return "", errors.New("no password was given: write one line to the input, " +
			"or name a file that has it with --password-file")
	}
	return line, nil
}

// firstLine reads a line, or gives up with the context: an interrupted prompt must not leave the
// terminal without echo.
func firstLine(ctx context.Context, in io.Reader) (string, error) {
	type answer struct {
		line string
		err  error
	}
	read := make(chan answer, 1)
	go func() {
		line, err := bufio.NewReader(io.LimitReader(in, maxLine)).ReadString('\n')
		if errors.Is(err, io.EOF) {
			err = nil
		}
		read <- answer{strings.TrimRight(line, "\r\n"), err}
	}()
	select {
	case a := <-read:
		return a.line, a.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// maxLine is the longest line that is read, in bytes; a longer one is no password either.
const maxLine = 4096

type userCreateCommand struct {
	config.Config
	newPassword
	Name string `arg:"" help:"Name by which the user signs in."`
	Role string `help:"What the user may do: viewer, operator or admin." required:"" enum:"viewer,operator,admin"`
}

// Run creates the user.
func (c *userCreateCommand) Run(ctx context.Context, s streams) error {
	password, err := c.read(ctx, s)
	if err != nil {
		return err
	}
	return app.CreateUser(ctx, c.Config, c.Name, c.Role, password, s.out)
}

type userPasswordCommand struct {
	config.Config
	newPassword
	Name string `arg:"" help:"Name of the user."`
}

// Run gives the user another password.
func (c *userPasswordCommand) Run(ctx context.Context, s streams) error {
	password, err := c.read(ctx, s)
	if err != nil {
		return err
	}
	return app.SetPassword(ctx, c.Config, c.Name, password, s.out)
}

type userRoleCommand struct {
	config.Config
	Name string `arg:"" help:"Name of the user."`
	Role string `arg:"" help:"viewer, operator or admin." enum:"viewer,operator,admin"`
	mayBeLast
}

// mayBeLast is how one says that it is meant.
type mayBeLast struct {
	Force bool `help:"Even if nobody is left then who may sign in as admin."`
}

// Run gives the user another role.
func (c *userRoleCommand) Run(ctx context.Context, s streams) error {
	return app.SetRole(ctx, c.Config, c.Name, c.Role, c.Force, s.out)
}

type userDisableCommand struct {
	config.Config
	Name string `arg:"" help:"Name of the user."`
	mayBeLast
}

// Run ends what the user has open and lets them in no more.
func (c *userDisableCommand) Run(ctx context.Context, s streams) error {
	return app.DisableUser(ctx, c.Config, c.Name, c.Force, s.out)
}

type userEnableCommand struct {
	config.Config
	Name string `arg:"" help:"Name of the user."`
}

// Run lets the user sign in again.
func (c *userEnableCommand) Run(ctx context.Context, s streams) error {
	return app.EnableUser(ctx, c.Config, c.Name, s.out)
}

type userListCommand struct{ config.Config }

// Run prints the users.
func (c *userListCommand) Run(ctx context.Context, s streams) error {
	return app.ListUsers(ctx, c.Config, s.out)
}
