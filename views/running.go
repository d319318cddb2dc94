package views

import (
	"time"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// RunningFragment is the strip that tells how many tasks run; it is re-read when tasks change.
const RunningFragment = "task-running"

// refusalNews is for how long a refusal is worth a line although nothing runs any more.
const refusalNews = 24 * time.Hour

// RunningItem is how busy the provider is with one product.
type RunningItem struct {
	Product string
	Count   string
	URL     string // to the tasks that are counted; empty for none
	Refusal *RefusalItem
}

// RefusalItem is the latest failure because too much was asked for at once.
type RefusalItem struct {
	URL     string // of the task
	What    string
	When    ui.TimeProps
	Message string
}

// newRunning lists the products that somebody may want to wait for.
func newRunning(f Frame, running []task.Running) []RunningItem {
	var items []RunningItem
	for _, r := range running {
		refused := !r.Refusal.At.IsZero()
		if r.All() == 0 && (!refused || f.Now.Sub(r.Refusal.At) > refusalNews) {
			continue
		}
		item := RunningItem{Product: ProductText(f.T, r.Product), Count: f.T.T("running.none")}
		if r.All() > 0 {
			item.Count = f.T.N("running.count", r.All())
			item.URL = tasksURL(f, task.Filter{Products: []string{r.Product},
				Statuses: []task.Status{task.Waiting, task.Generating}})
		}
		if refused {
			item.Refusal = &RefusalItem{
				URL:     f.Link.Task(r.Refusal.Provider, r.Refusal.TaskID),
				What:    CategoryText(f.T, r.Refusal.Category),
				When:    f.TimeAgo(r.Refusal.At),
				Message: oneLine(r.Refusal.Message),
			}
		}
		items = append(items, item)
	}
	return items
}
