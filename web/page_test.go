package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// pages are the addresses of every kind of page, problems included.
func pages() []string {
	return []string{"/", "/?status=failed", "/?q=none", "/tasks", "/tasks?status=saved&product=veo3.1",
		"/tasks?q=none", "/tasks/kie/run-1", "/tasks/kie/veo-1", "/tasks/kie/veo-2",
		"/tasks/kie/odd-1", "/deliveries", "/deliveries?outcome=refused", "/deliveries/1",
		"/deliveries/4", "/deliveries/5", "/deliveries/loss", "/deliveries/replay",
		"/deliveries/replays", "/setup", "/tasks/register", "/tasks/lost", "/settings", "/settings/users",
		"/settings/tokens", "/settings/audit",
		"/nothing", "/tasks?status=lost"}
}

// parse reads a page.
func parse(t *testing.T, page string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// elements returns the elements of a page that match, in order.
func elements(doc *html.Node, match func(*html.Node) bool) []*html.Node {
	var found []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && match(n) {
			found = append(found, n)
		}
	}
	return found
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// TestPagesObeyTheirPolicy finds nothing in a page that its policy would have to forbid.
func TestPagesObeyTheirPolicy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	for _, page := range pages() {
		for _, lang := range []string{"en", "zh-CN"} {
			w := s.ask(http.MethodGet, page, "", browser, "Accept-Language: "+lang)
			doc := parse(t, w.Body.String())
			for _, n := range elements(doc, func(*html.Node) bool { return true }) {
				if problem := inline(n); problem != "" {
					t.Errorf("%s: <%s> %s", page, n.Data, problem)
				}
			}
			if got := elements(doc, func(n *html.Node) bool { return n.Data == "h1" }); len(got) != 1 {
				t.Errorf("%s: %d headings of the first level", page, len(got))
			}
		}
	}
}

// inline says what of an element would need an unsafe policy or lead elsewhere.
func inline(n *html.Node) string {
	if (n.Data == "script" || n.Data == "style") && n.FirstChild != nil {
		return "has content of its own"
	}
	if slices.Contains([]string{"base", "iframe", "object", "embed", "applet"}, n.Data) {
		return "has no place in a page"
	}
	for _, a := range n.Attr {
		switch {
		case a.Key == "style" || a.Key == "srcdoc" || strings.HasPrefix(a.Key, "on"):
			return a.Key
		case slices.Contains([]string{"value", "title", "data-full", "aria-label"}, a.Key):
			// Texts, which lead nowhere.
		case strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:"):
			return a.Key + " is a script"
		case slices.Contains([]string{"href", "src", "action", "poster", "formaction"}, a.Key) &&
			!strings.HasPrefix(a.Val, "#") &&
			(!strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "//")):
			return a.Key + " leads to " + a.Val
		}
	}
	return ""
}

// TestTheIDsOfAPageAreUnique holds for what labels, fragments and scripts go by.
func TestTheIDsOfAPageAreUnique(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	for _, page := range pages() {
		doc := parse(t, s.ask(http.MethodGet, page, "", browser).Body.String())
		ids := make(map[string]bool)
		for _, n := range elements(doc, func(n *html.Node) bool { return attr(n, "id") != "" }) {
			if ids[attr(n, "id")] {
				t.Errorf("%s: two elements are called %q", page, attr(n, "id"))
			}
			ids[attr(n, "id")] = true
		}
		for _, n := range elements(doc, func(*html.Node) bool { return true }) {
			for _, name := range []string{"for", "aria-labelledby", "aria-controls"} {
				if id := attr(n, name); id != "" && !ids[id] {
					t.Errorf("%s: <%s %s> names %q, which is not there", page, n.Data, name, id)
				}
			}
		}
	}
}

// TestEveryLiveElementCanBeReadAgain asks for each as the pages' script does.
func TestEveryLiveElementCanBeReadAgain(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	live := func(n *html.Node) bool { return attr(n, "data-live") != "" }
	for _, page := range []string{"/", "/tasks", "/tasks/kie/run-1", "/tasks/kie/veo-2",
		"/deliveries", "/deliveries/loss", "/setup"} {
		var ids []string
		for _, n := range elements(parse(t, s.get(page)), live) {
			ids = append(ids, attr(n, "id"))
		}
		if len(ids) < 2 || slices.Contains(ids, "") {
			t.Errorf("%s: live elements %q", page, ids)
		}
		for _, asked := range [][]string{ids, ids[:1], {ids[0], "nobody"}} {
			w := s.ask(http.MethodGet, page, "", browser,
				"Reelback-Fragment: "+strings.Join(asked, " , "))
			var got []string
			for _, n := range elements(parse(t, w.Body.String()), live) {
				got = append(got, attr(n, "id"))
			}
			want := slices.DeleteFunc(slices.Clone(asked), func(id string) bool { return id == "nobody" })
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) || strings.Contains(w.Body.String(), "<html") {
				t.Errorf("%s: asked for %v, got %v", page, asked, got)
			}
			if !strings.Contains(w.Header().Get("Vary"), "Reelback-Fragment") {
				t.Errorf("%s: Vary %q", page, w.Header().Get("Vary"))
			}
		}
	}
}

func TestUnknownFragmentsAreNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, ids := range []string{"nobody", "<script>", ",,gallery2,"} {
		w := s.ask(http.MethodGet, "/", "", browser, "Reelback-Fragment: "+ids)
		if w.Code != http.StatusOK || w.Body.Len() != 0 {
			t.Errorf("%q: %d %q", ids, w.Code, w.Body)
		}
	}
	if page := s.get("/", "Reelback-Fragment: , ,"); !strings.Contains(page, "<html") {
		t.Error("an empty list is not the page")
	}
}

// TestPagesAreNotKept holds for whoever stands between the server and one reader.
func TestPagesAreNotKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	for target, want := range map[string]string{
		"/": "private, no-cache", "/tasks/kie/run-1": "private, no-cache",
		"/nothing": "no-store", "/tasks?status=lost": "no-store",
		"/api/v1/tasks": "no-store", "/api/v1/tasks/kie/run-1": "no-store",
	} {
		if got := s.ask(http.MethodGet, target, "", browser).Header().Get("Cache-Control"); got != want {
			t.Errorf("%s: Cache-Control %q, want %q", target, got, want)
		}
	}
}
