package sim

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/route"
)

// target returns the callback addresses: those given whole and no others, else one for each
// product, from the base address and the token, which an open source does not need.
func (c *Command) target() (Target, error) {
	products := []string{kie.RunwayExtend, kie.Runway, kie.Veo}
	if err := c.checkSources(append(products, kie.Name)); err != nil {
		return nil, err
	}
	if len(c.URL) > 0 {
		return Target(c.URL), nil
	}
	base, err := url.Parse(c.To)
	if err != nil || base.Host == "" {
		return nil, fmt.Errorf("server address %q: want http://host[:port]", c.To)
	}
	links := route.New(c.To)
	target := make(Target)
	for _, source := range products {
		token := c.Tokens[source]
		if shared := c.Tokens[kie.Name]; token == "" && shared != "" {
			source, token = kie.Name, shared
		}
		target[source] = links.CallbackAddress(source, token)
	}
	return target, nil
}

func (c *Command) checkSources(known []string) error {
	for flag, given := range map[string]map[string]string{"tokens": c.Tokens, "url": c.URL} {
		for _, source := range slices.Sorted(maps.Keys(given)) {
			if !slices.Contains(known, source) {
				return fmt.Errorf("unknown source %q: want one of %s",
					source, strings.Join(known, ", "))
			}
			if strings.TrimSpace(given[source]) == "" {
				return fmt.Errorf("--%s %s=: there is nothing behind the sign; reelback source list "+
					"prints addresses and tokens, and sources of an open server need none", flag, source)
			}
		}
	}
	return nil
}

// awaitServer waits until the receiver's port is open: in a demo both start together.
func (c *Command) awaitServer(ctx context.Context, p *Provider, to Target) error {
	address, err := to.address(slices.Sorted(maps.Keys(to))[0])
	if err != nil {
		return err
	}
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("the callback address is no URL")
	}
	deadline := p.opt.Now().Add(c.Wait)
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", hostPort(u))
		if err == nil {
			return conn.Close()
		}
		if !p.opt.Now().Before(deadline) {
			return fmt.Errorf("no server at %s: %w", u.Host, err)
		}
		if err := p.opt.Wait(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

// hostPort returns where to dial for a URL.
func hostPort(u *url.URL) string {
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// reachable returns the address under which this machine reaches a listener.
func reachable(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if ip := net.ParseIP(host); err != nil || ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
