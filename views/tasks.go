package views

import (
	"net/url"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// The fragments of the task table that a page re-reads when tasks change.
const (
	TaskTabsFragment = "task-tabs"
	TaskListFragment = "task-list"
)

// countCap is where counting stops when a listing says its counts are capped.
const countCap = 10_000

// TasksInput is what the task table shows.
type TasksInput struct {
	Tasks        []task.Task // one page, newest first
	Filter       task.Filter
	Counts       map[task.Status]int // under the filter without its statuses
	CountsCapped bool                // counting stopped at 10,000
	Products     []string            // to choose from
	Resolutions  []string            // to choose from
	Running      []task.Running      // how busy the provider is with each product
	Older        string              // cursor of the next page; empty at the end
	Newest       bool                // this is the first page
}

// TasksProps are the task table, ready to be shown.
type TasksProps struct {
	Views    []ViewLink
	Tabs     []ui.TabProps
	Facets   []ui.FacetProps
	ClearURL string // the table without a filter; empty when there is none
	Rows     []TaskRow
	Empty    ui.EmptyProps // shown instead of no rows
	Pager    ui.PagerProps
	Running  []RunningItem
	Newest   bool // new tasks appear on this page
}

// ViewLink is a filter that has a name.
type ViewLink struct {
	Text    string
	URL     string
	Current bool
}

// NewTasks builds the task table.
func NewTasks(f Frame, in TasksInput) TasksProps {
	p := TasksProps{
		Views:   taskViews(f, in.Filter),
		Tabs:    statusTabs(f, in),
		Facets:  taskFacets(f, in),
		Empty:   noTasks(f, in),
		Pager:   tasksPager(f, in),
		Running: newRunning(f, in.Running),
		Newest:  in.Newest,
	}
	if !in.Filter.Empty() {
		p.ClearURL = f.Link.Tasks(nil)
	}
	for _, t := range in.Tasks {
		p.Rows = append(p.Rows, newTaskRow(f, t))
	}
	return p
}

// tasksURL links to the table under a filter, from its first page on.
func tasksURL(f Frame, filter task.Filter) string { return f.Link.Tasks(query.Tasks(filter)) }

// taskViews lists the filters that have a name.
func taskViews(f Frame, current task.Filter) []ViewLink {
	named := []struct {
		id     string
		filter task.Filter
	}{
		{"all", task.Filter{}},
		{"attention", NeedsAttention()},
		{"failed", task.Filter{Statuses: []task.Status{task.Failed}}},
		{"open", task.Filter{Statuses: []task.Status{task.Saving}}},
		{"fallback", task.Filter{Fallbacks: []task.Fallback{task.FallbackYes}}},
	}
	at := query.Tasks(current).Encode()
	links := make([]ViewLink, 0, len(named))
	for _, v := range named {
		links = append(links, ViewLink{
			Text:    f.T.T("tasks.view." + v.id),
			URL:     tasksURL(f, v.filter),
			Current: query.Tasks(v.filter).Encode() == at,
		})
	}
	return links
}

// NeedsAttention selects the tasks that wait for somebody on this side: failures that are not
// the provider's to mend, and successes whose files are not all here. A task that did not fail
// has no category, so its move is nobody's yet.
func NeedsAttention() task.Filter {
	return task.Filter{
		Statuses: []task.Status{task.Failed, task.PartlySaved, task.Expired, task.NotSaved,
			task.Unconfirmed},
		Moves: []task.Party{task.Creator, task.Operator, task.NobodyKnows},
	}
}

// statusTabs lists every status with its count under the rest of the filter.
func statusTabs(f Frame, in TasksInput) []ui.TabProps {
	on := make(map[task.Status]bool)
	for _, s := range in.Filter.Statuses {
		on[s] = true
	}
	sum := 0
	for _, n := range in.Counts {
		sum += n
	}
	filter := in.Filter
	filter.Statuses = nil
	tabs := []ui.TabProps{{URL: tasksURL(f, filter), Text: f.T.T("tasks.all"),
		Count: countText(f, sum, in.CountsCapped), Current: len(on) == 0}}
	for _, s := range task.Statuses() {
		if rare(s) && in.Counts[s] == 0 && !on[s] {
			continue
		}
		filter.Statuses = []task.Status{s}
		tabs = append(tabs, ui.TabProps{
			URL:     tasksURL(f, filter),
			Text:    StatusText(f.T, s),
			Icon:    StatusIcon(string(s)),
			Status:  string(s),
			Count:   countText(f, in.Counts[s], in.CountsCapped),
			Current: on[s],
		})
	}
	return tabs
}

// rare statuses have a tab only while a task has them: most installations never see one, and
// nine tabs do not fit a window.
func rare(s task.Status) bool {
	switch s {
	case task.PartlySaved, task.Expired, task.NotSaved, task.Unconfirmed:
		return true
	default:
		return false
	}
}

// countText prints a count, which may only be known to be at least the cap.
func countText(f Frame, n int, capped bool) string {
	if capped && n >= countCap {
		return f.T.Int(countCap) + "+"
	}
	return f.T.Int(int64(n))
}

// noTasks is what stands in place of rows: nothing yet, or nothing that matches.
func noTasks(f Frame, in TasksInput) ui.EmptyProps {
	if in.Filter.Empty() && in.Newest {
		return ui.EmptyProps{Art: ui.ArtReel, Title: f.T.T("tasks.none_yet"),
			Text: f.T.T("tasks.none_yet_text"), ActionIcon: "setup",
			ActionText: f.T.T("tasks.set_up"), ActionURL: f.Link.Setup(), Note: registerNote(f)}
	}
	p := ui.EmptyProps{Art: ui.ArtLens, Title: f.T.T("tasks.no_match"),
		Text: f.T.T("tasks.no_match_text"), ActionIcon: "close",
		ActionText: f.T.T("action.clear"), ActionURL: f.Link.Tasks(nil)}
	if in.Filter.Query != "" {
		p.Title = f.T.T("tasks.no_match_for", "Words", in.Filter.Query)
	}
	return p
}

func tasksPager(f Frame, in TasksInput) ui.PagerProps {
	p := ui.PagerProps{NewerText: f.T.T("tasks.newest"), OlderText: f.T.T("action.older"),
		Label: f.T.T("action.pages")}
	if !in.Newest {
		p.NewerURL = tasksURL(f, in.Filter)
	}
	if in.Older != "" {
		p.OlderURL = f.Link.Tasks(atCursor(query.Tasks(in.Filter), in.Older))
	}
	return p
}

// atCursor adds the place in a listing to its query.
func atCursor(q url.Values, cursor string) url.Values {
	q.Set(query.CursorKey, cursor)
	return q
}
