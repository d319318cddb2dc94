package views

import (
	"fmt"
	"net/http"
	"path"
	"time"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
)

// frontStories are the gallery and the pages for when things go wrong.
func frontStories() []story {
	list := []story{
		{"gallery", route.Gallery, NavGallery, func(f Frame) templ.Component {
			return GalleryPage(f, NewGallery(f, storyTasks(f.Now), task.Filter{}, "AAAAAAAAAAE"))
		}},
		{"gallery-filtered", route.Gallery, NavGallery, func(f Frame) templ.Component {
			filter := task.Filter{Products: []string{"veo3.1"},
				Fallbacks: []task.Fallback{task.FallbackYes}}
			return GalleryPage(f, NewGallery(f, storyTasks(f.Now)[:5], filter, ""))
		}},
		{"gallery-none", route.Gallery, NavGallery, func(f Frame) templ.Component {
			f.Strip = Strip{DiskFree: f.Strip.DiskFree}
			return GalleryPage(f, NewGallery(f, nil, task.Filter{}, ""))
		}},
		{"gallery-nomatch", route.Gallery, NavGallery, func(f Frame) templ.Component {
			filter := task.Filter{Resolutions: []string{"4k"}}
			return GalleryPage(f, NewGallery(f, nil, filter, ""))
		}},
	}
	for _, density := range []string{DensitySmall, DensityLarge} {
		list = append(list, story{"gallery-" + density, route.Gallery, NavGallery,
			func(f Frame) templ.Component {
				p := NewGallery(f, storyTasks(f.Now), task.Filter{}, "")
				p.Density = density
				return GalleryPage(f, p)
			}})
	}
	for _, status := range []int{http.StatusForbidden, http.StatusNotFound,
		http.StatusInternalServerError} {
		list = append(list, story{fmt.Sprintf("problem-%d", status), "/nowhere", "",
			func(f Frame) templ.Component {
				return ProblemPage(f, ProblemProps{Status: status, RequestID: "e-7f31c0"})
			}})
	}
	return append(list, story{"problem-parameter", route.Deliveries, NavDeliveries,
		func(f Frame) templ.Component {
			return ProblemPage(f, ProblemProps{Status: http.StatusBadRequest,
				Parameter: &query.Error{Param: query.Source, Value: "typo",
					Allowed: []string{"kie", "runway", "runway-extend", "veo3.1"}}})
		}})
}

// storyTasks is a day and a half of work, newest first, with every state a frame can have.
func storyTasks(now time.Time) []task.Task {
	made := &film{now: now}
	made.saved("veo3.1", "coast-dawn", "First light over a calm bay, slow dolly", 1280, 720)
	made.saved("veo3.1", "lanterns", "Hundreds of paper lanterns over a dark hill", 720, 1280).
		Fallback = task.FallbackYes
	made.saved("runway", "neon-rain", "A rainy harbour city at night, neon on wet asphalt", 1280, 720)
	made.saving("veo3.1", "Layers of alpine fog, drone rising through the first cloud")
	made.saved("runway", "boat", "", 1280, 720)
	made.saved("runway", "room", "Evening sun crossing a bare wall, a plant in the corner", 720, 1280)
	made.failed("veo3.1", "Dunes at noon, heat shimmer, one line of footprints", task.ContentPolicy)
	made.failed("runway", "The boat drifts out of frame", task.ConcurrencyLimit)
	made.saved("runway", "tea", "清晨的茶碗，热气缓缓升起，侧光，微距", 720, 720)
	partly := made.saved("veo3.1", "reef", "Sun shafts under water, a shoal turns as one", 1280, 720)
	partly.Status, partly.Assets[1].State = task.PartlySaved, task.FailedAsset
	made.other("veo3.1", task.Generating, "Snow settles on a wooden bench, static shot")
	made.other("veo3.1", task.Waiting, "")
	made.now = now.Add(-20 * time.Hour)
	made.saved("veo3.1", "whale", "A whale drifts through evening clouds, wide and quiet", 1280, 720)
	made.saved("runway-extend", "train", "Fields slide past a train window in late light", 1280, 720)
	made.other("runway", task.Expired, "Aurora over black peaks, time lapse")
	made.other("runway", task.NotSaved, "A lighthouse keeper climbs the stairs, one take")
	made.other("veo3.1", task.Unconfirmed, "Macro of frost growing on a window, back light")
	made.saved("runway", "city-tall", "Tall city at dusk, windows light up one by one", 720, 1280)
	made.now = now.Add(-80 * time.Hour)
	made.saved("runway", "aurora", "Aurora over black peaks", 1280, 720)
	made.saved("runway", "coast-storm", "Storm over the same bay", 1280, 720)
	return made.tasks
}

// film gathers tasks, each a quarter of an hour older than the last.
type film struct {
	now   time.Time
	tasks []task.Task
}

// other adds a task in any state, without files.
func (m *film) other(product string, status task.Status, prompt string) *task.Task {
	n := len(m.tasks)
	m.now = m.now.Add(-11 * time.Minute)
	m.tasks = append(m.tasks, task.Task{
		Key: int64(100 - n), Provider: "kie", Product: product, Status: status, Prompt: prompt,
		TaskID:      fmt.Sprintf("c3a8e1f0-52d7-4b96-8f0a-2d41e97b6c%02d", n),
		FirstSeenAt: m.now, Fallback: task.FallbackUnknown,
	})
	return &m.tasks[n]
}

// saved adds a task of which the video and the cover are here.
func (m *film) saved(product, media, prompt string, width, height int) *task.Task {
	t := m.other(product, task.Saved, prompt)
	t.Resolution = "720p"
	t.Assets = []task.Asset{
		{Role: task.Video, State: task.SavedAsset, Path: path.Join("2026-11", media+".mp4"),
			Bytes: 28_000, ContentType: "video/mp4", Width: width, Height: height,
			Duration: 8 * time.Second},
		{Role: task.Cover, State: task.SavedAsset, Path: path.Join("2026-11", media+".png"),
			Bytes: 12_000, ContentType: "image/png", Width: width, Height: height},
	}
	return t
}

// saving adds a task whose video is on its way.
func (m *film) saving(product, prompt string) {
	t := m.other(product, task.Saving, prompt)
	t.Resolution = "1080p"
	t.Assets = []task.Asset{
		{Role: task.Video, State: task.SavingAsset},
		{Role: task.Cover, State: task.SavedAsset, Path: "2026-11/alps-fog.png"},
	}
}

// failed adds a task that the provider could not make.
func (m *film) failed(product, prompt string, category task.Category) {
	t := m.other(product, task.Failed, prompt)
	t.Category = category
}
