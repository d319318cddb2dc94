package fetch

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// maxURL is more than any signed link needs.
const maxURL = 8 << 10

// guard decides which addresses may be spoken to. It is asked for the resolved address of every
// connection, so that neither a redirect nor a name that changes its address gets round it.
type guard struct {
	allow  []netip.Prefix
	public *ssrf.Guardian
}

// ports are those of web servers. Others stay shut: a link must not be a way to talk to mail or
// database servers of the wide world.
func ports() []uint16 { return []uint16{80, 443, 8080, 8443} }

func newGuard(allow []netip.Prefix) *guard {
	// One cloud's metadata stand at an address that is public by its number.
	metadata := netip.MustParsePrefix("168.63.129.16/32")
	g := &guard{public: ssrf.New(ssrf.WithPorts(ports()...),
		ssrf.WithDeniedV4Prefixes(metadata))} // beside those it always denies
	for _, p := range allow {
		if addr := p.Addr(); addr.Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(addr.Unmap(), p.Bits()-96)
		}
		g.allow = append(g.allow, p)
	}
	return g
}

func (g *guard) allowed(addr netip.Addr) bool {
	return slices.ContainsFunc(g.allow, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// check judges an address.
func (g *guard) check(addr netip.AddrPort) error {
	ip := addr.Addr().Unmap()
	if g.allowed(ip) {
		return nil
	}
	if err := g.public.SafeAddr(ip); err != nil {
		return &Error{Kind: Blocked, Addr: ip, Err: errNotPublic}
	}
	if !slices.Contains(ports(), addr.Port()) {
		return &Error{Kind: Blocked, Addr: ip, Err: errPort}
	}
	return nil
}

// control is called by the dialer between making a socket and connecting it.
func (g *guard) control(network, address string, _ syscall.RawConn) error {
	addr, err := netip.ParseAddrPort(address)
	if err != nil || (network != "tcp4" && network != "tcp6") {
		return &Error{Kind: Blocked, Err: errNotPublic}
	}
	return g.check(addr)
}

// URLCheck returns a function that judges a link when it first arrives, without asking the network;
// Fetch judges it again. Its error is an *Error of kind BadURL or Blocked.
func URLCheck(allow []netip.Prefix) func(raw string) error { return newGuard(allow).checkURL }

func (g *guard) checkURL(raw string) error {
	u, err := url.Parse(raw)
	host := ""
	if err == nil {
		host = strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	}
	switch {
	case err != nil, len(raw) > maxURL:
		return &Error{Kind: BadURL, Err: errNoURL}
	case u.Scheme != "http" && u.Scheme != "https":
		return &Error{Kind: BadURL, Err: errScheme}
	case host == "":
		return &Error{Kind: BadURL, Err: errNoHost}
	case u.User != nil:
		return &Error{Kind: BadURL, Err: errUserInfo}
	}
	port, err := portOf(u)
	if err != nil {
		return &Error{Kind: BadURL, Err: errNoURL}
	}
	return g.checkHost(host, port)
}

// checkHost judges what a host tells without being looked up.
func (g *guard) checkHost(host string, port uint16) error {
	if ip, err := netip.ParseAddr(host); err == nil {
		return g.check(netip.AddrPortFrom(ip, port))
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	switch {
	case strings.ContainsAny(host, " :%/\\") || isNumber(last):
		// Some resolvers read 127.1 or 0x7f000001 as an address; no name ends in a number.
		return &Error{Kind: BadURL, Err: errNoHost}
	case last == "localhost" && !g.allowsLoopback():
		return &Error{Kind: Blocked, Err: errNotPublic}
	case len(g.allow) == 0 && !slices.Contains(ports(), port):
		return &Error{Kind: Blocked, Err: errPort}
	}
	return nil
}

func (g *guard) allowsLoopback() bool {
	return slices.ContainsFunc(g.allow, func(p netip.Prefix) bool {
		return p.Addr().IsLoopback() || p.Contains(netip.IPv6Loopback()) ||
			p.Contains(netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	})
}

// checkRedirect is what http.Client asks before it follows a redirect.
func (f *Fetcher) checkRedirect(next *http.Request, via []*http.Request) error {
	next.Header.Del("Referer") // it would hand the signed link to the next server
	if len(via) > maxRedirects {
		return &Error{Kind: Status, Status: next.Response.StatusCode, Err: errRedirects}
	}
	if via[len(via)-1].URL.Scheme == "https" && next.URL.Scheme == "http" {
		return &Error{Kind: Blocked, Err: errDowngrade}
	}
	return f.guard.checkURL(next.URL.String())
}

func portOf(u *url.URL) (uint16, error) {
	if port := u.Port(); port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		return uint16(n), err
	}
	if u.Scheme == "https" {
		return 443, nil
	}
	return 80, nil
}

// isNumber says whether a label is a number in one of the bases that address parsers take.
func isNumber(label string) bool {
	_, err := strconv.ParseUint(label, 0, 64)
	return err == nil || label != "" && strings.Trim(label, "0123456789") == ""
}
