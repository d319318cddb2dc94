package views

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/views/ui"
)

// shanghai is eight hours ahead of UTC all year.
func shanghai() *time.Location { return time.FixedZone("Asia/Shanghai", 8*60*60) }

func TestFrame_ChoicesStayOnThePage(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	f.Link = route.New("https://videos.example.com/reel")
	f.Path = "/tasks"
	f.Query = url.Values{"status": {"failed"}, "lang": {"en"}, "theme": {"dark"}}
	if got, want := f.WithLang("zh-CN"), "/reel/tasks?lang=zh-CN&status=failed"; got != want {
		t.Errorf("WithLang = %s, want %s", got, want)
	}
	if got, want := f.WithTheme("system"), "/reel/tasks?status=failed&theme=system"; got != want {
		t.Errorf("WithTheme = %s, want %s", got, want)
	}
	if f.Query.Get("lang") != "en" {
		t.Error("building a link changed the query of the page")
	}
}

func TestFrame_AgoAndLeft(t *testing.T) {
	t.Parallel()
	tests := []struct {
		ago          time.Duration
		en, zh, left string
	}{
		{0, "0 s ago", "0 秒前", "0 s"},
		{59 * time.Second, "59 s ago", "59 秒前", "0 s"},
		{2 * time.Minute, "2 min ago", "2 分钟前", "0 s"},
		{71 * time.Hour, "71 h ago", "71 小时前", "0 s"},
		{14 * 24 * time.Hour, "14 d ago", "14 天前", "0 s"},
		{-31 * time.Hour, "in 31 h", "31 小时后", "31 h"},
		{-90 * time.Second, "in 1 min", "1 分钟后", "1 min"},
	}
	en, zh := storyFrame(t, i18n.English, ""), storyFrame(t, i18n.Chinese, "")
	for _, test := range tests {
		at := storyNow().Add(-test.ago)
		if got := en.Ago(at); got != test.en {
			t.Errorf("%v: %q, want %q", test.ago, got, test.en)
		}
		if got := zh.Ago(at); got != test.zh {
			t.Errorf("%v: %q, want %q", test.ago, got, test.zh)
		}
		if got := en.Left(at); got != test.left {
			t.Errorf("%v: left %q, want %q", test.ago, got, test.left)
		}
	}
	if got := en.Ago(time.Time{}); got != "" {
		t.Errorf("the zero time is %q ago, want nothing", got)
	}
}

func TestFrame_DaysAreTheViewers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		at              string
		utc, shanghaiZh string
	}{
		{"2026-11-21T14:00:00Z", "Today", "今天"},
		{"2026-11-20T17:00:00Z", "Yesterday", "今天"}, // one o'clock at night in Shanghai
		{"2026-11-19T17:00:00Z", "Thursday 19 November", "昨天"},
		{"2026-11-18T12:00:00Z", "Wednesday 18 November", "11月18日 星期三"},
		{"2025-12-31T17:00:00Z", "Wednesday 31 December 2025", "1月1日 星期四"},
	}
	en, zh := storyFrame(t, i18n.English, ""), storyFrame(t, i18n.Chinese, "")
	zh.Zone = shanghai()
	for _, test := range tests {
		at, err := time.Parse(time.RFC3339, test.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := en.Day(at); got != test.utc {
			t.Errorf("%s in UTC: %q, want %q", test.at, got, test.utc)
		}
		if got := zh.Day(at); got != test.shanghaiZh {
			t.Errorf("%s in Shanghai: %q, want %q", test.at, got, test.shanghaiZh)
		}
	}
}

func TestFrame_TimesAreTheViewers(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	f.Zone = shanghai()
	at := time.Date(2026, 11, 21, 14, 41, 27, 0, time.UTC)
	want := ui.TimeProps{ISO: "2026-11-21T14:41:27Z", Text: "3 s ago",
		Title: "2026-11-21 22:41:27", Relative: true}
	if got := f.TimeAgo(at); got != want {
		t.Errorf("TimeAgo = %+v, want %+v", got, want)
	}
	if got := f.Clock(at) + " " + f.ClockSeconds(at) + " " + f.DayKey(at); got !=
		"22:41 22:41:27 2026-11-21" {
		t.Errorf("clocks and day are %q", got)
	}
	f.Zone = nil
	if got := f.Exact(at); got != "2026-11-21 14:41:27" {
		t.Errorf("Exact without a zone = %q, want UTC", got)
	}
	if got := f.Exact(time.Time{}); got != "" {
		t.Errorf("Exact of the zero time = %q, want nothing", got)
	}
}

func TestLayout_SaysWhatScriptsNeed(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.Chinese, "dark")
	f.Link, f.Zone = route.New("http://host/x/y"), shanghai()
	var page strings.Builder
	if err := ProblemPage(f, ProblemProps{Status: 404}).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	html := page.String()
	for _, want := range []string{`<!doctype html>`, `lang="zh-CN"`, `data-theme="dark"`,
		`data-zone="Asia/Shanghai"`, `data-base="/x/y/"`, `data-live-url="/x/y/live"`,
		`ago.second&#34;:&#34;{n} 秒前`, `<script type="module" src="/x/y/static/js.`,
		`href="/x/y/static/img/icons.`, `href="#main"`, `<main id="main"`} {
		if !strings.Contains(html, want) {
			t.Errorf("page has no %s", want)
		}
	}
	if n := strings.Count(html, "<script"); n != 1 {
		t.Errorf("page has %d scripts, want 1", n)
	}
}

func TestLayout_MarksWhereOneIs(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	f.Current = NavTasks
	var page strings.Builder
	if err := layoutBar(f).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page.String(), `<a href="/tasks" aria-current="page">`) {
		t.Error("the current word is not marked")
	}
	if n := strings.Count(page.String(), `aria-current="page"`); n != 1 {
		t.Errorf("%d words are marked, want 1", n)
	}
}

func TestStrip_WarnsByTimeLeft(t *testing.T) {
	t.Parallel()
	soon := func(n int, left time.Duration) Strip {
		return Strip{Soon: n, SoonestAt: storyNow().Add(left)}
	}
	tests := map[string]struct {
		strip       Strip
		has, hasNot string
	}{
		"nothing at all":    {Strip{}, `href="/?status=saved%2Cpartly_saved"`, `class="soon"`},
		"nothing open":      {Strip{}, "<b>0</b> safe", "saving"},
		"some open":         {Strip{Open: 2}, `href="/tasks?status=saving"`, "lost"},
		"less than a day":   {soon(1, 23*time.Hour), `data-level="24h"`, "dead"},
		"those that vanish": {soon(1, 23*time.Hour), `href="/tasks?asset=soon"`, "dead"},
		"dead links":        {Strip{Open: 1, Dead: 1}, "<b>1</b> dead link<", "</b> lost"},
		"lost":              {Strip{Lost: 2}, "<b>2</b> lost", "dead"},
		"what is lost":      {Strip{Lost: 2}, `href="/tasks/lost" data-status="failed"`, "dead"},
		"plenty of time":    {soon(2, 31*time.Hour), `data-level="72h"`, "Last"},
		"less than 2 hours": {soon(1, time.Hour), `data-level="2h"`, "free"},
		"one of them":       {soon(1, time.Hour), "vanishes in 1 h", "vanish in"},
		"over already":      {soon(1, -time.Hour), "in 0 s", "-1 h"},
		"a callback":        {Strip{LastDeliveryAt: storyNow()}, "0 s ago", "free"},
		"thousands":         {Strip{Saved: 1284}, "<b>1,284</b> safe", "free"},
		"disk":              {Strip{DiskFree: 412e9}, "<b>412 GB</b> free", "Last"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := storyFrame(t, i18n.English, "")
			f.Strip = test.strip
			var edge strings.Builder
			if err := layoutStrip(f).Render(t.Context(), &edge); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(edge.String(), test.has) {
				t.Errorf("no %q in %s", test.has, edge.String())
			}
			if strings.Contains(edge.String(), test.hasNot) {
				t.Errorf("%q in %s", test.hasNot, edge.String())
			}
		})
	}
}

func TestKeyLines_HaveWords(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := storyFrame(t, lang, "")
		for _, line := range keyLines() {
			if !f.T.Has("keys." + line.id) {
				t.Errorf("%s: no word for the key %s", lang, line.id)
			}
		}
	}
}
