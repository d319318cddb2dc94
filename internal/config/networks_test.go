package config

import (
	"net/netip"
	"slices"
	"testing"
)

func TestProxies(t *testing.T) {
	t.Parallel()
	c := Config{TrustProxies: []string{"10.1.2.3/8", " 127.0.0.1 ", "", "fd00::1"}}
	got, err := c.Proxies()
	want := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"),
		netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("fd00::1/128")}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}
