package web

import (
	"crypto/tls"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

// proxies are a machine, a network and an IPv6 network that are trusted.
func proxies() Proxies {
	return Proxies{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8"),
		netip.MustParsePrefix("fd00::/8")}
}

// coming is a request from a peer with header lines, "Name: value".
func coming(peer string, lines ...string) *http.Request {
	r := &http.Request{Host: "inner:8080", RemoteAddr: peer, Header: make(http.Header)}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	return r
}

// TestWhereARequestComesFrom goes through what proxies and strangers write. What is wanted is
// the address, the scheme and the host.
func TestWhereARequestComesFrom(t *testing.T) {
	t.Parallel()
	const nginx, stranger = "127.0.0.1:5000", "203.0.113.9:5000"
	nothing := whence{"127.0.0.1", "http", "inner:8080"}
	for name, test := range map[string]struct {
		request *http.Request
		want    whence
	}{
		"a stranger, plainly": {coming(stranger), whence{"203.0.113.9", "http", "inner:8080"}},
		"a stranger who claims": {coming(stranger, "X-Forwarded-For: 1.1.1.1", "X-Forwarded-Proto: https",
			"X-Forwarded-Host: evil.example.com", "Forwarded: for=1.1.1.1;proto=https;host=evil"),
			whence{"203.0.113.9", "http", "inner:8080"}},
		"a proxy that says nothing": {coming(nginx), nothing},
		"one proxy": {coming(nginx, "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https",
			"X-Forwarded-Host: v.example.com"), whence{"203.0.113.9", "https", "v.example.com"}},
		"a claim before the proxy's note": {coming(nginx, "X-Forwarded-For: 1.1.1.1, 203.0.113.9"),
			whence{"203.0.113.9", "http", "inner:8080"}},
		"a claim on a line of its own": {coming(nginx, "X-Forwarded-For: 1.1.1.1",
			"X-Forwarded-For: 203.0.113.9"), whence{"203.0.113.9", "http", "inner:8080"}},
		"two proxies": {coming(nginx, "X-Forwarded-For: 1.1.1.1, 203.0.113.9, 10.0.0.5",
			"X-Forwarded-Proto: http, https, http", "X-Forwarded-Host: evil, v.example.com, mid"),
			whence{"203.0.113.9", "https", "v.example.com"}},
		"two proxies, one scheme": {coming(nginx, "X-Forwarded-For: 203.0.113.9, 10.0.0.5",
			"X-Forwarded-Proto: https"), whence{"203.0.113.9", "https", "inner:8080"}},
		"proxies all the way": {coming(nginx, "X-Forwarded-For: 10.0.0.7, 10.0.0.5"),
			whence{"10.0.0.7", "http", "inner:8080"}},
		"a trusted address claimed by a stranger": {
			coming(nginx, "X-Forwarded-For: 10.0.0.7, 203.0.113.9"),
			whence{"203.0.113.9", "http", "inner:8080"}},
		"ports and brackets": {coming(nginx, `X-Forwarded-For: 203.0.113.9:4711, [fd00::1]:80`),
			whence{"203.0.113.9", "http", "inner:8080"}},
		"IPv6": {coming(nginx, "X-Forwarded-For: 2001:DB8::0:7"),
			whence{"2001:db8::7", "http", "inner:8080"}},
		"IPv6 peer": {coming("[fd00::9%eth0]:1", "X-Forwarded-For: 1.2.3.4"),
			whence{"1.2.3.4", "http", "inner:8080"}},
		"mapped peer": {coming("[::ffff:10.1.1.1]:1", "X-Forwarded-For: 1.2.3.4"),
			whence{"1.2.3.4", "http", "inner:8080"}},
		"no address": {coming(nginx, "X-Forwarded-For: 203.0.113.9, unknown", "X-Forwarded-Proto: https"),
			whence{"127.0.0.1", "https", "inner:8080"}},
		"nonsense": {coming(nginx, "X-Forwarded-For: <script>", "X-Forwarded-Proto: javascript",
			"X-Forwarded-Host: a/b"), nothing},
		"hosts that are none": {coming(nginx, "X-Forwarded-Host: me@evil.example.com"), nothing},
		"an odd port":         {coming(nginx, "X-Forwarded-Host: evil:80:80"), nothing},

		"Forwarded": {coming(nginx, "Forwarded: for=203.0.113.9;proto=https;host=v.example.com"),
			whence{"203.0.113.9", "https", "v.example.com"}},
		"Forwarded in quotes": {coming(nginx, `Forwarded: For="[2001:db8::7]:4711"; Proto="HTTPS";by=_x;`+
			`host="v.example.com:8443"`), whence{"2001:db8::7", "https", "v.example.com:8443"}},
		"Forwarded by two": {coming(nginx, "Forwarded: for=1.1.1.1;host=evil, "+
			"for=203.0.113.9;proto=https, for=10.0.0.5;proto=http;host=mid"), whence{"203.0.113.9", "https", "inner:8080"}},
		"Forwarded, a quote left open by a stranger": {coming(nginx, `Forwarded: for="1.1.1.1`,
			`Forwarded: for=203.0.113.9`), whence{"203.0.113.9", "http", "inner:8080"}},
		"Forwarded, a quote that swallows the proxy's note": {
			coming(nginx, `Forwarded: for="1.1.1.1, for=203.0.113.9`), nothing},
		"Forwarded, hidden": {coming(nginx, "Forwarded: for=_hidden;proto=https"),
			whence{"127.0.0.1", "https", "inner:8080"}},
		"Forwarded, twice said": {coming(nginx, "Forwarded: for=1.1.1.1;for=2.2.2.2"), nothing},
		"Forwarded, nonsense":   {coming(nginx, "Forwarded: ;;=,"), nothing},

		"both alike": {coming(nginx, "Forwarded: for=203.0.113.9;proto=https",
			"X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https"),
			whence{"203.0.113.9", "https", "inner:8080"}},
		"both, and they differ": {coming(nginx, "Forwarded: for=1.1.1.1;proto=https;host=evil",
			"X-Forwarded-For: 203.0.113.9"), nothing},
	} {
		if got := proxies().whence(test.request); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestWithoutProxiesTheConnectionDecides(t *testing.T) {
	t.Parallel()
	r := coming("127.0.0.1:1", "X-Forwarded-For: 1.1.1.1", "X-Forwarded-Proto: http")
	r.TLS = new(tls.ConnectionState)
	if got := Proxies(nil).whence(r); got != (whence{"127.0.0.1", "https", "inner:8080"}) {
		t.Errorf("%v", got)
	}
}

// FuzzForwarded sends anything in the headers, through a proxy and past it. What comes out must
// be fit for a link, a log and a limiter.
func FuzzForwarded(f *testing.F) {
	for _, seed := range [][3]string{
		{"203.0.113.9, 10.0.0.1", "https", "v.example.com"},
		{`for="[2001:db8::7]:4711";proto=https, for=10.0.0.1`, "", "[::1]:80"},
		{`for="a\"b;`, "HTTP,https", "a@b"}, {",;=\x00\u202e", "\r\n", "http://a"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, list, scheme, host string) {
		for _, r := range []*http.Request{
			coming("127.0.0.1:1", "Forwarded: "+list),
			coming("127.0.0.1:1", "Forwarded: for=1.2.3.4;proto="+scheme+`;host="`+host+`"`),
			coming("127.0.0.1:1", "X-Forwarded-For: "+list, "X-Forwarded-Proto: "+scheme,
				"X-Forwarded-Host: "+host),
		} {
			got := proxies().whence(r)
			if _, err := netip.ParseAddr(got.remote); err != nil {
				t.Errorf("the address is %q", got.remote)
			}
			if got.scheme != "http" && got.scheme != "https" || !usableHost(got.host) {
				t.Errorf("%q", got)
			}
			stranger := coming("203.0.113.9:1")
			stranger.Header = r.Header
			if got := proxies().whence(stranger); got != (whence{"203.0.113.9", "http", "inner:8080"}) {
				t.Errorf("a stranger is believed: %q", got)
			}
		}
		// A note that the nearest proxy adds on a line of its own counts, whatever came before.
		r := coming("127.0.0.1:1", "Forwarded: "+list, "Forwarded: for=198.51.100.7")
		if got := proxies().whence(r); got.remote != "198.51.100.7" {
			t.Errorf("%q hides the proxy's note: %q", list, got)
		}
		r = coming("127.0.0.1:1", "X-Forwarded-For: "+list, "X-Forwarded-For: 198.51.100.7")
		if got := proxies().whence(r); got.remote != "198.51.100.7" {
			t.Errorf("%q hides the proxy's note: %q", list, got)
		}
	})
}
