package fetch

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/reelback/reelback/internal/testkit"
)

// proxy is one that connects to wherever it is asked to, which is what the fetcher must prevent.
type proxy struct {
	net.Listener
	mu     sync.Mutex
	asked  []string // targets
	keys   []string // Proxy-Authorization
	answer string   // in the place of a connection; empty for one
}

func startProxy(t *testing.T, answer string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{Listener: listener, answer: answer}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(conn)
		}
	}()
	return p
}

func (p *proxy) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	req, err := http.ReadRequest(in)
	if err != nil {
		return
	}
	p.mu.Lock()
	p.asked = append(p.asked, req.Method+" "+req.Host)
	p.keys = append(p.keys, req.Header.Get("Proxy-Authorization"))
	p.mu.Unlock()
	if p.answer != "" {
		_, _ = io.WriteString(conn, p.answer)
		return
	}
	target, err := net.Dial("tcp", req.Host)
	if err != nil {
		return
	}
	defer func() { _ = target.Close() }()
	_, _ = io.WriteString(conn, "HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n")
	go func() { _, _ = io.Copy(target, in) }()
	_, _ = io.Copy(conn, target)
}

// requests returns what was asked for so far.
func (p *proxy) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked
}

func (p *proxy) options(user string, change func(*Options)) func(*Options) {
	return func(o *Options) {
		o.Proxy = &url.URL{Scheme: "http", Host: p.Addr().String()}
		if user != "" {
			o.Proxy.User = url.UserPassword(user, "pass")
		}
		if change != nil {
			change(o)
		}
	}
}

func TestFetch_ThroughAProxy(t *testing.T) {
	t.Parallel()
	content, p := video(2*half, 1), startProxy(t, "")
	server := serve(t, redirect("/next"), cutAfter(content, half, "ETag", `"v1"`),
		file(content, `"v1"`))
	good := netip.MustParseAddr("127.0.0.1")
	b := setup(t, p.options("me", func(o *Options) {
		o.Resolver = testkit.Names(t, good, good, good, good)
	}))
	address := server.Listener.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	link := "http://video.example:" + port + "/x?" + secret
	b.wantError(t, link, Cut, half)
	b.wantWhole(t, link, content)
	for i, asked := range p.requests() {
		if asked != "CONNECT "+address || p.keys[i] != "Basic bWU6cGFzcw==" {
			t.Errorf("the proxy was asked for %s with %q, want the checked address", asked, p.keys[i])
		}
	}
	if len(p.requests()) == 0 || server.got()[0].Host != "video.example:"+port {
		t.Errorf("the proxy was asked for %v", p.requests())
	}
}

func TestFetch_ThroughAProxyReachesNothingForbidden(t *testing.T) {
	t.Parallel()
	forbidden := silent(t)
	_, port, _ := strings.Cut(strings.TrimPrefix(forbidden, "http://"), ":")
	tests := map[string]struct {
		link    string
		answers []string // of the name server
		asked   int
	}{
		"an address":               {forbidden + "/x", nil, 0},
		"a name":                   {"http://video.example:" + port + "/x", []string{"127.0.0.2"}, 0},
		"a redirect":               {"", nil, 1},
		"the proxy's own neighbor": {"http://127.0.0.3:3128/", nil, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := startProxy(t, "")
			var answers []netip.Addr
			for _, a := range tt.answers {
				answers = append(answers, netip.MustParseAddr(a))
			}
			if tt.link == "" {
				tt.link = serve(t, redirect(forbidden+"/x")).link()
			}
			b := setup(t, p.options("", func(o *Options) {
				if answers != nil {
					o.Resolver = testkit.Names(t, answers...)
				}
			}))
			b.wantError(t, tt.link, Blocked, 0)
			if got := p.requests(); len(got) != tt.asked {
				t.Errorf("the proxy was asked for %v", got)
			}
		})
	}
}

func TestFetch_ThroughAProxyThatDoesNotConnect(t *testing.T) {
	t.Parallel()
	server := serve(t, plain(200, ""))
	for name, answer := range map[string]string{
		"refuses":     "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
		"is none":     "220 mail.example ESMTP\r\n",
		"never stops": "HTTP/1.1 200 OK\r\n" + strings.Repeat("X: y\r\n", maxHeaderBytes),
	} {
		p := startProxy(t, answer)
		e := setup(t, p.options("", nil)).wantError(t, server.link(), Network, 0)
		if !errors.Is(e, errProxy) || len(server.got()) != 0 {
			t.Errorf("%s: %v", name, e.Err)
		}
	}
	p := startProxy(t, "x")
	_ = p.Close()
	setup(t, p.options("", nil)).wantError(t, server.link(), Network, 0)
}

// TestNoProxyUnlessSetOnPurpose looks at the transport: the variables of the environment are read
// once by the whole process, so that setting one here would prove nothing.
func TestNoProxyUnlessSetOnPurpose(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]*bench{"none": setup(t, nil),
		"one": setup(t, startProxy(t, "").options("", nil))} {
		if b.transport.Proxy != nil {
			t.Errorf("%s: the transport asks for a proxy by itself", name)
		}
	}
}

func TestTheProxysPort(t *testing.T) {
	t.Parallel()
	for link, want := range map[string]string{"http://p": "p:80", "https://p": "p:443",
		"http://p:3128": "p:3128", "http://[::1]": "[::1]:80"} {
		u, err := url.Parse(link)
		if err != nil {
			t.Fatal(err)
		}
		if got := (&tunnel{proxy: u}).proxyAddress(); got != want {
			t.Errorf("%s: %s", link, got)
		}
	}
}
