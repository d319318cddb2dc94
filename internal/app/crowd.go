package app

import (
	"container/list"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
)

// How many connections there may be at once, in all and from one address. A thousand people with
// an event stream each fit in, and so does a provider with four callbacks on their way.
const (
	maxGuests       = 4096
	maxGuestsOfOne  = 1024
	filesKeptForUse = 256 // of the process's open files, for the database and the media
)

// crowdOptions are the bounds of a crowd.
type crowdOptions struct {
	all, ofOne int
	// unbounded are the proxies, each of which stands for many.
	unbounded []netip.Prefix
}

// crowd bounds the connections of all listeners together. When it is full, the connection that
// has waited longest without a request makes room, so that whoever opens thousands and says
// nothing turns out their own. Where everybody is being served, the newcomer has to go.
type crowd struct {
	o crowdOptions

	mu     sync.Mutex
	guests map[net.Conn]*guest
	by     map[string]int // guests by address
	idle   *list.List     // of *guest, longest idle first
}

// guest is one connection.
type guest struct {
	conn net.Conn
	addr string
	idle *list.Element // nil while it is served
}

func newCrowd(o crowdOptions) *crowd {
	return &crowd{o: o, guests: make(map[net.Conn]*guest), by: make(map[string]int),
		idle: list.New()}
}

// crowdOptions leaves room for the files the program itself has to open.
func (a *App) crowdOptions() crowdOptions {
	o := crowdOptions{all: maxGuests, ofOne: maxGuestsOfOne}
	if files := openFiles(); files > 0 {
		o.all = min(o.all, max(files-filesKeptForUse, files/2))
		o.ofOne = min(o.ofOne, max(1, o.all/2))
	}
	o.unbounded, _ = a.cfg.Proxies() // Validate has looked at them
	return o
}

// at returns a listener whose connections belong to the crowd.
func (c *crowd) at(l net.Listener) net.Listener { return crowdListener{Listener: l, crowd: c} }

type crowdListener struct {
	net.Listener
	crowd *crowd
}

// Accept returns the next connection that there is room for.
func (l crowdListener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil || l.crowd.admit(conn) {
			return conn, err
		}
		_ = conn.Close()
	}
}

// admit takes a connection in, and says whether there was room. Connections that have to make
// room are closed; the server finds that out and gives them up.
func (c *crowd) admit(conn net.Conn) bool {
	addr := addressOf(conn)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.by[addr] >= c.o.ofOne && !c.isProxy(addr) && !c.turnOut(addr) {
		return false
	}
	if len(c.guests) >= c.o.all && !c.turnOut("") {
		return false
	}
	g := &guest{conn: conn, addr: addr}
	g.idle = c.idle.PushBack(g)
	c.guests[conn] = g
	c.by[addr]++
	return true
}

func (c *crowd) isProxy(addr string) bool {
	ip, err := netip.ParseAddr(addr)
	return err == nil && slices.ContainsFunc(c.o.unbounded,
		func(n netip.Prefix) bool { return n.Contains(ip) })
}

// turnOut closes the connection that has been idle longest, of an address or of all for "". It
// says whether there was one. The caller holds the lock.
func (c *crowd) turnOut(addr string) bool {
	for e := c.idle.Front(); e != nil; e = e.Next() {
		g := e.Value.(*guest)
		if addr == "" || g.addr == addr {
			c.forget(g)
			_ = g.conn.Close()
			return true
		}
	}
	return false
}

// note hears from the server what a connection does. One whose first request has not arrived
// whole is as idle as one between two requests.
func (c *crowd) note(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g := c.guests[conn]
	switch {
	case g == nil:
	case state == http.StateActive && g.idle != nil:
		c.idle.Remove(g.idle)
		g.idle = nil
	case state == http.StateIdle && g.idle == nil:
		g.idle = c.idle.PushBack(g)
	case state == http.StateClosed || state == http.StateHijacked:
		c.forget(g)
	}
}

// forget takes a guest out of the books. The caller holds the lock.
func (c *crowd) forget(g *guest) {
	if g.idle != nil {
		c.idle.Remove(g.idle)
		g.idle = nil
	}
	delete(c.guests, g.conn)
	if c.by[g.addr]--; c.by[g.addr] <= 0 {
		delete(c.by, g.addr)
	}
}

// addressOf is the address at the other end, or its network where one customer has many.
func addressOf(conn net.Conn) string {
	at, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return conn.RemoteAddr().String()
	}
	ip := at.Addr().Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().Addr().String()
}
