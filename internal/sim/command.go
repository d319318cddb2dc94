package sim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Command is the command line of `reelback sim`, ready for kong.
type Command struct {
	To     string            `help:"Base address of the server." default:"http://localhost:8080"`
	Tokens map[string]string `help:"Callback tokens, source=token,..." mapsep:","`
	URL    map[string]string `name:"url" help:"Only these addresses, source=URL." mapsep:"none"`
	Wait   time.Duration     `help:"How long to wait for the server." default:"15s"`

	Scenario string `help:"What to send: ${enum}." enum:"documented,day" default:"day"`
	Seed     uint64 `help:"Of the ids and all random choices." default:"1"`
	HMACKey  string `name:"hmac-key" help:"Sign the callbacks with this key."`
	APIKey   string `name:"api-key" help:"Tell of records only who has this key."`

	Rate        time.Duration   `help:"Pause between two callbacks." default:"250ms"`
	Retry       []time.Duration `help:"Pauses before the retries." default:"2s,5s,15s"`
	Timeout     time.Duration   `help:"How long to wait for an answer." default:"15s"`
	Concurrency int             `help:"Callbacks on their way at once." default:"4"`

	Duplicates float64 `help:"Share of the callbacks sent twice, 0 to 1."`
	OutOfOrder float64 `help:"Share that arrives behind later ones, 0 to 1."`
	Drop       float64 `help:"Share that is never sent, 0 to 1."`

	Listen    string        `help:"Where to serve the media and the records." default:"127.0.0.1:9090"`
	MediaURL  string        `name:"media-url" help:"Base of the media links, if another."`
	MediaRate int64         `help:"Bytes per second of one download; 0 is no limit."`
	CutAfter  int64         `help:"Break the first download of a link off after so many bytes."`
	DieAfter  time.Duration `help:"How long links live; 0 is for ever."`

	KeepServing bool `help:"Serve media until interrupted." default:"true" negatable:""`
}

// Validate says everything that is wrong with the options; kong calls it before Run.
func (c *Command) Validate() error {
	target, targetErr := c.target()
	if targetErr == nil {
		for _, source := range slices.Sorted(maps.Keys(target)) {
			if _, err := target.address(source); err != nil {
				targetErr = errors.Join(targetErr, err)
			}
		}
	}
	var scenarioErr error
	if _, known := Scenarios(c.Seed)[c.Scenario]; !known {
		scenarioErr = fmt.Errorf("scenario %q: want %s", c.Scenario,
			strings.Join(slices.Sorted(maps.Keys(Scenarios(c.Seed))), " or "))
	}
	opt := c.options("http://" + c.Listen)
	return errors.Join(targetErr, scenarioErr, opt.validate())
}

// Run serves the media, sends the scenario and prints a line for every attempt. It returns when
// everything is sent or, with KeepServing, when ctx ends.
func (c *Command) Run(ctx context.Context, out io.Writer) error {
	if err := c.Validate(); err != nil {
		return err
	}
	target, err := c.target()
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("serve media: %w", err)
	}
	opt := c.options(reachable(listener.Addr()))
	opt.OnAttempt = func(a Attempt) { fmt.Fprintln(out, line(a)) }
	provider, err := New(opt)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Fprintf(out, "media at %s\n", provider.opt.MediaURL+mediaPath)
	server := &http.Server{Handler: provider, ReadHeaderTimeout: 10 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	err = c.play(ctx, out, provider, target, served)
	return errors.Join(err, server.Close())
}

// play sends the scenario and then, if asked to, serves on until ctx ends.
func (c *Command) play(
	ctx context.Context, out io.Writer, p *Provider, to Target, served <-chan error,
) error {
	if err := c.awaitServer(ctx, p, to); err != nil {
		return ignoreEnd(ctx, err)
	}
	sum, err := p.Send(ctx, to, Scenarios(c.Seed)[c.Scenario].limitedTo(to))
	if err != nil {
		return ignoreEnd(ctx, err)
	}
	fmt.Fprintln(out, sum)
	if sum.Accepted == 0 && sum.Attempts > 0 {
		return errors.New("no callback was accepted: check the address, the tokens and the key")
	}
	if !c.KeepServing {
		return nil
	}
	fmt.Fprintln(out, "serving media until interrupted")
	select {
	case <-ctx.Done():
		return nil
	case err := <-served:
		return fmt.Errorf("serve media: %w", err)
	}
}

func (c *Command) options(mediaURL string) Options {
	if c.MediaURL != "" {
		mediaURL = c.MediaURL
	}
	retries := c.Retry
	if retries == nil {
		retries = []time.Duration{}
	}
	return Options{
		MediaURL:    mediaURL,
		HMACKey:     c.HMACKey,
		APIKey:      c.APIKey,
		Timeout:     c.Timeout,
		Retries:     retries,
		Pause:       c.Rate,
		Concurrency: c.Concurrency,
		Faults:      Faults{c.Duplicates, c.OutOfOrder, c.Drop},
		Media:       MediaFaults{c.MediaRate, c.CutAfter, c.DieAfter},
		Seed:        c.Seed,
	}
}
