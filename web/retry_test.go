package web_test

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/web"
)

// twoFiles is a success with two videos.
const twoFiles = `{"code":200,"data":{"taskId":"t/1","info":{"resultUrls":[
	"https://files.example.com/c.mp4","https://files.example.com/d.mp4"]}}}`

func TestRetrying(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		path  string
		code  int
		wakes int32
		open  []bool // the two assets afterwards
	}{
		"the whole task":     {"/tasks/kie/t%2F1/retry", 303, 1, []bool{true, true}},
		"one file":           {"/tasks/kie/t%2F1/assets/video/1/retry", 303, 1, []bool{false, true}},
		"a file of no index": {"/tasks/kie/t%2F1/assets/video/one/retry", 404, 0, []bool{false, false}},
		"a file unheard of":  {"/tasks/kie/t%2F1/assets/cover/7/retry", 303, 1, []bool{false, false}},
		"a task unheard of":  {"/tasks/kie/nobody/retry", 404, 0, []bool{false, false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, func(o *web.Options) { o.Links = route.New("https://v.example.com/x") })
			s.deliver("veo3.1", twoFiles)
			s.failAll()
			w := s.ask(http.MethodPost, "/x"+tt.path, "", browser, form)
			if w.Code != tt.code || s.wakes.Load() != tt.wakes {
				t.Errorf("%d and %d wakes, want %d and %d", w.Code, s.wakes.Load(), tt.code, tt.wakes)
			}
			if to := w.Header().Get("Location"); tt.code == 303 && to != "/x/tasks/kie/t%2F1" {
				t.Errorf("it leads to %q", to)
			}
			got := must(s.store.FindTask(t.Context(), "kie", "t/1"))
			for i, a := range got.Assets {
				if a.Open() != tt.open[i] {
					t.Errorf("asset %d is %s", i, a.State)
				}
			}
		})
	}
}

// TestAFormWorksWithoutScript presses the retry button of a page as a browser without script
// does, through a proxy that strips the base path, and sees that it has been heard.
func TestAFormWorksWithoutScript(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) {
		o.Links, o.HasPublicURL = route.New(publicURL), true
	})
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "veo-1"))
	s.failAll()
	server := httptest.NewServer(behind(s, true))
	defer server.Close()
	client := &http.Client{Jar: must(cookiejar.New(nil))}
	page, status := fetch(t, client, server.URL+"/x/y/tasks/kie/veo-1")
	forms := elements(parse(t, page), func(n *html.Node) bool {
		return n.Data == "form" && attr(n, "method") == "post"
	})
	if status != http.StatusOK || len(forms) == 0 {
		t.Fatalf("%d, %d forms", status, len(forms))
	}
	req := must(http.NewRequestWithContext(t.Context(), http.MethodPost,
		server.URL+attr(forms[0], "action"), strings.NewReader(url.Values{}.Encode())))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", "https://videos.example.com")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := client.Do(req) // which follows the redirect
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK || res.Request.Method != http.MethodGet ||
		res.Request.URL.Path != "/x/y/tasks/kie/veo-1" {
		t.Errorf("%s from %s", res.Status, res.Request.URL)
	}
	got := must(s.store.FindTask(t.Context(), "kie", "veo-1"))
	if got.Assets[0].State != task.Pending || s.wakes.Load() != 1 {
		t.Errorf("the asset is %s, %d wakes", got.Assets[0].State, s.wakes.Load())
	}
}

// fetch gets a page and its status.
func fetch(t *testing.T, client *http.Client, link string) (string, int) {
	t.Helper()
	res, err := client.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	return readAll(t, res), res.StatusCode
}

// TestOtherSitesCannotPost goes by what browsers say of where a request comes from.
func TestOtherSitesCannotPost(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		public string
		lines  []string
		want   int
	}{
		"no browser":            {"", nil, 303},
		"the page itself":       {"", []string{"Sec-Fetch-Site: same-origin"}, 303},
		"typed by hand":         {"", []string{"Sec-Fetch-Site: none"}, 303},
		"another site":          {"", []string{"Sec-Fetch-Site: cross-site"}, 403},
		"another site's part":   {"", []string{"Sec-Fetch-Site: same-site"}, 403},
		"an old browser":        {"", []string{"Origin: http://reelback.test"}, 303},
		"an old browser abroad": {"", []string{"Origin: https://evil.example"}, 403},
		"from a file":           {"", []string{"Origin: null"}, 403},
		"by another port":       {"", []string{"Origin: http://reelback.test:81"}, 403},
		"behind a proxy": {publicURL, []string{"Host: localhost:8080",
			"Origin: https://videos.example.com"}, 303},
		"abroad behind a proxy": {publicURL, []string{"Host: localhost:8080",
			"Origin: https://evil.example"}, 403},
		"a lie about the origin": {publicURL, []string{"Sec-Fetch-Site: cross-site",
			"Origin: https://evil.example"}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t, func(o *web.Options) { o.Links = route.New(tt.public) })
			s.fill()
			w := s.ask(http.MethodPost, "/tasks/kie/veo-1/retry", "", append(tt.lines, browser)...)
			if w.Code != tt.want || (s.wakes.Load() > 0) != (tt.want == 303) {
				t.Errorf("%d and %d wakes, want %d", w.Code, s.wakes.Load(), tt.want)
			}
			if w := s.ask(http.MethodGet, "/tasks", "", append(tt.lines, browser)...); w.Code != 200 {
				t.Errorf("reading: %d", w.Code)
			}
			if w := s.ask(http.MethodPost, s.callback("veo3.1"), fmt.Sprintf(veoDone, "v")); w.Code != 200 {
				t.Errorf("a provider's callback: %d", w.Code)
			}
		})
	}
}
