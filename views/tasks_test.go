package views

import (
	"net/url"
	"slices"
	"testing"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

func TestStatusTabsCountUnderTheRestOfTheFilter(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	p := NewTasks(f, TasksInput{
		Filter: task.Filter{Statuses: []task.Status{task.Failed}, Products: []string{"runway"}},
		Counts: map[task.Status]int{task.Failed: 487, task.Saved: 11_902},
	})
	if n := len(p.Tabs); n != 6 {
		t.Errorf("%d tabs, want all and the five that are not rare", n)
	}
	all, failed := p.Tabs[0], tabOf(t, p.Tabs, "failed")
	if all.Count != "12,389" || all.Current || all.URL != "/x/tasks?product=runway" {
		t.Errorf("all: %+v", all)
	}
	if failed.Count != "487" || !failed.Current || failed.Icon != "failed" ||
		failed.URL != "/x/tasks?product=runway&status=failed" {
		t.Errorf("failed: %+v", failed)
	}
	if waiting := tabOf(t, p.Tabs, "waiting"); waiting.Count != "0" {
		t.Errorf("waiting counts %q", waiting.Count)
	}
}

func TestCountsThatStoppedSaySo(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	p := NewTasks(f, TasksInput{CountsCapped: true,
		Counts: map[task.Status]int{task.Saved: 10_000, task.Failed: 12}})
	if got := p.Tabs[0].Count + " " + tabOf(t, p.Tabs, "saved").Count + " " +
		tabOf(t, p.Tabs, "failed").Count; got != "10,000+ 10,000+ 12" {
		t.Errorf("counts are %s", got)
	}
}

func TestARareStatusHasATabOnlyWhileItIsNeeded(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	p := NewTasks(f, TasksInput{Counts: map[task.Status]int{task.Expired: 1},
		Filter: task.Filter{Statuses: []task.Status{task.NotSaved}}})
	var shown []string
	for _, tab := range p.Tabs {
		shown = append(shown, tab.Status)
	}
	want := []string{"", "waiting", "generating", "saving", "saved", "failed", "expired",
		"not_saved"}
	if !slices.Equal(shown, want) {
		t.Errorf("tabs are %v", shown)
	}
}

func tabOf(t *testing.T, tabs []ui.TabProps, status string) ui.TabProps {
	t.Helper()
	at := slices.IndexFunc(tabs, func(tab ui.TabProps) bool { return tab.Status == status })
	if at < 0 {
		t.Fatalf("no tab for %s", status)
	}
	return tabs[at]
}

func TestTheViewInUseIsMarked(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	for text, filter := range map[string]task.Filter{
		"All tasks":       {},
		"Needs attention": NeedsAttention(),
		"Not saved yet":   {Statuses: []task.Status{task.Saving}},
		"Fallback used":   {Fallbacks: []task.Fallback{task.FallbackYes}},
		"":                {Query: "x"},
	} {
		got := ""
		for _, v := range NewTasks(f, TasksInput{Filter: filter}).Views {
			if v.Current {
				got += v.Text
			}
		}
		if got != text {
			t.Errorf("marked is %q, want %q", got, text)
		}
	}
}

func TestNeedsAttentionLetsThroughSuccessesThatAreNotAllHere(t *testing.T) {
	t.Parallel()
	f := NeedsAttention()
	none := task.Category("")
	if !slices.Contains(f.Moves, none.Move()) {
		t.Error("a task without a category is left out")
	}
	if slices.Contains(f.Moves, task.ProviderParty) || slices.Contains(f.Statuses, task.Saved) {
		t.Errorf("too much is let through: %+v", f)
	}
}

func TestPaging(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	filter := task.Filter{Statuses: []task.Status{task.Failed}}
	first := NewTasks(f, TasksInput{Filter: filter, Newest: true, Older: query.Cursor(7)}).Pager
	if first.NewerURL != "" || first.OlderURL != "/x/tasks?cursor=AAAAAAAAAAc&status=failed" {
		t.Errorf("first page: %+v", first)
	}
	last := NewTasks(f, TasksInput{Filter: filter}).Pager
	if last.NewerURL != "/x/tasks?status=failed" || last.OlderURL != "" {
		t.Errorf("last page: %+v", last)
	}
}

func TestTaskRow(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	untold := failedTask()
	untold.Prompt, untold.Category = "", ""
	waiting := emptyTask(task.Waiting, "41fd7c2e-0b66-4d0e-a1c9-95e2d8f3b710")
	expired := emptyTask(task.Expired, "x")
	expired.Assets = []task.Asset{{State: task.ExpiredAsset}}
	tests := map[string]struct {
		task task.Task
		want TaskRow
	}{
		"saved": {savedTask(), TaskRow{Detail: "3 files, " + f.T.Bytes(12_412_000),
			Title: "First light over a calm bay, slow dolly to the right, film grain",
			Thumb: "/x/media/2026-11/veo3.1_cover_veo_task_7f3c91d2a84e_0.png"}},
		"saving": {savingTask(), TaskRow{Detail: "1 of 3 files saved",
			Title: "Layers of alpine fog, drone rising through the first cloud",
			Thumb: "/x/media/2026-11/veo3.1_cover_veo_task_7f3c91d2a84e_0.png"}},
		"partly saved": {partlySavedTask(), TaskRow{
			Title:  "A rainy harbour city at night, neon on wet asphalt",
			Detail: "Cover: tempfile.example answered 403 Forbidden"}},
		"failed": {failedTask(), TaskRow{Bad: true, Category: "Likeness", Code: "422",
			CategoryURL: "/x/tasks?category=likeness", Detail: failedTask().Message,
			Title: "A well-known actor walks through a rainy street, hand-held"}},
		"failed, nothing known": {untold, TaskRow{Category: "Unknown", Code: "422",
			CategoryURL: "/x/tasks?category=unknown", Title: failedTask().Message,
			Detail: "No prompt in the callback"}},
		"waiting": {waiting, TaskRow{Title: "Nothing heard from the provider yet",
			Detail: "No prompt in the callback"}},
		"expired": {expired, TaskRow{Title: "The links died before the files were here",
			Detail: "No prompt in the callback"}},
	}
	for name, tt := range tests {
		r := newTaskRow(f, tt.task)
		got := TaskRow{Title: r.Title, Detail: r.Detail, Bad: r.Bad, Thumb: r.Thumb,
			Category: r.Category, CategoryURL: r.CategoryURL, Code: r.Code}
		if got != tt.want {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, tt.want)
		}
	}
	if r := newTaskRow(f, waiting); r.Deliveries != "no callback" || r.Seen.Text != "58 min ago" ||
		r.ID.Text != "41fd7c2e…f3b710" || r.ID.Full != waiting.TaskID {
		t.Errorf("row: %+v", r)
	}
}

func TestTasksPageInBothLanguages(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][]string{
		i18n.English: {"Fallback used", "Whose move", "2 callbacks", "Likeness", "11 min ago"},
		i18n.Chinese: {"用了备用模型", "该谁处理", "2 次回调", "人物肖像", "11 分钟前"},
	} {
		f := pageFrame(t, lang)
		html := page(t, TasksPage(f, NewTasks(f, TasksInput{Newest: true,
			Tasks: []task.Task{failedTask(), savedTask(), partlySavedTask()}})))
		wantAll(t, html, want...)
		wantAll(t, html, `data-live="tasks"`, `id="task-list"`, `id="task-tabs"`,
			`href="/x/tasks/kie/veo_task_91be04c7d3f2"`)
		wantNone(t, html, "style=", "<no value>", "tasks.", "facet.", "status.", `type="checkbox"`)
	}
}

func TestNoTasksAtAllIsAnotherStateThanNoMatch(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	html := page(t, TasksPage(f, NewTasks(f, TasksInput{Newest: true})))
	wantAll(t, html, "No tasks yet", "Set up a source")
	wantNone(t, html, "<table")
	html = page(t, TasksPage(f, NewTasks(f, TasksInput{Newest: true,
		Filter: task.Filter{Statuses: []task.Status{task.Expired}}})))
	wantAll(t, html, "No task matches these filters", "Clear filters")
}

func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	bad := failedTask()
	bad.Prompt = `<script>alert(1)</script>`
	bad.Message = `"><img src=x onerror=alert(1)>`
	bad.TaskID = `"/><script>`
	bad.Product, bad.Resolution = "<b>", "<i>"
	f.Query = url.Values{"q": {bad.Prompt}}
	html := page(t, TasksPage(f, NewTasks(f, TasksInput{Tasks: []task.Task{bad},
		Filter: task.Filter{Query: bad.Prompt}, Products: []string{bad.Product}})))
	wantNone(t, html, "<script>alert", "<img src=x", "<b><", "<i>")
	wantAll(t, html, "&lt;script&gt;alert(1)")
}
