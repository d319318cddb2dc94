package views

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
)

// pageStories are the pages for those who work: tasks, deliveries, setup.
func pageStories() []story {
	list := []story{
		{"tasks", route.Tasks, NavTasks, func(f Frame) templ.Component {
			return TasksPage(f, NewTasks(f, storyTable(f)))
		}},
		{"tasks-filtered", route.Tasks, NavTasks, func(f Frame) templ.Component {
			in := storyTable(f)
			in.Filter = task.Filter{Statuses: []task.Status{task.Failed}, Query: "boat",
				Products:   []string{"veo3.1", "runway"},
				Categories: []task.Category{task.Likeness, task.ConcurrencyLimit, task.Timeout},
				From:       f.Now.Add(-24 * time.Hour)}
			in.Tasks, in.Newest = []task.Task{storyFailed(f), in.Tasks[7]}, false
			return TasksPage(f, NewTasks(f, in))
		}},
		{"tasks-none", route.Tasks, NavTasks, func(f Frame) templ.Component {
			return TasksPage(f, NewTasks(f, TasksInput{Newest: true}))
		}},
		{"tasks-nomatch", route.Tasks, NavTasks, func(f Frame) templ.Component {
			return TasksPage(f, NewTasks(f, TasksInput{Newest: true,
				Filter: task.Filter{Query: "lantern -city"}}))
		}},
		{"setup", route.Setup, NavSetup, func(f Frame) templ.Component {
			return SetupPage(f, NewSetup(f, storySetup(f)))
		}},
		{"setup-arrived", route.Setup, NavSetup, func(f Frame) templ.Component {
			in := storySetup(f)
			first := storyDeliveries(f)[0]
			in.FirstDelivery, in.HasHMACKey, in.PublicURLSet = &first, true, true
			return SetupPage(f, NewSetup(f, in))
		}},
	}
	return slices.Concat(list, registerStories(), taskStories(), deliveryStories(), replayStories())
}

// taskStories are the page of a task in every state it can be in.
func taskStories() []story {
	one := func(name string, in func(f Frame) TaskInput) story {
		return story{"task-" + name, "/tasks/kie/x", NavTasks, func(f Frame) templ.Component {
			return TaskPage(f, NewTask(f, in(f)))
		}}
	}
	list := []story{
		one("failed", func(f Frame) TaskInput {
			return TaskInput{Task: storyFailed(f), Events: storyFailedEvents(f),
				Deliveries: storyDeliveries(f)[:1], Diagnosis: likenessDiagnosis(f.T.Lang())}
		}),
		one("failed-bare", func(f Frame) TaskInput {
			t := storyFailed(f)
			t.Category, t.Message, t.Prompt = task.UnknownCategory, "", ""
			return TaskInput{Task: t}
		}),
		one("saved", storySaved),
		one("portrait", func(f Frame) TaskInput {
			in := storySaved(f)
			in.Task.Assets = storyAssets(f, "room", 720, 1280)
			return in
		}),
		one("disagrees", func(f Frame) TaskInput {
			in := storySaved(f)
			in.Task.CrossChecked, in.Record = task.CheckDisagrees, storyRecord(f)
			return in
		}),
		one("failed-disagrees", func(f Frame) TaskInput {
			in := TaskInput{Task: storyFailed(f), Events: storyFailedEvents(f), Record: storyRecord(f),
				Deliveries: storyDeliveries(f)[:1], Diagnosis: likenessDiagnosis(f.T.Lang())}
			in.Task.CrossChecked, in.Record.Result = task.CheckDisagrees, task.ResultFailed
			in.Record.Differences = []task.Difference{
				{Field: task.FieldResult, Callback: "succeeded", Record: "failed", Won: task.RecordSide},
				{Field: string(task.Video), Callback: "https://evil.example/a.mp4?[masked]",
					Won: task.RecordSide}}
			return in
		}),
		one("partly", func(f Frame) TaskInput {
			in := storySaved(f)
			in.Task.Status, in.Task.Note = task.PartlySaved, task.NoteOtherProduct
			storyLose(&in.Task, 1, task.ExpiredAsset, "tempfile.example answered 404 Not Found")
			storyLose(&in.Task, 2, task.FailedAsset, "tempfile.example answered 403 Forbidden")
			return in
		}),
		one("saving", func(f Frame) TaskInput {
			in := storySaved(f)
			in.Task.Status, in.Events = task.Saving, in.Events[:2]
			storyLose(&in.Task, 0, task.SavingAsset, "")
			storyLose(&in.Task, 1, task.Pending, "the connection broke after 1.2 MB")
			in.Task.Assets[1].Failures, in.Task.Assets[1].NextTryAt = 2, f.Now.Add(30*time.Second)
			in.Attempts = attemptsOf()
			return in
		}),
	}
	for _, status := range []task.Status{task.Expired, task.NotSaved} {
		list = append(list, one(string(status), func(f Frame) TaskInput {
			in := storySaved(f)
			in.Task.Status = status
			state := task.FailedAsset
			if status == task.Expired {
				state, in.Other = task.ExpiredAsset, storyOther(f)
			}
			for i := range in.Task.Assets {
				storyLose(&in.Task, i, state, "tempfile.example answered 404 Not Found")
				in.Task.Assets[i].ExpiresAt = f.Now.Add(-48 * time.Hour)
			}
			return in
		}))
	}
	for _, status := range []task.Status{task.Waiting, task.Generating, task.Unconfirmed} {
		list = append(list, one(string(status), func(f Frame) TaskInput {
			t := emptyTask(status, "veo_task_e6014cc87a3b")
			t.Prompt = "A lighthouse keeper climbs the stairs, one take"
			return TaskInput{Task: t}
		}))
	}
	return list
}

func deliveryStories() []story {
	list := []story{
		{"deliveries", route.Deliveries, NavDeliveries, func(f Frame) templ.Component {
			return DeliveriesPage(f, NewDeliveries(f, DeliveriesInput{Newest: true, Older: "x",
				Deliveries: storyDeliveries(f), Sources: []string{"kie", "runway", "veo3.1"}}))
		}},
		{"deliveries-none", route.Deliveries, NavDeliveries, func(f Frame) templ.Component {
			return DeliveriesPage(f, NewDeliveries(f, DeliveriesInput{Newest: true}))
		}},
	}
	for i, name := range []string{"applied", "", "", "refused", "broken", "", "hex"} {
		if name == "" {
			continue
		}
		list = append(list, story{"delivery-" + name, "/deliveries/1", NavDeliveries,
			func(f Frame) templ.Component {
				return DeliveryPage(f, NewDelivery(f, storyDeliveries(f)[i]))
			}})
	}
	return list
}

// storyTable is a full page of the table.
func storyTable(f Frame) TasksInput {
	tasks := append([]task.Task{storyFailed(f)}, storyTasks(f.Now)...)
	tasks[2].Fallback = task.FallbackYes
	for i := range tasks {
		tasks[i].Deliveries = 1 + i%3
		if tasks[i].Status == task.Failed && tasks[i].Message == "" {
			tasks[i].Code, tasks[i].Message = 400, "Reached the limit for concurrent generations."
		}
	}
	tasks[10].Assets[1].Error = "tempfile.example answered 403 Forbidden"
	return TasksInput{
		Tasks: tasks, Products: []string{"veo3.1", "runway", "runway-extend"},
		Resolutions: []string{"720p", "1080p"}, Running: storyRunning(f), Older: "AAAAAAAAAAE", Newest: true,
		Counts: map[task.Status]int{task.Waiting: 14, task.Generating: 6, task.Saving: 3,
			task.Saved: 11_902, task.PartlySaved: 21, task.Failed: 487, task.Expired: 9,
			task.Unconfirmed: 38},
	}
}

func storyFailed(f Frame) task.Task {
	t := failedTask()
	if f.T.Lang() != "en" {
		t.Prompt = "知名演员走在下雨的街道上，手持镜头"
	}
	return t
}

func storyFailedEvents(f Frame) []task.Event {
	return []task.Event{
		{At: f.Now.Add(-2 * time.Minute), Kind: task.EventDelivery, Detail: string(task.Applied),
			Delivery: 48211, Code: 422},
		{At: f.Now.Add(-1 * time.Minute), Kind: task.EventDelivery, Detail: string(task.Repeated),
			Delivery: 48212, Code: 422},
	}
}

// storyAssets are a video, an original and a cover made of the sample clips.
func storyAssets(f Frame, name string, width, height int) []task.Asset {
	assets := savedTask().Assets
	for i := range assets {
		assets[i].Width, assets[i].Height = width, height
		assets[i].Path = path.Join("2026-11", name+".mp4")
		assets[i].ExpiresAt = f.Now.AddDate(0, 0, 14)
	}
	assets[2].Path = path.Join("2026-11", name+".png")
	return assets
}

func storyLose(t *task.Task, i int, state task.AssetState, reason string) {
	a := &t.Assets[i]
	a.State, a.Path, a.Error, a.Duration, a.Width, a.Height = state, "", reason, 0, 0, 0
	a.ContentType = ""
}

// storySaved is a saved task with a history.
func storySaved(f Frame) TaskInput {
	t := savedTask()
	t.Assets = storyAssets(f, "coast-dawn", 1280, 720)
	t.ParentTaskID = "9e25b7d0-cc14-4a7f-8b3e-f61a20d94e83"
	t.Deliveries = 3
	if f.T.Lang() != "en" {
		t.Prompt = "清晨的海湾，镜头缓缓向右平移，胶片颗粒"
	}
	at := func(seconds int) time.Time {
		return f.Now.Add(-11 * time.Minute).Add(time.Duration(seconds) * time.Second)
	}
	return TaskInput{Task: t, Deliveries: storyDeliveries(f)[1:3], Events: []task.Event{
		{At: at(0), Kind: task.EventDelivery, Detail: string(task.Applied), Delivery: 48210,
			Code: 200},
		{At: at(2), Kind: task.EventAttempt, Role: task.Cover, Detail: "connection reset by peer"},
		{At: at(3), Kind: task.EventAttempt, Role: task.Cover, Detail: "connection reset by peer"},
		{At: at(4), Kind: task.EventAssetSaved, Role: task.Video, Detail: "6200000"},
		{At: at(4), Kind: task.EventAssetSaved, Role: task.Original, Detail: "6000000"},
		{At: at(15), Kind: task.EventAssetSaved, Role: task.Cover, Detail: "212000"},
		{At: at(60), Kind: task.EventDelivery, Detail: string(task.Repeated), Delivery: 48209,
			Code: 200},
		{At: at(240), Kind: task.EventDelivery, Detail: string(task.Repeated), Delivery: 48213,
			Code: 200},
	}}
}

// storyDeliveries is one delivery of every kind, newest first.
func storyDeliveries(f Frame) []task.Delivery {
	success := `{"code":200,"msg":"All generated successfully.","data":{"task_id":` +
		`"veo_task_7f3c91d2a84e","video_id":"3f8a6c15","video_url":` +
		`"https://tempfile.example/9e25.mp4?[masked]","image_url":` +
		`"https://tempfile.example/9e25.png?[masked]"}}`
	list := []task.Delivery{
		failureDelivery(),
		{Outcome: task.Applied, Code: 200, Source: "runway", Body: []byte(success)},
		{Outcome: task.Repeated, Code: 200, Source: "runway", Reason: task.ReasonSameResult,
			Body: []byte(success)},
		{Outcome: task.Refused, Source: "veo3.1", Reason: task.ReasonTokenWrong,
			RemoteAddr: "198.51.100.7", Truncated: true, Bytes: 1 << 20,
			Body: []byte(`{"hello":"` + strings.Repeat("a", 4000))},
		{Outcome: task.NotUnderstood, Source: "kie",
			Reason: task.ReasonNotJSON + ": unexpected end of text at byte 218",
			Body:   []byte(success[:118])},
		{Outcome: task.Conflicting, Code: 400, Source: "runway-extend",
			Reason: task.ReasonLateFailure, Body: []byte(`{}`)},
		{Outcome: task.NotUnderstood, Source: "kie", Reason: task.ReasonNotJSON,
			Body: []byte(strings.Repeat("\x1f\x8b\x08\x00kie\xff", 20))},
	}
	for i := range list {
		d := &list[i]
		d.ID, d.ReceivedAt = int64(48211-i), f.Now.Add(-time.Duration(2+9*i)*time.Minute)
		d.Headers = failureDelivery().Headers
		if d.RemoteAddr == "" {
			d.RemoteAddr = fmt.Sprintf("203.0.113.%d", 24+i)
		}
		if d.Bytes == 0 {
			d.Bytes = int64(len(d.Body))
		}
		if d.Code != 0 {
			d.Provider, d.TaskID = "kie", "veo_task_7f3c91d2a84e"
		}
	}
	return list
}

func storySetup(f Frame) SetupInput {
	address := func(source string) string {
		return "https://videos.example.com/callbacks/" + url.PathEscape(source) + "/" + setupSecret
	}
	return SetupInput{
		Sources: []SetupSource{
			{Name: "veo3.1", Product: "veo3.1", URL: address("veo3.1"), Chosen: true,
				Tokens: storyTokens(f)},
			{Name: "runway", Product: "runway", URL: address("runway"), Tokens: storyTokens(f)[1:2]},
			{Name: "runway-extend", Product: "runway-extend"},
			{Name: "kie", URL: address("kie"), Tokens: storyTokens(f)[:1]},
		},
		DiskFree: 412e9, Since: f.Now.Add(-23 * time.Second),
	}
}
