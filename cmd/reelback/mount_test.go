package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/html"

	"github.com/reelback/reelback/internal/sim"
)

// mount is a place that a reverse proxy gives the program. A browser opens at one only, and only
// eachMount knows them, so that every test in a browser runs at all of them.
type mount struct {
	name   string
	path   string // "/x/y"; empty for the root
	strips bool   // the proxy takes the path off
}

// eachMount runs a test at the root and below a path.
func eachMount(t *testing.T, test func(t *testing.T, m mount)) {
	t.Helper()
	runAt(t, test, mount{name: "at the root"}, mount{name: "below a path", path: "/x/y"})
}

// eachProxy runs a test as eachMount does, and behind a proxy that takes the path off as well.
func eachProxy(t *testing.T, test func(t *testing.T, m mount)) {
	t.Helper()
	runAt(t, test, mount{name: "at the root"}, mount{name: "below a path", path: "/x/y"},
		mount{name: "below a path stripped", path: "/x/y", strips: true})
}

func runAt(t *testing.T, test func(t *testing.T, m mount), mounts ...mount) {
	t.Helper()
	t.Parallel()
	for _, m := range mounts {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			test(t, m)
		})
	}
}

// startAt runs the server behind a reverse proxy, whose address becomes its origin.
func startAt(t *testing.T, m mount, args ...string) *program {
	t.Helper()
	return newFront(t, m).start(args...)
}

// front is a reverse proxy before a server that need not run yet.
type front struct {
	t      *testing.T
	m      mount
	origin string // "http://127.0.0.1:41235/x/y"
	inner  atomic.Pointer[url.URL]
}

// newFront starts a reverse proxy. It fails the test where something asks for a path above.
func newFront(t *testing.T, m mount) *front {
	t.Helper()
	f := &front{t: t, m: m}
	forward := &httputil.ReverseProxy{FlushInterval: -1, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(f.inner.Load())
		r.SetXForwarded()
		r.Out.Host = r.In.Host
	}}
	handler := http.Handler(forward)
	if m.strips {
		handler = http.StripPrefix(m.path, forward)
	}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, m.path+"/") {
			t.Errorf("%s %s leaves %s", r.Method, r.URL, m.path)
			http.NotFound(w, r)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	f.origin = proxy.URL + m.path
	return f
}

// start runs the server behind the proxy, whose address becomes its origin.
func (f *front) start(args ...string) *program {
	f.t.Helper()
	p := start(f.t, f.t.TempDir(), slices.Concat([]string{"--public-url", f.origin,
		"--trusted-proxies", "127.0.0.1"}, args)...)
	u, err := url.Parse(p.origin)
	if err != nil {
		f.t.Fatal(err)
	}
	f.inner.Store(u)
	p.origin = f.origin
	for source, address := range p.sources {
		if !strings.HasPrefix(address, p.origin+"/callbacks/") {
			f.t.Errorf("the address of %s is %s, not below %s", source, address, p.origin)
		}
	}
	return p
}

// TestNoLinkLeavesTheMount lets the provider send its day and follows every link from the gallery
// through the proxy, redirects and cookies included. The proxy itself fails the test where
// something asks for a path above.
func TestNoLinkLeavesTheMount(t *testing.T) {
	eachProxy(t, func(t *testing.T, m mount) {
		provider := startProvider(t)
		p := startAt(t, m, "--fetch-allow", loopback)
		sum, err := provider.Send(t.Context(), sim.Target(p.sources), sim.Day(1))
		if err != nil || sum.GivenUp > 0 {
			t.Fatalf("the provider's day: %v, %v", sum, err)
		}
		p.await(p.findTask("product=runway-extend&fallback=unknown", "succeeded"), saved)
		c := &walker{t: t, p: p, m: m, seen: make(map[string]bool), client: &http.Client{
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
		c.visit(http.MethodGet, p.origin+"/", "")
		c.visit(http.MethodGet, p.origin+"/tasks/kie/nobody", "")
		c.visit(http.MethodGet, p.origin+"/tasks?status=failed&lang=zh-CN", "")
		for _, part := range []string{"/tasks/kie/", "/deliveries/", "/setup", "/static/", "/media/"} {
			if !slices.ContainsFunc(c.order, func(s string) bool {
				return strings.Contains(s, m.path+part)
			}) {
				t.Errorf("nothing led to %s among %d links", part, len(c.order))
			}
		}
		if len(c.order) < 60 {
			t.Errorf("only %d links were followed", len(c.order))
		}
	})
}

// walker follows links through a proxy.
type walker struct {
	t      *testing.T
	p      *program
	m      mount
	client *http.Client
	seen   map[string]bool
	order  []string
}

// visit asks for a link found on a page and goes on with what it leads to.
func (w *walker) visit(method, link, page string) {
	base, err := url.Parse(w.p.origin + "/")
	if err != nil {
		w.t.Fatal(err)
	}
	u, err := base.Parse(link)
	if err != nil {
		w.t.Errorf("%s has the link %q: %v", page, link, err)
		return
	}
	u.Fragment = ""
	key := method + " " + u.Path + "?" + u.RawQuery
	deep := u.RawQuery != "" && strings.Contains(page, "?") // of filters, one at a time will do
	if w.seen[key] || deep || strings.HasSuffix(u.Path, "/live") {
		return
	}
	w.seen[key] = true
	if u.Host != base.Host || !strings.HasPrefix(u.Path, w.m.path+"/") {
		w.t.Errorf("%s has the link %q, which leaves %s", page, link, w.p.origin)
		return
	}
	w.order = append(w.order, key)
	w.ask(method, u)
}

func (w *walker) ask(method string, u *url.URL) {
	req, err := http.NewRequest(method, u.String(), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/html,*/*")
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := w.client.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	for _, cookie := range res.Cookies() {
		if cookie.Path != w.m.path+"/" {
			w.t.Errorf("%s sets the cookie %s for %q", u, cookie.Name, cookie.Path)
		}
	}
	if to := res.Header.Get("Location"); to != "" {
		w.visit(http.MethodGet, to, u.Path)
	}
	// A form that is sent empty has been found, that is all it is asked here.
	empty := method == http.MethodPost && res.StatusCode == http.StatusUnprocessableEntity
	if res.StatusCode >= 400 && !empty && !strings.Contains(u.Path, "nobody") {
		w.t.Errorf("%s %s: %s", method, u, res.Status)
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		w.read(u, res.Body)
	}
}

// read follows every link of a page.
func (w *walker) read(u *url.URL, body io.Reader) {
	doc, err := html.Parse(body)
	if err != nil {
		w.t.Fatal(err)
	}
	links := []string{"href", "src", "poster", "action", "formaction", "data-src", "data-live-url",
		"data-base", "cite", "data"}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if !slices.Contains(links, a.Key) || a.Val == "" || strings.HasPrefix(a.Val, "#") {
				continue
			}
			method := http.MethodGet
			if a.Key == "action" && slices.Contains(n.Attr, html.Attribute{Key: "method", Val: "post"}) {
				method = http.MethodPost
			}
			w.visit(method, a.Val, u.RequestURI())
		}
	}
}
