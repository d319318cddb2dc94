package views

import (
	"cmp"
	"math"
	"strings"
	"time"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// Shot is one task of the gallery as a frame of film.
type Shot struct {
	Key      string // "kie/veo_task_1", by which a live page finds the frame again
	URL      string // of the task's page
	Shape    string // "16:9"
	Status   string
	Title    string // the prompt, else product and short id
	Print    string // "VEO 3.1 1080p"
	At       ui.TimeProps
	Length   string // "0:08"; empty when unknown
	Fallback bool

	Cover  string // the picture; empty when there is none
	Offer  string // where a browser posts a picture of the video; empty when none is wanted
	Video  string // what plays under the pointer; empty when it is not saved
	Blank  bool   // a reason stands in place of the picture, over the cover if there is one
	State  ui.StatusProps
	Reason string         // why there is no picture, and whose move it is
	Leader ui.LeaderProps // of a task that is being saved
	Pace   ui.PaceProps   // of the file that the leader is about
}

// newShot builds the frame of a task.
func newShot(f Frame, t *task.Task) Shot {
	at := shotTime(*t)
	s := Shot{
		Key:      t.Provider + "/" + t.TaskID,
		URL:      f.Link.Task(t.Provider, t.TaskID),
		Shape:    shotShape(t),
		Status:   string(t.Status),
		Title:    shotTitle(f, t),
		Print:    shotPrint(f, t),
		At:       f.TimeAs(at, f.Clock(at)),
		Fallback: t.Fallback == task.FallbackYes,
		State:    StatusOf(f.T, t.Status),
	}
	s.Cover, s.Offer = coverURL(f, *t), coverOffer(f, t)
	if video := t.Picture(); video != nil {
		s.Video = f.Link.Media(video.Path)
		if video.Duration > 0 {
			s.Length = f.T.Clock(video.Duration)
		}
	}
	s.Blank = s.Video == "" && (s.Cover == "" || t.Status != task.Saved)
	if s.Blank {
		s.explain(f, t)
	}
	return s
}

// explain says why there is no picture yet, or none at all.
func (s *Shot) explain(f Frame, t *task.Task) {
	switch t.Status {
	case task.Failed:
		s.State.Text = CategoryText(f.T, cmp.Or(t.Category, task.UnknownCategory))
		s.Reason = f.T.T("gallery.move." + string(t.Category.Move()))
	case task.Saving:
		if a := nextAsset(f, t); a != nil {
			s.Pace = newPace(f, *t, *a, false)
		} else {
			s.Pace.Percent = -1
		}
		s.Leader = ui.LeaderProps{Percent: s.Pace.Percent, Label: s.State.Text, Progress: s.Pace.Key}
		s.Reason = savingReason(f, t)
	case task.Expired, task.NotSaved, task.PartlySaved, task.Unconfirmed:
		s.Reason = cmp.Or(firstUnsaved(f, t), f.T.T("gallery.reason."+string(t.Status)))
	default:
		s.Reason = f.T.T("gallery.reason." + string(t.Status))
	}
}

// savingReason tells how much of a task is here, and why it is taking long where that is known.
func savingReason(f Frame, t *task.Task) string {
	failed := false
	for i := range t.Assets {
		a := &t.Assets[i]
		if a.LinkDead() {
			return f.T.T("gallery.again_why", "Why", unsavedFile(f, a))
		}
		failed = failed || a.Open() && a.Error != ""
	}
	if failed {
		return f.T.T("gallery.again")
	}
	return f.T.T("gallery.files", "Saved", countSaved(t.Assets), "All", len(t.Assets))
}

// nextAsset is the asset whose progress the frame shows: one that is on its way, else the first one
// still open.
func nextAsset(f Frame, t *task.Task) *task.Asset {
	var open *task.Asset
	for i := range t.Assets {
		a := &t.Assets[i]
		if _, moving := f.Traffic.Find(*t, *a); moving {
			return a
		}
		if open == nil && a.Open() {
			open = a
		}
	}
	return open
}

// shotTime is when a task was first heard of. That is the order of the gallery, and so it is the
// day as well, or a task would stand alone under a heading between two halves of another day.
func shotTime(t task.Task) time.Time { return t.FirstSeenAt }

// shotTitle is the prompt, else product and the end of the id.
func shotTitle(f Frame, t *task.Task) string {
	if prompt := strings.Join(strings.Fields(t.Prompt), " "); prompt != "" {
		return prompt
	}
	return strings.TrimSpace(ProductText(f.T, t.Product) + " " + ShortID(t.TaskID))
}

// shotPrint is what is printed on the edge: product and resolution.
func shotPrint(f Frame, t *task.Task) string {
	return strings.TrimSpace(strings.ToUpper(ProductText(f.T, t.Product)) + " " + shortWord(t.Resolution))
}

// ShortID shortens a long id in the middle; the ends are what people compare.
func ShortID(id string) string {
	const head, tail, long = 8, 6, 24
	runes := []rune(id)
	if len(runes) <= long {
		return id
	}
	return string(runes[:head]) + "…" + string(runes[len(runes)-tail:])
}

// shotShape is the shape of the video, else of any file that knows its size, else 16:9.
func shotShape(t *task.Task) string {
	for _, role := range task.Roles() {
		if a := t.SavedAsset(role); a != nil && a.Width > 0 && a.Height > 0 {
			return Shape(a.Width, a.Height)
		}
	}
	return "16:9"
}

// Shape returns the name of the nearest of the shapes that the style sheet knows. Nearness is
// measured on the ratio of the ratios, so that wide and tall are treated alike.
func Shape(width, height int) string {
	shapes := []struct {
		name string
		w, h float64
	}{{"16:9", 16, 9}, {"9:16", 9, 16}, {"1:1", 1, 1}, {"4:3", 4, 3}, {"3:4", 3, 4}, {"21:9", 21, 9}}
	best, least := shapes[0].name, math.Inf(1)
	for _, s := range shapes {
		off := math.Abs(math.Log(float64(width) / float64(height) * s.h / s.w))
		if off < least {
			best, least = s.name, off
		}
	}
	return best
}
