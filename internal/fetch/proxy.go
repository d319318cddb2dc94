package fetch

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"time"
)

// tunnel makes connections through a proxy. It looks every name up itself, judges the addresses
// as the guard does, and asks the proxy for the address and not for the name: the proxy could find
// another one, and may reach networks that a link must not.
type tunnel struct {
	proxy    *url.URL
	guard    *guard
	resolver *net.Resolver
	dialer   *net.Dialer // to the proxy, which may be on a private network
	timeout  time.Duration
}

var errProxy = errors.New("the proxy did not connect")

func newTunnel(options Options, guard *guard) *tunnel {
	resolver := options.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	return &tunnel{proxy: options.Proxy, guard: guard, resolver: resolver,
		dialer: &net.Dialer{}, timeout: options.ConnectTimeout}
}

// dial connects to an address, "host:port", through the proxy.
func (t *tunnel) dial(ctx context.Context, _, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, t.timeout)
	defer cancel()
	target, err := t.resolve(ctx, address)
	if err != nil {
		return nil, err
	}
	conn, err := t.dialer.DialContext(ctx, "tcp", t.proxyAddress())
	if err != nil {
		return nil, err
	}
	// A proxy that says nothing must not outlast the attempt.
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	tunnelled, err := t.connect(ctx, conn, target)
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return tunnelled, nil
}

// resolve returns the first address of a host. All of them must be allowed: a name with a public
// and a private one is a trick.
func (t *tunnel) resolve(ctx context.Context, address string) (netip.AddrPort, error) {
	host, portText, err := net.SplitHostPort(address)
	if err != nil {
		return netip.AddrPort{}, err
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return netip.AddrPort{}, err
	}
	addrs, err := t.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return netip.AddrPort{}, err
	}
	for _, addr := range addrs {
		if err := t.guard.check(netip.AddrPortFrom(addr, uint16(port))); err != nil {
			return netip.AddrPort{}, err
		}
	}
	if len(addrs) == 0 {
		return netip.AddrPort{}, &net.DNSError{Err: "no addresses", IsNotFound: true}
	}
	return netip.AddrPortFrom(addrs[0].Unmap(), uint16(port)), nil
}

// connect asks the proxy on the other end for a connection to the target.
func (t *tunnel) connect(ctx context.Context, conn net.Conn, target netip.AddrPort) (
	net.Conn, error,
) {
	if t.proxy.Scheme == "https" {
		secure := tls.Client(conn, &tls.Config{ServerName: t.proxy.Hostname()})
		if err := secure.HandshakeContext(ctx); err != nil {
			return nil, err
		}
		conn = secure
	}
	req := &http.Request{Method: http.MethodConnect, Host: target.String(),
		URL: &url.URL{Opaque: target.String()}, Header: make(http.Header)}
	if user := t.proxy.User; user != nil {
		password, _ := user.Password()
		req.Header.Set("Proxy-Authorization", "Basic "+
			base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password)))
	}
	if err := req.Write(conn); err != nil {
		return nil, err
	}
	// The answer is read byte by byte: what follows it belongs to the target.
	answer := bufio.NewReaderSize(&oneByte{conn: conn, left: maxHeaderBytes}, 16)
	resp, err := http.ReadResponse(answer, req)
	if err != nil {
		return nil, errors.Join(errProxy, err)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%w: %s", errProxy, resp.Status)
	}
	return conn, nil
}

func (t *tunnel) proxyAddress() string {
	port := t.proxy.Port()
	switch {
	case port != "":
	case t.proxy.Scheme == "https":
		port = "443"
	default:
		port = "80"
	}
	return net.JoinHostPort(t.proxy.Hostname(), port)
}

// oneByte reads a byte at a time, so that nothing is read ahead, and only so many.
type oneByte struct {
	conn net.Conn
	left int
}

// Read implements io.Reader.
func (o *oneByte) Read(b []byte) (int, error) {
	if o.left--; o.left < 0 {
		return 0, errProxy
	}
	return o.conn.Read(b[:min(1, len(b))])
}
