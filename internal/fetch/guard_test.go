package fetch

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

func TestCheckURL(t *testing.T) {
	t.Parallel()
	const fine = Kind("")
	tests := []struct {
		link, allow string
		want        Kind
	}{
		{"https://a.example/x.mp4?sig=1", "", fine},
		{"http://a.example:8080/x.mp4", "", fine},
		{"HTTPS://8.8.8.8/x", "", fine},
		{"https://[2606:4700::1]:8443/x", "", fine},
		{"https://影片.example/x", "", fine},

		{"", "", BadURL},
		{"a.example/x.mp4", "", BadURL},
		{"//a.example/x.mp4", "", BadURL},
		{"ftp://a.example/x", "", BadURL},
		{"file:///etc/passwd", "", BadURL},
		{"data:video/mp4,x", "", BadURL},
		{"javascript:alert(1)", "", BadURL},
		{"https://", "", BadURL},
		{"https:///x", "", BadURL},
		{"https://.", "", BadURL},
		{"https://:443/x", "", BadURL},
		{"https:a.example", "", BadURL},
		{"https://a.example:99999/", "", BadURL},
		{"https://a.example:http/", "", BadURL},
		{"https://user@a.example/", "", BadURL},
		{"https://user:pass@a.example/", "", BadURL},
		{"https://a.example/\n", "", BadURL},
		{"https://a.example/" + strings.Repeat("x", maxURL), "", BadURL},
		{"http://127.1/", "", BadURL},
		{"http://2130706433/", "", BadURL},
		{"http://0x7f000001/", "", BadURL},
		{"http://0177.0.0.01/", "", BadURL},

		{"http://127.0.0.1/", "", Blocked},
		{"http://0.0.0.0/", "", Blocked},
		{"http://10.1.2.3/", "", Blocked},
		{"http://172.16.0.1/", "", Blocked},
		{"http://192.168.1.1/", "", Blocked},
		{"http://100.100.100.200/", "", Blocked},
		{"http://169.254.169.254/latest/meta-data", "", Blocked},
		{"http://224.0.0.1/", "", Blocked},
		{"http://[::]/", "", Blocked},
		{"http://[::1]/", "", Blocked},
		{"http://[::ffff:127.0.0.1]/", "", Blocked},
		{"http://[64:ff9b::7f00:1]/", "", Blocked},
		{"http://[fd00::1]/", "", Blocked},
		{"http://[fe80::1%25eth0]/", "", Blocked},
		{"http://localhost/", "", Blocked},
		{"http://LOCALHOST./", "", Blocked},
		{"http://a.localhost/", "", Blocked},
		{"http://a.example:22/", "", Blocked},
		{"http://8.8.8.8:25/", "", Blocked},

		{"http://127.0.0.1:39999/", "127.0.0.1/32", fine},
		{"http://127.0.0.2:39999/", "127.0.0.1/32", Blocked},
		{"http://[::ffff:127.0.0.1]:39999/", "127.0.0.1/32", fine},
		{"http://localhost:39999/", "127.0.0.1/32", fine},
		{"http://localhost:39999/", "::1/128", fine},
		{"http://localhost/", "10.0.0.0/8", Blocked},
		{"http://10.9.9.9:9000/", "10.0.0.0/8", fine},
		{"http://10.9.9.9:9000/", "::ffff:10.0.0.0/104", fine},
		{"http://mirror.example:9000/", "10.0.0.0/8", fine}, // the address will tell
		{"http://8.8.8.8:9000/", "10.0.0.0/8", Blocked},
		{"http://[fd00::1]:9000/", "fd00::/8", fine},
	}
	for _, tt := range tests {
		t.Run(tt.link+" with "+tt.allow, func(t *testing.T) {
			t.Parallel()
			var allow []netip.Prefix
			if tt.allow != "" {
				allow = append(allow, netip.MustParsePrefix(tt.allow))
			}
			err := URLCheck(allow)(tt.link)
			if tt.want == fine {
				if err != nil {
					t.Errorf("CheckURL() = %v", err)
				}
				return
			}
			var e *Error
			if !errors.As(err, &e) || e.Kind != tt.want || !e.Permanent() {
				t.Errorf("CheckURL() = %v, want kind %s", err, tt.want)
			}
		})
	}
}

func TestGuard_ControlJudgesResolvedAddresses(t *testing.T) {
	t.Parallel()
	g := newGuard([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"),
		netip.MustParsePrefix("fd00::/8")})
	tests := []struct {
		network, address string
		want             bool
	}{
		{"tcp4", "8.8.8.8:443", true},
		{"tcp4", "8.8.8.8:80", true},
		{"tcp4", "8.8.8.8:8443", true},
		{"tcp4", "8.8.8.8:22", false},
		{"udp4", "8.8.8.8:443", false},
		{"unix", "/run/docker.sock", false},
		{"tcp4", "10.1.1.1:12345", true},
		{"tcp6", "[fd00::1]:12345", true},
		{"tcp6", "[::ffff:10.1.1.1]:12345", true},
		{"tcp6", "[::ffff:127.0.0.1]:80", false},
		{"tcp4", "127.0.0.2:80", false},
		{"tcp4", "192.168.0.1:443", false},
		{"tcp6", "[fe80::1%eth0]:443", false},
		{"tcp6", "[64:ff9b::a00:1]:443", false},
		{"tcp6", "[2606:4700::1]:443", true},
		{"tcp4", "a.example:443", false},
	}
	for _, tt := range tests {
		if err := g.control(tt.network, tt.address, nil); (err == nil) != tt.want {
			t.Errorf("control(%s, %s) = %v, want let through: %t", tt.network, tt.address, err, tt.want)
		}
	}
}

func TestGuard_NamesTheAddressItRefuses(t *testing.T) {
	t.Parallel()
	g := newGuard(nil)
	for address, want := range map[string]string{
		"10.0.0.5:443": "10.0.0.5", "[::ffff:10.0.0.5]:443": "10.0.0.5", "8.8.8.8:22": "8.8.8.8",
		"[fd00::1]:443": "fd00::1",
	} {
		var e *Error
		if err := g.control("tcp4", address, nil); !errors.As(err, &e) || e.Addr.String() != want {
			t.Errorf("%s: %v names %v", address, err, e)
		}
		if strings.Contains(e.Error(), want) {
			t.Errorf("%s: the sentence for pages names it: %s", address, e.Error())
		}
	}
}
