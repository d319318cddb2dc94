package views

import (
	"time"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
)

// lostStories are the page of lost files, and the strip in each of its states.
func lostStories() []story {
	lost := func(name string, canAsk bool) story {
		return story{name, route.Lost, NavTasks, func(f Frame) templ.Component {
			f.Strip.Dead, f.Strip.Lost = 1, 7
			in := storyLost(f)
			in.CanAsk = canAsk
			return LostPage(f, NewLost(f, in))
		}}
	}
	list := []story{
		lost("lost", false), lost("lost-key", true),
		{"lost-none", route.Lost, NavTasks, func(f Frame) templ.Component {
			return LostPage(f, NewLost(f, LostInput{Newest: true, Retried: -1}))
		}},
	}
	list = append(list, story{"task-under-way", "/tasks/kie/t", NavTasks,
		func(f Frame) templ.Component {
			in := storySaved(f)
			in.Task.Status, in.Events = task.Saving, in.Events[:2]
			storyLose(&in.Task, 0, task.SavingAsset, "")
			storyLose(&in.Task, 1, task.SavingAsset, "")
			f.Traffic = storyTraffic([]task.Task{in.Task})
			unknown := f.Traffic[0]
			unknown.Role, unknown.Index = in.Task.Assets[1].Role, in.Task.Assets[1].Index
			unknown.Total = 0
			f.Traffic = append(f.Traffic, unknown)
			return TaskPage(f, NewTask(f, in))
		}})
	for name, left := range map[string]time.Duration{"radar-72h": 31 * time.Hour,
		"radar-24h": 5*time.Hour + time.Second, "radar-2h": 41*time.Minute + time.Second} {
		list = append(list, story{name, route.Gallery, NavGallery, func(f Frame) templ.Component {
			f.Strip.Open, f.Strip.Soon, f.Strip.SoonestAt = 14, 2, f.Now.Add(left)
			f.Strip.Dead, f.Strip.Lost = 3, 12
			tasks := storyTasks(f.Now)
			f.Traffic = storyTraffic(tasks)
			return GalleryPage(f, NewGallery(f, tasks, task.Filter{}, ""))
		}})
	}
	return list
}

// storyTraffic has one file of every task that is being saved on its way.
func storyTraffic(tasks []task.Task) (traffic task.Traffic) {
	for _, t := range tasks {
		for _, a := range t.Assets {
			if a.Open() {
				traffic = append(traffic, task.Fetching{Provider: t.Provider, TaskID: t.TaskID,
					Role: a.Role, Index: a.Index, Bytes: 4_210_000, Total: 12_600_000, Speed: 1.2e6})
				break
			}
		}
	}
	return traffic
}

// storyOther is a success that was not applied and has other links.
func storyOther(f Frame) *OtherLinks {
	return &OtherLinks{Delivery: 48_213, At: f.Now.Add(-2 * time.Hour), Assets: []task.Asset{
		{Role: task.Video, SourceURL: "https://tempfile.example/b.mp4"}}}
}

// storyLost has a loss of every cause.
func storyLost(f Frame) LostInput {
	dead := task.Answered(404)
	at := f.Now.Add(-3 * time.Hour)
	lost := func(state task.AssetState, reason string, l task.Lost) task.Lost {
		l.Asset = task.Asset{Role: task.Video, State: state, Error: reason, Failures: 1,
			NextTryAt: f.Now.Add(20 * time.Minute)}
		if !l.Asset.Open() {
			l.At = at
		}
		return l
	}
	in := LostInput{Newest: true, Retried: -1, Reasons: []LostReason{
		{Key: dead, N: 5}, {Key: "wrong type of file: an HTML page instead of a video", N: 1},
		{Key: task.ErrorNotPublic, N: 1}}}
	for i, l := range []task.Lost{
		lost(task.Pending, dead, task.Lost{Cause: task.LostLink, Relinked: task.RelinkNoKey,
			AtOnce: true, Attempts: 2, First: at}),
		lost(task.ExpiredAsset, dead, task.Lost{Cause: task.LostLink, Relinked: task.RelinkNoKey,
			AtOnce: true, Attempts: 12, First: f.Now}),
		lost(task.ExpiredAsset, dead, task.Lost{Cause: task.LostLink, Relinked: task.RelinkGone,
			Attempts: 12, First: at}),
		lost(task.ExpiredAsset, dead, task.Lost{Cause: task.LostLink, Relinked: task.RelinkNone,
			Attempts: 4, First: at}),
		lost(task.ExpiredAsset, dead, task.Lost{Cause: task.LostLink, Relinked: task.RelinkSilent,
			Attempts: 4, First: at, DiskFull: true}),
		lost(task.ExpiredAsset, dead, task.Lost{Cause: task.LostLink, Attempts: 1, First: at}),
		lost(task.FailedAsset, in.Reasons[1].Key, task.Lost{Cause: task.LostFile, Attempts: 12}),
		lost(task.FailedAsset, in.Reasons[2].Key, task.Lost{Cause: task.LostUnusable}),
	} {
		t := storyTasks(f.Now)[i]
		t.Status, t.FirstSeenAt = task.Expired, at
		in.Tasks = append(in.Tasks, t)
		in.Files = append(in.Files, []task.Lost{l})
	}
	in.Others = make([]*OtherLinks, len(in.Tasks))
	in.Others[1] = storyOther(f)
	second := in.Files[1][0]
	second.Asset.Role = task.Cover
	in.Files[1] = append(in.Files[1], second)
	return in
}
