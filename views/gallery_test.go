package views

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

// dayText is a day as one line, for comparison.
func dayText(d GalleryDay) string {
	var text strings.Builder
	text.WriteString(d.Title + " | " + d.Date + " | ")
	for _, c := range d.Counts {
		text.WriteString(c.Before + c.Text)
	}
	return text.String()
}

func daysText(days []GalleryDay) []string {
	texts := make([]string, len(days))
	for i, d := range days {
		texts[i] = dayText(d)
	}
	return texts
}

// seen returns tasks of the given statuses, first heard of at the given times.
func seen(at []time.Time, statuses ...task.Status) []task.Task {
	tasks := make([]task.Task, len(at))
	for i := range at {
		tasks[i] = task.Task{Provider: "kie", TaskID: "t", Status: statuses[i], FirstSeenAt: at[i]}
	}
	return tasks
}

func TestNewGallery_CutsStripsByTheViewersDay(t *testing.T) {
	t.Parallel()
	now := storyNow()
	at := []time.Time{now, now.Add(-time.Hour), now.Add(-22 * time.Hour), now.Add(-90 * time.Hour)}
	tasks := seen(at, task.Saved, task.Failed, task.Saved, task.Expired)
	tests := map[string]struct {
		lang, zone, cursor, older string
		want                      []string
	}{
		"whole": {i18n.English, "UTC", "", "", []string{
			"Today | Saturday 21 November | 2 tasks, 1 saved, 1 failed",
			"Yesterday | Friday 20 November | 1 task",
			"Tuesday 17 November |  | 1 task, 1 expired"}},
		"Chinese, another zone": {i18n.Chinese, "Asia/Shanghai", "", "", []string{
			"今天 | 11月21日 星期六 | 3 个任务：2 已保存，1 失败",
			"11月18日 星期三 |  | 1 个任务：1 已过期"}},
		"a page in the middle does not know its first and last day": {i18n.English, "UTC", "a", "b",
			[]string{
				"Today | Saturday 21 November | ",
				"Yesterday | Friday 20 November | 1 task",
				"Tuesday 17 November |  | "}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := storyFrame(t, test.lang, "")
			if test.zone != "UTC" {
				f.Zone = shanghai()
				f.Now = time.Date(2026, 11, 21, 15, 0, 0, 0, time.UTC)
			}
			if test.cursor != "" {
				f.Query = url.Values{"cursor": {test.cursor}}
			}
			tasks := slices.Clone(tasks)
			if test.zone != "UTC" {
				tasks[2].FirstSeenAt = time.Date(2026, 11, 20, 16, 30, 0, 0, time.UTC)
			}
			p := NewGallery(f, tasks, task.Filter{}, test.older)
			if got := daysText(p.Days); !slices.Equal(got, test.want) {
				t.Errorf("days\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestNewGallery_EveryNumberLeadsToWhatItCounts(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	f.Zone = shanghai()
	tasks := seen([]time.Time{f.Now, f.Now}, task.Saved, task.Failed)
	p := NewGallery(f, tasks, task.Filter{Products: []string{"runway"}}, "")
	got := p.Days[0].Counts[2].URL
	u, err := url.Parse(got)
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{"status": {"failed"}, "product": {"runway"},
		"from": {"2026-11-20T16:00:00Z"}, "to": {"2026-11-21T16:00:00Z"}}
	if u.Path != "/tasks" || u.Query().Encode() != want.Encode() {
		t.Errorf("link %s, want /tasks?%s", got, want.Encode())
	}
}

func TestNewGallery_FacetsToggleInTheAddress(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	filter := task.Filter{Products: []string{"runway"}, Fallbacks: []task.Fallback{"yes"}}
	tasks := []task.Task{{Product: "sora-9", Resolution: "4k", FirstSeenAt: f.Now}}
	p := NewGallery(f, tasks, filter, "")
	product := p.Facets[0]
	if product.Value != "Runway" || product.ClearURL != "/?fallback=yes" {
		t.Errorf("product is %q, cleared by %s", product.Value, product.ClearURL)
	}
	var options []string
	for _, o := range product.Options {
		options = append(options, o.Text+" "+o.URL)
	}
	want := []string{"Veo 3.1 /?fallback=yes&product=runway%2Cveo3.1", "Runway /?fallback=yes",
		"Runway extend /?fallback=yes&product=runway%2Crunway-extend",
		"sora-9 /?fallback=yes&product=runway%2Csora-9"}
	if !slices.Equal(options, want) {
		t.Errorf("options\n%q\nwant\n%q", options, want)
	}
	if p.ClearURL != "/" {
		t.Errorf("all filters are cleared by %q, want /", p.ClearURL)
	}
}

func TestNewGallery_NothingToShow(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	if p := NewGallery(f, nil, task.Filter{}, ""); p.Empty.ActionURL != "/setup" {
		t.Errorf("nothing yet leads to %q, want /setup", p.Empty.ActionURL)
	}
	p := NewGallery(f, nil, task.Filter{Products: []string{"runway"}}, "")
	if p.Empty.ActionURL != "/" || p.Empty.ActionText != "Clear filters" {
		t.Errorf("nothing matching offers %q to %q", p.Empty.ActionText, p.Empty.ActionURL)
	}
}

func TestNewGallery_Pager(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	filter := task.Filter{Products: []string{"runway"}}
	p := NewGallery(f, nil, filter, "abc").Pager
	if p.OlderURL != "/?cursor=abc&product=runway" || p.NewerURL != "" {
		t.Errorf("first page leads to %q and %q", p.OlderURL, p.NewerURL)
	}
	f.Query = url.Values{"cursor": {"abc"}}
	p = NewGallery(f, nil, filter, "").Pager
	if p.OlderURL != "" || p.NewerURL != "/?product=runway" {
		t.Errorf("last page leads to %q and %q", p.OlderURL, p.NewerURL)
	}
}

func TestGalleryPage_SendsItsFragmentAlone(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	page := GalleryPage(f, NewGallery(f, nil, task.Filter{}, ""))
	var part strings.Builder
	err := templ.RenderFragments(t.Context(), &part, page, GalleryFragment, StripFragment)
	if err != nil {
		t.Fatal(err)
	}
	html := part.String()
	if n := strings.Count(html, `class="empty"`); n != 1 {
		t.Errorf("the empty state is drawn %d times, want once", n)
	}
	if !strings.HasPrefix(html, `<div id="gallery" data-live="tasks"`) ||
		!strings.Contains(html, `<footer class="edge on-film" id="strip"`) ||
		strings.Contains(html, "<html") {
		t.Errorf("fragment is %s", html)
	}
}
