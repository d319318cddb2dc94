package web_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/testkit"
	"github.com/reelback/reelback/web"
)

// text is all that an element says, its blanks made one.
func text(n *html.Node) string {
	var all strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			all.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(all.String()), " ")
}

// figures returns what the page of losses says in large, by name.
func figures(doc *html.Node) map[string]string {
	all := make(map[string]string)
	name := ""
	for _, n := range elements(doc, func(n *html.Node) bool { return n.Data == "dt" || n.Data == "dd" }) {
		if n.Data == "dt" {
			name = text(n)
		} else {
			all[name] = text(n)
		}
	}
	return all
}

func TestThePageOfLossesCountsWhatCame(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.HasAPIKey = true })
	s.fill()
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "veo-1")) // once more
	s.ask(http.MethodPost, "/callbacks/nobody/x", "{}")
	if loss := must(s.books.Read(t.Context(), 1)); loss.Sum.Answers.N != 5 {
		t.Errorf("%d answers are measured, and 5 callbacks were let in", loss.Sum.Answers.N)
	}
	doc := parse(t, s.get("/deliveries/loss"))
	got := figures(doc)
	for name, want := range map[string]string{
		"Received": "5 Today 5 In all 5", "Refused": "2 Today 2 In all 2",
		"Repaired": "0 Today 0 In all 0", "Lost for good": "0 Today 0 In all 0",
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	if strings.HasPrefix(got["Slowest answer"], "–") {
		t.Errorf("the slowest answer is %q", got["Slowest answer"])
	}
	for _, n := range elements(doc, func(n *html.Node) bool { return n.Data == "h1" }) {
		if text(n) != "Lost callbacks" {
			t.Errorf("heading %q", text(n))
		}
	}
	if page := s.get("/deliveries/loss"); !strings.Contains(page,
		"In the last 30 days no callback was lost on its way.") {
		t.Error("the page does not say that none was lost")
	}
}

// TestTheLinksOfNumbersListAsMany follows the links of today's line.
func TestTheLinksOfNumbersListAsMany(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	s.clock.Add(24 * time.Hour)
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "veo-3"))
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "veo-3"))
	doc := parse(t, s.get("/deliveries/loss", "Cookie: tz=Asia%2FShanghai"))
	lines := elements(doc, func(n *html.Node) bool {
		return n.Data == "tr" && attr(n, "data-key") != ""
	})
	if len(lines) != 2 || attr(lines[0], "data-key") != "2026-11-22" {
		t.Fatalf("%d lines", len(lines))
	}
	followed := 0
	for _, line := range lines {
		for _, a := range elements(line, func(n *html.Node) bool { return n.Data == "a" }) {
			list := parse(t, s.get(attr(a, "href")))
			rows := elements(list, func(n *html.Node) bool {
				return n.Data == "tr" && attr(n, "data-key") != ""
			})
			if fmt.Sprint(len(rows)) != text(a) {
				t.Errorf("%s leads to %d deliveries, not %s", attr(a, "href"), len(rows), text(a))
			}
			followed++
		}
	}
	if followed != 5 { // received twice, repeated, not understood, refused
		t.Errorf("%d numbers are links", followed)
	}
}

func TestWithoutAKeyLossCannotBeTold(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	page := s.get("/deliveries/loss")
	if !strings.Contains(page, "Whether callbacks get lost cannot be told") ||
		!strings.Contains(page, "<code>--kie-api-key</code>") {
		t.Error("the page does not say so, or not how to set the key")
	}
}

func TestOutOfTimeCountsAsBusy(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.Inbox = brokenInbox{inbox.ErrBusy} })
	if w := s.ask(http.MethodPost, "/callbacks/veo3.1/x", "{}"); w.Code != 503 {
		t.Fatalf("answered %d", w.Code)
	}
	loss, err := s.books.Read(t.Context(), 1)
	if err != nil || loss.Sum.Busy != 1 || loss.Sum.Answers.N != 1 || loss.Sum.Received() != 0 {
		t.Errorf("counted %+v, %v", loss.Sum, err)
	}
}

// TestRepairedCallbacksAreShown repairs one, and looks wherever a reader would.
func TestRepairedCallbacksAreShown(t *testing.T) {
	t.Parallel()
	patience := task.DefaultPatience()
	clock := testkit.NewClock(noon())
	asks := testkit.Store(t, store.Options{Now: clock.Now, Ask: &patience,
		Path: filepath.Join(t.TempDir(), "asks.db")})
	s := newSite(t, func(o *web.Options) { o.Store, o.HasAPIKey = asks, true })
	for _, id := range []string{"lost-1", "silent-1"} {
		_, _, err := asks.Register(t.Context(), task.Registration{Provider: "kie",
			Product: "veo3.1", TaskID: id})
		if err != nil {
			t.Fatal(err)
		}
	}
	clock.Add(3 * time.Minute)
	lost := must(asks.FindTask(t.Context(), "kie", "lost-1"))
	_ = must(asks.ApplyRecord(t.Context(), lost.Key, task.Record{Report: task.Report{
		Provider: "kie", Product: "veo3.1", TaskID: "lost-1", Result: task.ResultFailed, Code: 400,
		Message: "no", Category: task.NSFW, CompletedAt: noon()}}, 0))
	page := s.get("/deliveries/loss")
	for _, want := range []string{"1 task has been silent for too long", "The generation failed",
		`href="/tasks/kie/lost-1"`, "3 min after the result"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of losses lacks %q", want)
		}
	}
	if page := s.get("/deliveries/loss?from=2026-11-22&to=2026-11-22"); strings.Contains(page,
		`href="/tasks/kie/lost-1"`) || !strings.Contains(page, "of 2026-11-22, UTC") {
		t.Error("what was repaired on another day is listed with those of a day")
	}
	for _, other := range []string{"/deliveries", "/setup"} {
		if !strings.Contains(s.get(other), "1 lost callback was repaired") {
			t.Errorf("%s does not say that one was repaired", other)
		}
	}
}
