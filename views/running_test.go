package views

import (
	"testing"
	"time"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

// storyRunning is a busy afternoon.
func storyRunning(f Frame) []task.Running {
	return []task.Running{
		{Product: "luma", Refusal: task.Refusal{Provider: "kie", TaskID: "old",
			At: f.Now.Add(-25 * time.Hour)}},
		{Product: "runway", Waiting: 2, Generating: 1, Refusal: task.Refusal{Provider: "kie",
			TaskID: "9b086664-0000-4000-8000-00000d1026c0", Category: task.ConcurrencyLimit,
			Message: "Reached the limit for concurrent generations.\nTry again <later>.",
			At:      f.Now.Add(-4 * time.Minute)}},
		{Product: "runway-extend", Refusal: task.Refusal{Provider: "kie", TaskID: "r-2",
			Category: task.RateLimited, Message: "Too many requests", At: f.Now.Add(-23 * time.Hour)}},
		{Product: "veo3.1", Waiting: 1},
	}
}

func TestRunningStandsBesideTheLastRefusal(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	items := newRunning(f, storyRunning(f))
	if len(items) != 3 {
		t.Fatalf("%d items, want the old refusal of an idle product left out: %+v", len(items), items)
	}
	busy, idle, veo := items[0], items[1], items[2]
	if busy.Product != "Runway" || busy.Count != "3 running" ||
		busy.URL != "/x/tasks?product=runway&status=waiting%2Cgenerating" {
		t.Errorf("busy: %+v", busy)
	}
	r := busy.Refusal
	if r == nil || r.URL != "/x/tasks/kie/9b086664-0000-4000-8000-00000d1026c0" || r.When.Text != "4 min ago" ||
		r.What != "Concurrency limit" ||
		r.Message != "Reached the limit for concurrent generations. Try again <later>." {
		t.Errorf("its refusal: %+v", r)
	}
	if idle.Count != "none running" || idle.URL != "" || idle.Refusal == nil {
		t.Errorf("idle: %+v", idle)
	}
	if veo.Count != "1 running" || veo.Refusal != nil {
		t.Errorf("never refused: %+v", veo)
	}
}

func TestRunningIsLiveEvenWhileThereIsNothing(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.Chinese)
	html := page(t, TasksPage(f, NewTasks(f, TasksInput{Newest: true})))
	wantAll(t, html, `<ul class="running" id="task-running" data-live="tasks"`)
	html = page(t, TasksPage(f, NewTasks(f, TasksInput{Running: storyRunning(f)})))
	wantAll(t, html, "3 个运行中", "最近一次被拒", "&lt;later&gt;", "没有运行中的任务")
}
