package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/web"
)

const publicURL = "https://videos.example.com/x/y"

// behind returns a handler that reaches the site as a reverse proxy does which is asked for the
// public address: one that passes paths on, or one that strips the base path.
func behind(s *site, strips bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Host = "videos.example.com"
		if strips {
			http.StripPrefix("/x/y", s.server).ServeHTTP(w, r)
			return
		}
		s.server.ServeHTTP(w, r)
	})
}

// TestEveryLinkCarriesTheBasePath follows every link of every page below a base path, behind
// both kinds of proxy.
func TestEveryLinkCarriesTheBasePath(t *testing.T) {
	t.Parallel()
	for _, strips := range []bool{true, false} {
		s := newSite(t, func(o *web.Options) {
			o.Links, o.HasPublicURL = route.New(publicURL), true
		})
		s.fill()
		s.deliver("veo3.1", `{"code":200,"data":{"taskId":"veo-3","info":{"resultUrls":[
			"https://files.example.com/c.mp4","https://files.example.com/d.mp4"]}}}`)
		s.failAll()
		c := &crawler{t: t, handler: behind(s, strips), seen: make(map[string]bool)}
		c.follow("GET", "/x/y/")
		c.follow("GET", "/x/y/tasks/kie/nobody?lang=zh-CN")
		for _, path := range []string{"/x/y/media/2026-11/runway_extend_run-1.mp4",
			"/x/y/tasks/kie/run-1", "/x/y/tasks/kie/veo-3/retry", "/x/y/live", "/x/y/deliveries/1",
			"/x/y/tasks/kie/veo-1/assets/video/0/retry", "/x/y/setup"} {
			if !c.seen[path] {
				t.Errorf("strips: %t: no page led to %s", strips, path)
			}
		}
		if len(c.seen) < 60 {
			t.Errorf("only %d links were followed", len(c.seen))
		}
	}
}

// failAll gives up every asset that waits, so that pages offer a retry.
func (s *site) failAll() {
	s.t.Helper()
	for {
		c, _, ok, err := s.store.ClaimAsset(s.t.Context(), time.Minute)
		if err != nil {
			s.t.Fatal(err)
		}
		if !ok {
			return
		}
		a := task.AfterFailure(c.Asset, task.Failure{Reason: "no", Permanent: true}, s.clock.Now(), 0)
		err = s.store.FinishAsset(s.t.Context(), a, task.Event{At: s.clock.Now(),
			Kind: task.EventAssetFailed, Role: a.Role, Index: a.Index, Detail: "no"},
			c.Attempt)
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// crawler follows links.
type crawler struct {
	t       *testing.T
	handler http.Handler
	seen    map[string]bool
	page    string // whose links are being followed
}

// follow asks for a link and for everything the answer leads to.
func (c *crawler) follow(method, link string) {
	link, _, _ = strings.Cut(link, "#")
	if c.seen[link] {
		return
	}
	c.seen[link] = true
	switch {
	case !strings.HasPrefix(link, "/x/y/"):
		c.t.Errorf("%s does not begin with the base path", link)
		return
	case link == "/x/y/live":
		return // never ends; it is in live_test.go
	case strings.Contains(link, "?") && strings.Contains(c.page, "?"):
		return // of filters, one at a time will do
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, newRequest(method, link, "", browser, form))
	for _, cookie := range w.Result().Cookies() {
		if cookie.Path != "/x/y/" {
			c.t.Errorf("%s sets a cookie for %s", link, cookie.Path)
		}
	}
	switch {
	case w.Code == http.StatusSeeOther && method == http.MethodPost:
		c.follow(http.MethodGet, w.Header().Get("Location"))
	case w.Code == http.StatusUnprocessableEntity && method == http.MethodPost:
		// A form that wants more than an empty one, and says so.
	case w.Code != http.StatusOK && !strings.Contains(link, "nobody"):
		c.t.Errorf("%s %s: %d", method, link, w.Code)
	case strings.HasPrefix(w.Header().Get("Content-Type"), "text/html"):
		for _, n := range elements(parse(c.t, w.Body.String()), func(*html.Node) bool { return true }) {
			c.page = link
			c.leave(n)
		}
	case strings.HasPrefix(w.Header().Get("Content-Type"), "text/css"):
		address := regexp.MustCompile(`url\("([^"]+)"\)`)
		for _, m := range address.FindAllStringSubmatch(w.Body.String(), -1) {
			c.follow(http.MethodGet, "/x/y/static/"+m[1])
		}
	}
}

// leave follows the links of an element.
func (c *crawler) leave(n *html.Node) {
	links := []string{"href", "src", "poster", "data-src", "data-live-url", "data-base", "action"}
	for _, a := range n.Attr {
		if !slices.Contains(links, a.Key) || strings.HasPrefix(a.Val, "#") || a.Val == "" {
			continue
		}
		method := http.MethodGet
		if a.Key == "action" && attr(n, "method") == "post" {
			method = http.MethodPost
		}
		c.follow(method, a.Val)
	}
}

func TestTheAPICarriesTheBasePath(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.Links = route.New(publicURL + "/") })
	s.fill()
	for _, prefix := range []string{"", "/x/y"} {
		assets := s.getJSON(prefix + "/api/v1/tasks/kie/run-1")["assets"].([]any)
		for _, item := range assets {
			link := item.(map[string]any)["url"].(string)
			if w := s.ask(http.MethodGet, link, ""); !strings.HasPrefix(link, "/x/y/media/") ||
				w.Code != http.StatusOK {
				t.Errorf("%s: %d", link, w.Code)
			}
		}
	}
}

// TestCallbackAddressesArePublic finds them on the set-up page and delivers to one.
func TestCallbackAddressesArePublic(t *testing.T) {
	t.Parallel()
	for public, want := range map[string]string{
		publicURL:               publicURL,
		publicURL + "/":         publicURL,
		"":                      "http://reelback.test", // the name by which it is asked
		"https://v.example.com": "https://v.example.com",
	} {
		s := newSite(t, func(o *web.Options) { o.Links = route.New(public) })
		var found []string
		for _, n := range elements(parse(t, s.get("/setup")), func(n *html.Node) bool {
			return strings.Contains(attr(n, "data-full"), "/callbacks/")
		}) {
			found = append(found, attr(n, "data-full"))
		}
		address := want + s.callback("veo3.1")
		if !slices.Contains(found, address) {
			t.Errorf("%q: %s is not among %v", public, address, found)
		}
		if w := s.ask(http.MethodPost, address, fmt.Sprintf(veoDone, "v")); w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", address, w.Code, w.Body)
		}
	}
}

// TestPathsThatOnlyLookLikeTheBase must not lose a part of themselves.
func TestPathsThatOnlyLookLikeTheBase(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.Links = route.New("https://v.example.com/tas") })
	s.fill()
	for target, want := range map[string]int{
		"/tas": 200, "/tas/": 200, "/tas/tasks": 200, "/tasks": 200, "/tas/tas": 404,
		"/tasx/tasks": 404, "/tas/tasks/kie/run-1": 200, "/tas//tasks": 404,
	} {
		if w := s.ask(http.MethodGet, target, "", browser); w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
}

// TestABasePathMayNeedEscaping serves below a path with a space, to ids with slashes.
func TestABasePathMayNeedEscaping(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.Links = route.New("https://v.example.com/my videos/") })
	s.deliver("veo3.1", `{"code":501,"msg":"no","data":{"taskId":"a/b c"}}`)
	link := s.options.Links.Task("kie", "a/b c")
	if link != "/my%20videos/tasks/kie/a%2Fb%20c" {
		t.Errorf("the link is %s", link)
	}
	if page := s.get(link); !strings.Contains(page, "a/b c") {
		t.Error("the page does not show the task")
	}
	s.get("/my%20videos/tasks")
}
