package views

import (
	"fmt"
	"strings"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// LostGroup is a task that has lost files, or several of one day that have lost the same in the
// same way.
type LostGroup struct {
	ID    string // tells it from others, for a page that is re-read
	Title string // "12 tasks with the same loss"; empty for a single task
	Day   string
	Host  string
	Files []LostFile // what is true of all
	Tasks []LostTask
}

// alikeFrom is how many tasks are told of together: fewer are read faster one by one.
const alikeFrom = 4

// newLostGroups gathers the tasks of a page that tell the same, in the order of the newest of each.
func newLostGroups(f Frame, in LostInput) []LostGroup {
	members := make(map[string][]int)
	var order []string
	for i, t := range in.Tasks {
		key := f.DayKey(t.FirstSeenAt) + lossKey(f, t, in.Files[i], in.CanAsk)
		if in.other(i) != nil {
			key += "|" + t.Provider + "/" + t.TaskID // there is help for this one: it stands alone
		}
		if members[key] == nil {
			order = append(order, key)
		}
		members[key] = append(members[key], i)
	}
	var groups []LostGroup
	for _, key := range order {
		if all := members[key]; len(all) >= alikeFrom {
			groups = append(groups, newLostGroup(f, in, all))
			continue
		}
		for _, i := range members[key] {
			groups = append(groups, LostGroup{Tasks: []LostTask{newLostTask(f, in, i)}})
		}
	}
	return groups
}

// newLostGroup tells of tasks together.
func newLostGroup(f Frame, in LostInput, members []int) LostGroup {
	first := members[0]
	t := in.Tasks[first]
	g := LostGroup{ID: "lost-" + t.Provider + "-" + t.TaskID,
		Title: f.T.N("lost.alike", len(members)), Day: f.Day(t.FirstSeenAt)}
	for _, l := range in.Files[first] {
		g.Host = hostOf(l.Asset.SourceURL)
		// What differs from task to task is told on the page of each.
		l.Attempts, l.At, l.First = 0, time.Time{}, linkCame(t, l)
		l.Asset.NextTryAt = time.Time{}
		g.Files = append(g.Files, newLostFile(f, t, l, in.CanAsk))
	}
	for i := range g.Files {
		g.Files[i].RetryURL = ""
	}
	for _, i := range members {
		g.Tasks = append(g.Tasks, newLostTask(f, in, i))
	}
	return g
}

// lossKey is the same for tasks whose losses are told in the same words.
func lossKey(f Frame, t task.Task, files []task.Lost, canAsk bool) string {
	var key strings.Builder
	for _, l := range files {
		fmt.Fprintf(&key, "|%s %s %q %q %s %s %t %q", l.Asset.Role, l.Asset.State, l.Asset.Error,
			hostOf(l.Asset.SourceURL), l.Cause, l.Relinked, l.AtOnce, lostCure(f, t, l, canAsk))
	}
	return key.String()
}
