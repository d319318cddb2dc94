package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"
)

// door is one address the program listens on.
type door struct {
	listener net.Listener
	server   *http.Server
	crowd    *crowd
}

// How long the server waits for what a client does, and how much it takes before anybody has
// looked at it. Bodies and answers have bounds of their own, by route, in web.
const (
	// A request line and headers fit into a few packets; whoever sends them byte by byte is out.
	headerTime = 10 * time.Second
	// Longer than browsers and the provider's client keep a connection they do not use.
	idleTime = 2 * time.Minute
	// Browsers and proxies allow 8 to 32 KiB in all.
	headerBytes = 64 << 10
)

// listen takes the addresses: --addr for everything, and --public-addr, where it is given, for what
// strangers may reach. Who connects waits until a door is opened there.
func (a *App) listen(ctx context.Context) error {
	for _, addr := range []string{a.cfg.Addr, a.cfg.PublicAddr} {
		if addr == "" {
			continue
		}
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
		switch {
		case errors.Is(err, syscall.EADDRINUSE):
			return fmt.Errorf("%s is taken: another program listens there, perhaps Reelback itself. "+
				"Stop that one or give another address", addr)
		case err != nil:
			return fmt.Errorf("listen on %s: %w", addr, err)
		}
		a.listeners = append(a.listeners, listener)
	}
	if len(a.listeners) > 1 {
		a.links = a.links.WithDoor(a.listeners[1].Addr().String())
	}
	return nil
}

// closeListeners gives back the addresses, as far as no door has done so.
func (a *App) closeListeners() error {
	var errs []error
	for _, l := range a.listeners {
		if err := l.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// openDoors lets in who knocks: at the first address to everything, at the second to what is for
// strangers.
func (a *App) openDoors() []*door {
	crowd := newCrowd(a.crowdOptions())
	doors := []*door{openDoor(a.listeners[0], a.server, crowd, a.log)}
	if len(a.listeners) > 1 {
		doors = append(doors, openDoor(a.listeners[1], a.server.Public(), crowd, a.log))
	}
	return doors
}

func openDoor(listener net.Listener, handler http.Handler, c *crowd, log *slog.Logger) *door {
	return &door{listener: c.at(listener), crowd: c, server: &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerBytes,
		ConnState:         c.note,
		// What it has to say of broken requests anybody can make it say without end.
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}}
}

// serve answers until close.
func (d *door) serve() error {
	if err := d.server.Serve(d.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// close lets requests end until the context does.
func (d *door) close(ctx context.Context) error {
	if err := d.server.Shutdown(ctx); err != nil {
		// A download of an hour is not waited for.
		return errors.Join(d.server.Close(), ignoreDeadline(err))
	}
	return nil
}
