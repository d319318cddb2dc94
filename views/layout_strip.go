package views

import (
	"net/url"
	"time"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
)

// level is how pressing the nearest expiry is, as the style sheet names it.
func (s Strip) level(now time.Time) string { return string(task.AlarmOf(s.SoonestAt.Sub(now))) }

// crowded says whether the strip has more to tell than fits a telephone in words.
func (s Strip) crowded() bool {
	n := 0
	for _, count := range []int{s.Open, s.Soon, s.Dead, s.Lost} {
		if count > 0 {
			n++
		}
	}
	return n > 2
}

// stripStatus is the state whose colour and icon a number of the strip has.
func stripStatus(key string) string {
	if key == "lost" {
		return "failed"
	}
	return key
}

// openTasks selects what is still being saved.
func openTasks() task.Filter { return task.Filter{Statuses: []task.Status{task.Saving}} }

// savedTasks selects what has files that are safe.
func savedTasks() url.Values {
	return query.Tasks(task.Filter{Statuses: []task.Status{task.Saved, task.PartlySaved}})
}
