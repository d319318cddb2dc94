package fetch

import (
	"errors"
	"net/netip"
	"testing"
)

// TestGuard_RefusesEveryFormOfAnAddressThatIsNotPublic holds the whole list, at the moment of the
// connection, where it counts: whatever a link said, a redirect led to or a name has turned into.
func TestGuard_RefusesEveryFormOfAnAddressThatIsNotPublic(t *testing.T) {
	t.Parallel()
	g := newGuard(nil)
	refused := map[string][]string{
		"unspecified": {"0.0.0.0", "::", "0.1.2.3"},
		"loopback":    {"127.0.0.1", "127.0.0.2", "127.255.255.254", "::1"},
		"private": {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1",
			"fc00::1", "fd12::1"},
		"link-local": {"169.254.0.1", "fe80::1", "febf::1"},
		"zoned":      {"fe80::1%eth0", "2606:4700::1%eth0", "::1%lo"},
		"metadata": {"169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192",
			"fd00:ec2::254", "168.63.129.16"},
		"carrier-grade NAT": {"100.64.0.1", "100.127.255.255"},
		"NAT64": {"64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::7f00:1",
			"64:ff9b:1:ffff::a00:1"},
		"6to4":   {"2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1", "192.88.99.1"},
		"Teredo": {"2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"},
		"IPv4-mapped": {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
			"::ffff:0:0"},
		"IPv4-translated": {"::ffff:0:127.0.0.1", "::ffff:0:808:808"},
		"IPv4-compatible": {"::127.0.0.1", "::8.8.8.8"},
		"multicast":       {"224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"},
		"broadcast":       {"255.255.255.255"},
		"reserved":        {"240.0.0.1", "4000::1", "100::1", "5f00::1"},
		"benchmarking":    {"198.18.0.1", "198.19.255.255", "2001:2::1"},
		"documentation":   {"192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"},
		"site-local":      {"fec0::1"},
		"ORCHID":          {"2001:10::1", "2001:20::1"},
		"protocols":       {"192.0.0.1", "192.0.0.170", "192.31.196.1", "192.52.193.1", "192.175.48.1"},
	}
	for form, addresses := range refused {
		for _, text := range addresses {
			addr := netip.MustParseAddr(text)
			network := "tcp6"
			if addr.Is4() {
				network = "tcp4"
			}
			err := g.control(network, netip.AddrPortFrom(addr, 443).String(), nil)
			var e *Error
			if !errors.As(err, &e) || e.Kind != Blocked || !e.Permanent() {
				t.Errorf("%s: %s is let through: %v", form, text, err)
			}
			link := "https://[" + text + "]/"
			if addr.Is4() {
				link = "https://" + text + "/"
			}
			if addr.Zone() == "" && g.checkURL(link) == nil {
				t.Errorf("%s: the link %s is let through", form, link)
			}
		}
	}
	for _, text := range []string{"8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.255.255",
		"100.128.0.1", "2606:4700::1", "2a00:1450::1", "::ffff:8.8.8.8", "169.253.1.1", "223.255.255.1"} {
		if err := g.check(netip.AddrPortFrom(netip.MustParseAddr(text), 443)); err != nil {
			t.Errorf("%s is refused: %v", text, err)
		}
	}
}

// TestGuard_AllowsNoMoreThanIsNamed looks at what stays shut beside a network let through.
func TestGuard_AllowsNoMoreThanIsNamed(t *testing.T) {
	t.Parallel()
	g := newGuard([]netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"),
		netip.MustParsePrefix("fd00:1::/32")})
	for text, want := range map[string]bool{
		"127.0.0.1": true, "::ffff:127.0.0.1": true, "127.0.0.2": false, "::127.0.0.1": false,
		"64:ff9b::7f00:1": false, "2002:7f00:1::": false, "fd00:1::5": true, "fd00:2::5": false,
		"fd00:1::5%eth0": false, "10.0.0.1": false,
	} {
		err := g.check(netip.AddrPortFrom(netip.MustParseAddr(text), 9000))
		if (err == nil) != want {
			t.Errorf("%s: %v, want let through: %t", text, err, want)
		}
	}
}
