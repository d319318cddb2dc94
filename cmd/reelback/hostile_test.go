package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/reelback/reelback/internal/testkit"
)

// TestHostileTextInABrowser plants every text of the corpus wherever a callback can and looks at
// every page it got into, on a phone and on a desk. Nothing runs, nothing is wider than the
// screen, and text that turns around turns nothing of ours around with it. What the browser
// refuses to run it complains of, which fails the test as well.
func TestHostileTextInABrowser(t *testing.T) {
	eachMount(t, staysText)
}

func staysText(t *testing.T, m mount) {
	p := startAt(t, m, "--log-format", "json", "--log-level", "debug")
	for n, text := range corpus() {
		p.plant(fmt.Sprint(n), text)
	}
	b := openBrowser(t, m)
	paths := p.plantedPages()
	if len(paths) < 60 {
		t.Fatalf("only %d pages: little was taken", len(paths))
	}
	for _, path := range paths {
		b.looksHarmless(p.origin + path)
	}
	t.Logf("%d pages were looked at", len(paths))
	for line := range strings.Lines(p.log.String()) {
		if !strings.HasPrefix(line, `{"time":`) || strings.ContainsAny(line, "\x1b\u202e\u009b\x00") {
			t.Errorf("the log has the line %.200q", line)
		}
	}
}

// corpus returns the texts in an order.
func corpus() []string {
	var texts []string
	for _, text := range testkit.Hostile() {
		texts = append(texts, text)
	}
	slices.Sort(texts)
	return texts
}

// plant sends callbacks with a text in every field, in the address and in headers that can have
// it, to be taken and to be refused.
func (p *program) plant(id, text string) {
	p.t.Helper()
	for source, bodies := range testkit.HostileBodies(id, text) {
		for _, body := range bodies {
			p.throwText(p.sources[source]+"?"+url.Values{"ref": {text[:min(len(text), 9000)]}}.Encode(),
				text, body)
		}
	}
	p.throwText(p.sources["kie"], text, text)
	p.throwText(p.origin+"/callbacks/veo3.1/"+url.PathEscape(text[:min(len(text), 9000)]), text, "{}")
}

func (p *program) throwText(address, text, body string) {
	p.t.Helper()
	req, err := http.NewRequest(http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	header := strings.Map(func(r rune) rune { // what a client lets through
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, text[:min(len(text), 20_000)])
	req.Header.Set("X-Custom", header)
	req.Header.Set("User-Agent", header)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode >= http.StatusInternalServerError {
		p.t.Errorf("%.60q was answered %s", text, res.Status)
	}
}

// plantedPages lists the pages that hold what was planted.
func (p *program) plantedPages() []string {
	p.t.Helper()
	paths := []string{"/", "/tasks", "/deliveries", "/setup", "/deliveries?outcome=refused"}
	var list struct {
		Tasks      []apiTask            `json:"tasks"`
		Deliveries []struct{ ID int64 } `json:"deliveries"`
	}
	p.get("/api/v1/tasks?limit=500", &list)
	p.get("/api/v1/deliveries?limit=500", &list)
	for _, t := range list.Tasks {
		paths = append(paths, "/tasks/kie/"+url.PathEscape(t.TaskID))
	}
	for n, d := range list.Deliveries {
		if n%7 == 0 { // much alike
			paths = append(paths, fmt.Sprintf("/deliveries/%d", d.ID))
		}
	}
	for n, text := range corpus() {
		if len(text) < 2000 {
			paths = append(paths, []string{"/", "/tasks", "/deliveries"}[n%3]+"?q="+url.QueryEscape(text))
		}
	}
	return paths
}

// leaks finds texts that turn around in a line with words of ours.
const leaks = `(() => {
	const turning = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;
	const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const text = walk.currentNode.data;
		let e = walk.currentNode.parentElement;
		if (!turning.test(text) || e.closest('script, style, textarea, option, pre') ||
			!e.checkVisibility()) continue;
		for (; e; e = e.parentElement) {
			const style = getComputedStyle(e);
			if (/isolate|plaintext/.test(style.unicodeBidi)) break;
			if (style.display === 'inline') continue;
			if (e.textContent.trim() !== text.trim()) found.push(e.outerHTML.slice(0, 200));
			break;
		}
	}
	return found.slice(0, 3);
})()`

// looksHarmless opens a page and looks at what has become of the texts on it.
func (b *browser) looksHarmless(address string) {
	b.t.Helper()
	b.open(address)
	for _, width := range []int64{360, 1280} {
		if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(width, 800)); err != nil {
			b.t.Fatal(err)
		}
		look := eval[struct {
			Ran  bool
			Wide int64
			Who  string
		}](b, `(() => ({Ran: window.__ran !== undefined, Wide: document.scrollingElement.scrollWidth,
			Who: [...document.querySelectorAll('body *')].filter((e) => !e.firstElementChild &&
				e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.scroll-x, pre, .vh, svg'))
				.sort((a, b) => b.getBoundingClientRect().right - a.getBoundingClientRect().right)
				.slice(0, 1).map((e) => e.parentElement.outerHTML.slice(0, 200)).join()}))()`)
		if look.Ran {
			b.t.Errorf("%.120s: a script has run", address)
		}
		if look.Wide > width {
			b.t.Errorf("%.120s: %d px wide at %d px: %s", address, look.Wide, width, look.Who)
		}
	}
	for _, leak := range eval[[]string](b, leaks) {
		b.t.Errorf("%.120s: text turns ours around: %s", address, leak)
	}
}
