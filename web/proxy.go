package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// whence is where a request came from and what it asked for, as the browser or the provider at
// the far end of all trusted proxies would put it.
type whence struct {
	remote string // address without port
	scheme string // "http" or "https"
	host   string // with port where it is not the scheme's own
}

const (
	whenceKey  = "whence"
	proxiedKey = "proxied" // whether a trusted proxy has passed the request on
)

// whenceOf returns what settle has found out; the zero value never gets past it.
func whenceOf(c echo.Context) whence {
	w, _ := c.Get(whenceKey).(whence)
	return w
}

// settle finds out once where a request comes from. The request is told, too, so that whoever
// looks at its address or host sees the reader's and not the proxy's.
func (s *Server) settle(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		peer := hostOnly(r.RemoteAddr)
		w := s.TrustedProxies.whence(r)
		r.Host = w.host
		if w.remote != peer {
			r.RemoteAddr = net.JoinHostPort(w.remote, "0")
		}
		if s.public != nil && s.public.Scheme == "https" && strings.EqualFold(s.public.Host, w.host) {
			w.scheme = "https" // a proxy that says nothing, but answers by the public name
		}
		c.Set(whenceKey, w)
		if s.TrustedProxies.sent(peer) {
			c.Set(proxiedKey, true)
		}
		s.settleHeader(c, peer)
		return next(c)
	}
}

// Proxies are the networks whose word on where a request came from is believed. Anybody can write
// the headers that say so; a trusted proxy adds to them what it has seen itself.
type Proxies []netip.Prefix

func (p Proxies) trust(addr netip.Addr) bool {
	return slices.ContainsFunc(p, func(n netip.Prefix) bool { return n.Contains(addr) })
}

// sent says whether the address of a connection is a trusted proxy's.
func (p Proxies) sent(peer string) bool {
	if len(p) == 0 {
		return false // as in most installations, which need not read the address for that
	}
	addr, err := netip.ParseAddr(peer)
	return err == nil && p.trust(plainAddr(addr))
}

// whence reads a request. A proxy writes one of the two families of headers and lets the other
// through as a stranger wrote it; where both are there and tell different tales, there is no
// knowing which is the proxy's, and neither is believed.
func (p Proxies) whence(r *http.Request) whence {
	w := whence{remote: hostOnly(r.RemoteAddr), scheme: "http", host: r.Host}
	if r.TLS != nil {
		w.scheme = "https"
	}
	if !p.sent(w.remote) {
		return w
	}
	older, hasOlder := xForwarded(r.Header)
	newer, hasNewer := forwarded(r.Header.Values("Forwarded"))
	byOlder, byNewer := p.walk(w, older), p.walk(w, newer)
	switch {
	case hasOlder && hasNewer && byOlder != byNewer:
		return w
	case hasOlder:
		return byOlder
	case hasNewer:
		return byNewer
	}
	return w
}

// trail is what proxies have noted, each list with the nearest proxy's note at the end.
type trail struct{ addrs, schemes, hosts []string }

// walk follows a trail from its end for as long as trusted proxies wrote it. The last of them,
// the outermost, has seen who is not trusted any more.
func (p Proxies) walk(w whence, t trail) whence {
	writers := 1 // the peer, whose notes are the last ones
	for writers <= len(t.addrs) {
		addr, ok := parseNode(t.addrs[len(t.addrs)-writers])
		if !ok {
			break // nobody's address: the proxy that wrote this is as far as is known
		}
		w.remote = addr.String()
		if !p.trust(addr) || writers == len(t.addrs) {
			break
		}
		writers++
	}
	if scheme := strings.ToLower(noteOf(t.schemes, writers)); scheme == "http" || scheme == "https" {
		w.scheme = scheme
	}
	if host := noteOf(t.hosts, writers); usableHost(host) {
		w.host = host
	}
	return w
}

// noteOf returns the note of the outermost of so many proxies. Many keep no list but overwrite.
func noteOf(notes []string, writers int) string {
	if len(notes) == 0 {
		return ""
	}
	return notes[max(0, len(notes)-writers)]
}

// xForwarded reads the X-Forwarded-… headers.
func xForwarded(h http.Header) (t trail, found bool) {
	t = trail{addrs: listOf(h.Values("X-Forwarded-For")), hosts: listOf(h.Values("X-Forwarded-Host")),
		schemes: listOf(h.Values("X-Forwarded-Proto"))}
	return t, len(t.addrs)+len(t.schemes)+len(t.hosts) > 0
}

// listOf takes the lines of a header apart at their commas.
func listOf(lines []string) (list []string) {
	for _, line := range lines {
		for item := range strings.SplitSeq(line, ",") {
			if item = strings.TrimSpace(item); item != "" {
				list = append(list, item)
			}
		}
	}
	return list
}

// parseNode reads an address as proxies write it: with or without port and brackets.
func parseNode(text string) (netip.Addr, bool) {
	if addr, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return plainAddr(addr), true
	}
	addr, err := netip.ParseAddrPort(text)
	return plainAddr(addr.Addr()), err == nil
}

// plainAddr is an address in the one form in which it is compared.
func plainAddr(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// usableHost says whether a text can be the host of a link, and is not a link itself.
func usableHost(host string) bool {
	if host == "" || len(host) > 255 || strings.Trim(host, hostLetters) != "" {
		return false
	}
	u, err := url.Parse("http://" + host)
	return err == nil && u.Host == host && u.Path == "" && u.Hostname() != ""
}

const hostLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_:[]"

// hostOnly takes the port off an address.
func hostOnly(addr string) string {
	if host, _, err := net.SplitHostPort(addr); err == nil {
		return host
	}
	return addr
}
