package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/web"
)

// document returns the attributes of a page's outermost element.
func document(t *testing.T, page string) *html.Node {
	t.Helper()
	return elements(parse(t, page), func(n *html.Node) bool { return n.Data == "html" })[0]
}

func TestTheLanguageOfAPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, tt := range map[string]struct {
		target string
		lines  []string
		want   string
	}{
		"nothing said":           {"/", nil, "en"},
		"by the browser":         {"/", []string{"Accept-Language: zh-TW,zh;q=0.9,en;q=0.1"}, "zh-CN"},
		"by the browser, other":  {"/", []string{"Accept-Language: fr,de;q=0.5"}, "en"},
		"by the browser, broken": {"/", []string{"Accept-Language: ;;q=x"}, "en"},
		"remembered":             {"/", []string{"Cookie: lang=zh-CN", "Accept-Language: en"}, "zh-CN"},
		"remembered nonsense":    {"/", []string{"Cookie: lang=<b>", "Accept-Language: zh"}, "zh-CN"},
		"asked for":              {"/?lang=zh-CN", []string{"Cookie: lang=en"}, "zh-CN"},
		"asked for nonsense":     {"/?lang=%22%3E", []string{"Accept-Language: zh"}, "en"},
		"of a problem":           {"/nothing?lang=zh-CN", nil, "zh-CN"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := s.ask(http.MethodGet, tt.target, "", append(tt.lines, browser)...)
			if got := attr(document(t, w.Body.String()), "lang"); got != tt.want {
				t.Errorf("the page is in %q, want %q", got, tt.want)
			}
			for _, word := range strings.Split("Accept-Language, Cookie", ", ") {
				if !strings.Contains(w.Header().Get("Vary"), word) {
					t.Errorf("Vary %q lacks %s", w.Header().Get("Vary"), word)
				}
			}
		})
	}
}

func TestTheThemeOfAPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, tt := range []struct{ target, line, want string }{
		{"/", "Cookie: theme=dark", "dark"},
		{"/", "Cookie: theme=light", "light"},
		{"/", "Cookie: theme=\"><script>", ""},
		{"/", "Cookie: other=1", ""},
		{"/?theme=dark", "Cookie: theme=light", "dark"},
		{"/?theme=system", "Cookie: theme=dark", ""},
		{"/?theme=pink", "Cookie: theme=dark", ""},
	} {
		if got := attr(document(t, s.get(tt.target, tt.line)), "data-theme"); got != tt.want {
			t.Errorf("%s with %s: the theme is %q, want %q", tt.target, tt.line, got, tt.want)
		}
	}
}

func TestPreferencesAreRemembered(t *testing.T) {
	t.Parallel()
	for base, path := range map[string]string{"": "/", "https://v.example.com/x/y": "/x/y/"} {
		s := newSite(t, func(o *web.Options) { o.Links = route.New(base) })
		w := s.ask(http.MethodGet, "/tasks?lang=zh&theme=dark&q=a", "", browser)
		got := make(map[string]string)
		for _, c := range w.Result().Cookies() {
			got[c.Name] = c.Value
			if c.Path != path || c.MaxAge < 300*24*3600 || c.SameSite != http.SameSiteLaxMode ||
				c.HttpOnly || c.Domain != "" {
				t.Errorf("the cookie %s is %+v, want the path %s", c.Name, c, path)
			}
		}
		if len(got) != 2 || got["lang"] != "zh-CN" || got["theme"] != "dark" {
			t.Errorf("remembered: %v", got)
		}
		if n := len(s.ask(http.MethodGet, "/tasks?q=a", "", browser).Result().Cookies()); n != 0 {
			t.Errorf("%d cookies were set although nothing was chosen", n)
		}
		page := w.Body.String()
		if strings.Contains(page, "lang=zh&amp;q=a") || strings.Contains(page, "theme=dark&amp;lang") {
			t.Error("a link passes the reader's choice on")
		}
	}
}

// TestTheOtherLanguageIsOneClickAway follows the switch from addresses that need escaping.
func TestTheOtherLanguageIsOneClickAway(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	odd := "a?b#c/d%e \"<é"
	s.deliver("kie", `{"code":500,"msg":"no","data":{"task_id":"a?b#c/d%e \"<é","video_url":""}}`)
	for _, target := range []string{"/", "/tasks?q=a%26b&status=failed",
		"/tasks/kie/" + url.PathEscape(odd), "/deliveries/1", "//evil.example.com/%2e%2e"} {
		w := s.ask(http.MethodGet, target, "", browser)
		switches := elements(parse(t, w.Body.String()), func(n *html.Node) bool {
			return attr(n, "hreflang") != ""
		})
		if len(switches) != 1 {
			t.Fatalf("%s: %d switches", target, len(switches))
		}
		link := attr(switches[0], "href")
		if strings.HasPrefix(link, "//") {
			t.Errorf("%s: the switch leads away, to %s", target, link)
		}
		again := s.ask(http.MethodGet, link, "", browser)
		if again.Code != w.Code || attr(document(t, again.Body.String()), "lang") != "zh-CN" {
			t.Errorf("%s: the switch %s gives %d, the page %d", target, link, again.Code, w.Code)
		}
	}
}

func TestTheZoneOfAPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for cookie, want := range map[string]string{
		"":                          "UTC",
		"Asia%2FShanghai":           "Asia/Shanghai",
		"America/New_York":          "America/New_York",
		"Local":                     "UTC",
		"Mars":                      "UTC",
		"..%2F..%2Fetc%2Fpasswd":    "UTC",
		"%2Fetc%2Flocaltime":        "UTC",
		"%zz":                       "UTC",
		strings.Repeat("x", 40_000): "UTC",
	} {
		if got := attr(document(t, s.get("/", "Cookie: tz="+cookie)), "data-zone"); got != want {
			t.Errorf("%.40q: the zone is %q, want %q", cookie, got, want)
		}
	}
}

func TestTheSizeOfFrames(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for cookie, want := range map[string]string{"": "m", "s": "s", "l": "l", "<x>": "m"} {
		sized := elements(parse(t, s.get("/", "Cookie: density="+cookie)), func(n *html.Node) bool {
			return attr(n, "data-density") != ""
		})
		if len(sized) != 1 || attr(sized[0], "data-density") != want {
			t.Errorf("%q: %d elements, want one of size %q", cookie, len(sized), want)
		}
	}
}

// TestBadFiltersAreNamed says which parameter was of no use.
func TestBadFiltersAreNamed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	names := []string{"status", "category", "fallback", "move", "from", "to", "cursor", "limit"}
	for _, name := range append(names, "outcome") {
		target := "/api/v1/tasks"
		if name == "outcome" {
			target = "/api/v1/deliveries"
		}
		w := s.ask(http.MethodGet, target+"?"+name+"=%3Cnonsense%3E", "", "Accept: */*")
		problem := decode(t, w)
		detail, _ := problem["detail"].(string)
		if w.Code != http.StatusBadRequest || !strings.HasPrefix(detail, "Parameter "+name+":") ||
			problem["status"] != 400.0 || problem["title"] != "Bad Request" {
			t.Errorf("%s: %d %v", name, w.Code, problem)
		}
	}
	for _, page := range []string{"/", "/tasks"} {
		for _, name := range names {
			w := s.ask(http.MethodGet, page+"?"+name+"=%3Cnonsense%3E", "", browser)
			text := w.Body.String()
			if w.Code != http.StatusBadRequest || strings.Contains(text, "<nonsense>") ||
				!strings.Contains(text, "Parameter "+name+":") {
				t.Errorf("%s?%s: %d %s", page, name, w.Code, text)
			}
			w = s.ask(http.MethodGet, page+"?"+name+"=%3Cnonsense%3E", "", browser,
				"Accept-Language: zh-CN")
			if text = w.Body.String(); !strings.Contains(text, "参数 "+name+"：") {
				t.Errorf("%s?%s in Chinese: %s", page, name, text)
			}
		}
	}
}
