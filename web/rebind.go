package web

import (
	"errors"
	"net"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"
)

// errForeignName says that a request came by a name that is not this server's.
var errForeignName = errors.New("asked by a name that is not this server's")

// checkName refuses names that anybody can buy, where nobody has to sign in. Another site may let
// its own name lead to this machine, and its page, which a browser here has open, then counts as
// ours (DNS rebinding). Addresses, names that exist in private networks only, and that of
// --public-url are nobody else's.
func (s *Server) checkName(c echo.Context) error {
	host := c.Request().Host
	if proxied, _ := c.Get(proxiedKey).(bool); proxied {
		return nil // the proxy knows for whom it answers
	}
	if s.public != nil && s.public.Host != "" && strings.EqualFold(host, s.public.Host) {
		return nil
	}
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if !isPrivateName(host) {
		return errForeignName
	}
	return nil
}

// isPrivateName says whether a host is an address, or a name that leads nowhere in the public DNS:
// without a dot, or below a name that RFC 6761, 6762, 8375 or the common habit sets aside.
func isPrivateName(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	if !strings.Contains(host, ".") {
		return true
	}
	for _, end := range []string{".localhost", ".local", ".test", ".home.arpa", ".internal", ".lan"} {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return false
}
