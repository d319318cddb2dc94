package config

import (
	"fmt"
	"net/netip"
	"strings"
)

// Proxies returns the networks of --trusted-proxies. A bare address is a network of one.
func (c *Config) Proxies() ([]netip.Prefix, error) {
	return networks("--trusted-proxies", c.TrustProxies)
}

// networks reads the values of an option that names networks.
func networks(flag string, values []string) ([]netip.Prefix, error) {
	var read []netip.Prefix
	for _, text := range values {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		prefix, err := netip.ParsePrefix(text)
		if addr, aerr := netip.ParseAddr(text); err != nil && aerr == nil {
			prefix, err = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s %q is no network: give one such as 127.0.0.1/32", flag, text)
		}
		read = append(read, prefix.Masked())
	}
	return read, nil
}
