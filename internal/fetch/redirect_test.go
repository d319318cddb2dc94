package fetch

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/testkit"
)

// silent returns the URL of a server on 127.0.0.2, which nobody may speak to. The test fails if
// anybody connects.
func silent(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.2:0")
	if err != nil {
		t.Skipf("this system has one loopback address only: %v", err)
	}
	accepted := make(chan bool)
	go func() {
		conn, err := listener.Accept()
		if err == nil {
			_ = conn.Close()
		}
		accepted <- err == nil
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		if <-accepted {
			t.Error("somebody connected to the forbidden address")
		}
	})
	return "http://" + listener.Addr().String()
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) }
}

func TestFetch_Redirects(t *testing.T) {
	t.Parallel()
	forbidden := silent(t)
	tests := []struct {
		name, to string
		kind     Kind
		words    string
	}{
		{"to a private address", forbidden + "/x?" + secret, Blocked, "the address is not public"},
		{"in circles", "?again&" + secret, Status, "the server redirects too often"},
		{"to a file", "file:///etc/passwd", BadURL, "the link is neither http nor https"},
		{"to a name and password", "http://user:" + secret + "@127.0.0.1/", BadURL,
			"the link contains a user name or password"},
		{"to nonsense", "http://[", Network, "the connection failed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := serve(t, redirect(tt.to))
			e := setup(t, nil).wantError(t, server.link(), tt.kind, 0)
			if e.Error() != tt.words {
				t.Errorf("Fetch() = %q, want %q", e, tt.words)
			}
			if asked := len(server.got()); asked > maxRedirects+1 {
				t.Errorf("%d requests were made", asked)
			}
		})
	}
}

func TestFetch_FollowsFiveRedirectsAndTellsNobodyTheLink(t *testing.T) {
	t.Parallel()
	content := video(half, 1)
	next := redirect("/next")
	server := serve(t, next, next, next, next, next, file(content, ""))
	setup(t, nil).wantWhole(t, server.link(), content)
	for _, r := range server.got() {
		if referer := r.Header.Get("Referer"); referer != "" {
			t.Errorf("a request had the referer %q", referer)
		}
	}
	one := serve(t, next, next, next, next, next, next, file(content, ""))
	setup(t, nil).wantError(t, one.link(), Status, 0)
}

func TestFetch_GoesOnBehindARedirect(t *testing.T) {
	t.Parallel()
	b, content := setup(t, nil), video(2*half, 1)
	server := serve(t, redirect("/real"), cutAfter(content, half, "ETag", `"v1"`),
		redirect("/real"), file(content, `"v1"`))
	b.wantError(t, server.link(), Cut, half)
	b.wantWhole(t, server.link(), content)
	if got := server.got()[3].Header.Get("If-Range"); got != `"v1"` {
		t.Errorf("If-Range behind the redirect = %q", got)
	}
}

func TestFetch_OverTLS(t *testing.T) {
	t.Parallel()
	content, insecure := video(half, 1), serve(t, plain(200, "never"))
	secure := &remote{}
	handler := secure.handler([]http.HandlerFunc{file(content, ""), redirect(insecure.link())})
	secure.Server = httptest.NewUnstartedServer(handler)
	secure.StartTLS()
	t.Cleanup(secure.Close)

	b := setup(t, nil)
	trusting := secure.Client().Transport.(*http.Transport).TLSClientConfig
	b.transport.TLSClientConfig = trusting.Clone()
	b.transport.TLSClientConfig.NextProtos = nil
	b.wantWhole(t, secure.link(), content)
	if err := b.part.Reset(); err != nil {
		t.Fatal(err)
	}
	e := b.wantError(t, secure.link(), Blocked, 0)
	if e.Error() != "the server redirects from https to http" || len(insecure.got()) != 0 {
		t.Errorf("Fetch() = %q after %d insecure requests", e, len(insecure.got()))
	}
}

func TestFetch_OverTLSWithACertificateOfItsOwn(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(plain(200, ""))
	server.Config.ErrorLog = discard()
	server.StartTLS()
	t.Cleanup(server.Close)
	e := setup(t, nil).wantError(t, server.URL, Network, 0)
	if e.Error() != "the server's certificate is not valid" {
		t.Errorf("Fetch() = %q", e)
	}
}

func TestFetch_NameThatResolvesToAPrivateAddress(t *testing.T) {
	t.Parallel()
	_, port, _ := strings.Cut(strings.TrimPrefix(silent(t), "http://"), ":")
	b := setup(t, func(o *Options) { o.Resolver = testkit.Names(t, netip.MustParseAddr("127.0.0.2")) })
	b.wantError(t, "http://video.example:"+port+"/x?"+secret, Blocked, 0)
}

func TestFetch_NameThatChangesItsAddress(t *testing.T) {
	t.Parallel()
	content := video(2*half, 1)
	server := serve(t, cutAfter(content, half, "ETag", `"v1"`))
	good, bad := netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("127.0.0.2")
	b := setup(t, func(o *Options) { o.Resolver = testkit.Names(t, good, bad) })
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	link := "http://video.example:" + port + "/x?" + secret
	b.wantError(t, link, Cut, half)
	b.wantError(t, link, Blocked, half)
}

func TestFetch_NameThatDoesNotExist(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.Resolver = testkit.Names(t, netip.Addr{}, netip.Addr{}) })
	e := b.wantError(t, "http://video.example./x?"+secret, Network, 0)
	var name *net.DNSError
	if e.Error() != "the server's name is not known" || !errors.As(e, &name) {
		t.Errorf("Fetch() = %q", e)
	}
}
