package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
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

// openDoors starts to listen: at --addr for everything, and at --public-addr, where it is given,
// for what strangers may reach.
func (a *App) openDoors(ctx context.Context) ([]*door, error) {
	crowd := newCrowd(a.crowdOptions())
	main, err := openDoor(ctx, a.cfg.Addr, a.server, crowd, a.log)
	if err != nil || a.cfg.PublicAddr == "" {
		return []*door{main}, err
	}
	public, err := openDoor(ctx, a.cfg.PublicAddr, a.server.Public(), crowd, a.log)
	if err != nil {
		return nil, errors.Join(err, main.listener.Close())
	}
	return []*door{main, public}, nil
}

func openDoor(
	ctx context.Context, addr string, handler http.Handler, c *crowd, log *slog.Logger,
) (*door, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", addr, err)
	}
	return &door{listener: c.at(listener), crowd: c, server: &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerBytes,
		ConnState:         c.note,
		// What it has to say of broken requests anybody can make it say without end.
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}}, nil
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
