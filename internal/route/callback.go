package route

import (
	"net"
	"net/url"
	"strings"
)

// WithDoor returns the links of a server that listens for senders at an address of its own, as
// --public-addr gives it. Empty is none.
func (l Links) WithDoor(addr string) Links {
	l.door = addr
	return l
}

// CallbackAddress is where a provider sends the callbacks of a source, whole and with its token:
// below the public address where there is one, else at the door for senders, else where pages are.
func (l Links) CallbackAddress(source, token string) string {
	link := l.Callback(source, token)
	if l.door == "" || l.public {
		return l.Absolute(link)
	}
	host := ""
	if u, err := url.Parse(l.origin); err == nil {
		host = u.Hostname()
	}
	return OriginAt(l.door, host) + link
}

// OriginAt is where a program that listens at an address is reached. The host stands in for an
// address that names none; without one it is this machine.
func OriginAt(addr, host string) string {
	at, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "http://" + addr
	}
	if ip := net.ParseIP(at); at == "" || (ip != nil && ip.IsUnspecified()) {
		at = host
	}
	if at == "" {
		at = "localhost"
	}
	return "http://" + net.JoinHostPort(strings.Trim(at, "[]"), port)
}
