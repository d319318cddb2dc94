package ui

import (
	"context"
	"strings"
	"testing"

	"github.com/a-h/templ"
)

// draw renders a component with icons from /icons.svg.
func draw(t *testing.T, c templ.Component) string {
	t.Helper()
	var out strings.Builder
	if err := c.Render(WithSprite(context.Background(), "/icons.svg"), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPrimitives(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		component templ.Component
		has       []string
		hasNot    []string
	}{
		"an icon is silent": {Icon("saved"),
			[]string{`class="icon" aria-hidden="true"`, `href="/icons.svg#saved"`}, nil},
		"a state is colour, icon and word": {
			Status(StatusProps{Key: "failed", Icon: "failed", Text: "Failed"}),
			[]string{`data-status="failed"`, "#failed", "Failed"}, []string{"pill"}},
		"a badge that leads somewhere": {
			Badge(BadgeProps{Text: "Likeness", Kind: "dash", URL: "/tasks"}),
			[]string{`<a class="badge dash" href="/tasks">`}, []string{"<svg"}},
		"an option stays whole": {Words("以 --auth none（--public-url）<i>启动"),
			[]string{`以 <span class="whole">--auth</span> none（<span class="whole">--public-url</span>）` +
				`&lt;i&gt;启动`}, nil},
		"a text without options": {Words("a - b & c"), []string{"a - b &amp; c"}, []string{"span"}},
		"a hostile text is text": {
			Badge(BadgeProps{Text: "<script>alert(1)</script>", Kind: "plain"}),
			[]string{"&lt;script&gt;"}, []string{"<script>"}},
		"a hostile link leads nowhere": {Badge(BadgeProps{Text: "x", URL: "javascript:alert(1)"}),
			nil, []string{"javascript:"}},
		"an id copies whole": {
			CopyID(CopyProps{Text: "c3a8…6c08", Full: "c3a8e1f06c08", Label: "Copy"}),
			[]string{`data-full="c3a8e1f06c08"`, `title="Copy: c3a8e1f06c08"`, ">c3a8…6c08<"}, nil},
		"a bare button has a name": {
			CopyButton(CopyButtonProps{Target: "#raw", Label: "Copy", Bare: true}),
			[]string{`data-copy="#raw"`, `aria-label="Copy"`}, []string{"data-full"}},
		"a relative time": {
			Time(TimeProps{ISO: "2026-11-21T14:41:27Z", Text: "2 min ago", Relative: true}),
			[]string{"data-relative", ">2 min ago<"}, nil},
		"a known share": {Leader(LeaderProps{Percent: 64, Label: "Saving"}),
			[]string{`stroke-dasharray="64 100"`, ">64<", `class="leader"`}, []string{"data-progress"}},
		"more than everything": {Leader(LeaderProps{Percent: 140}), []string{">100<"}, nil},
		"an unknown share": {Leader(LeaderProps{Percent: -1, Progress: "kie/a/video/0"}),
			[]string{`class="leader unknown"`, `data-progress="kie/a/video/0"`, "></text>"}, nil},
		"nothing yet": {
			Empty(EmptyProps{Title: "No reels yet", ActionText: "Set up", ActionURL: "/setup"}),
			[]string{"<h2>No reels yet</h2>", `href="/setup"`}, []string{"<h1"}},
		"nothing to do": {Empty(EmptyProps{Title: "Gone", Page: true}),
			[]string{"<h1>Gone</h1>"}, []string{"btn"}},
		"nowhere to go": {Pager(PagerProps{Label: "Pages"}), nil, []string{"nav"}},
		"older only": {Pager(PagerProps{OlderURL: "/?cursor=a", OlderText: "Older"}),
			[]string{`rel="next"`}, []string{`rel="prev"`}},
		"the tab one is on": {Tab(TabProps{URL: "/tasks", Text: "All", Count: "12", Current: true}),
			[]string{`aria-current="page"`, `class="count">12<`}, []string{"data-status", "<svg"}},
		"an unset facet": {
			Facet(FacetProps{Name: "Product",
				Options: []FacetOption{{Text: "Runway", URL: "/?product=runway"}}}),
			[]string{`class="facet"`, "<summary>"}, []string{"clear"}},
		"a set facet": {
			Facet(FacetProps{Name: "Product", Value: "Runway", ClearURL: "/",
				ClearLabel: "Clear product",
				Options:    []FacetOption{{Text: "Runway", URL: "/", On: true}}}),
			[]string{`class="facet on"`, "<b>Runway</b>", `aria-label="Clear product"`,
				`aria-current="true"`}, nil},
		"a banner": {Banner(BannerProps{Icon: "disk", Text: "Saving is paused"}),
			[]string{`role="status"`, "Saving is paused"}, []string{"href=\"\""}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			html := draw(t, test.component)
			for _, want := range test.has {
				if !strings.Contains(html, want) {
					t.Errorf("no %s in %s", want, html)
				}
			}
			for _, banned := range test.hasNot {
				if strings.Contains(html, banned) {
					t.Errorf("%s in %s", banned, html)
				}
			}
		})
	}
}

func TestPlayer_IsWholeWithoutScript(t *testing.T) {
	t.Parallel()
	html := draw(t, Player(PlayerProps{URL: "/media/a.mp4", Shape: "9:16", Title: "A boat"}))
	for _, want := range []string{`src="/media/a.mp4" controls playsinline`, `aria-label="A boat"`,
		`class="scrub" hidden`, `class="ctl" hidden`, `data-shape="9:16"`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in %s", want, html)
		}
	}
	if strings.Contains(html, "poster") {
		t.Error("a player without a poster names one")
	}
}

func TestPanelTabs_AreLinksToTheirPanels(t *testing.T) {
	t.Parallel()
	tabs := []PanelTab{{ID: "raw", Text: "Raw"}, {ID: "h", Text: "Headers", Count: "5"}}
	html := draw(t, PanelTabs("Delivery", tabs))
	for _, want := range []string{`href="#raw"`, `href="#h"`, `class="count">5<`, `data-tabs`} {
		if !strings.Contains(html, want) {
			t.Errorf("no %s in %s", want, html)
		}
	}
}
