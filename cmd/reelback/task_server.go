package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/reelback/reelback/internal/app"
)

// serverOptions say where a running server is. The server's own options do, so that one file or
// one environment serves both.
type serverOptions struct {
	Server    string `help:"Address of the server; where --addr or --public-url say, if left out." placeholder:"http://localhost:8080"`
	Addr      string `help:"Address that the server listens on." env:"REELBACK_ADDR"`
	PublicURL string `help:"Address under which the world reaches the server." env:"REELBACK_PUBLIC_URL"`
}

// Validate says what is wrong with the address that is asked; kong calls it before Run.
func (o serverOptions) Validate() error {
	flag, address := "--server", o.Server
	if address == "" && o.Addr == "" {
		flag, address = "--public-url", o.PublicURL
	}
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
		return nil
	}
	if strings.Contains(address, "://") {
		return fmt.Errorf("%s %q: want an address that begins with http:// or https://", flag, address)
	}
	return fmt.Errorf("%s %q: write it with its scheme, %s http://%s", flag, address, flag,
		strings.TrimLeft(address, "/"))
}

// origin is where the server is asked. An address to listen on is on this machine, and answers all
// that is asked; the public one may be for strangers.
func (o serverOptions) origin() string {
	switch {
	case o.Server != "":
		return strings.TrimRight(o.Server, "/")
	case o.Addr != "":
		return app.LocalOrigin(o.Addr)
	case o.PublicURL != "":
		return strings.TrimRight(o.PublicURL, "/")
	}
	return "http://localhost:8080"
}
