package views

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// TaskRow is a task as a line of the table.
type TaskRow struct {
	URL         string
	Status      ui.StatusProps
	Thumb       string // address of the cover; empty for none
	Offer       CoverOffer
	ID          ui.CopyProps
	Title       string // the prompt, or else what is to be said of the task
	Detail      string // the provider's words or what became of the files
	Bad         bool   // the detail tells of something gone wrong
	Product     string
	Resolution  string
	Fallback    bool
	Category    string
	CategoryURL string
	Code        string
	Seen        ui.TimeProps
	Deliveries  string
}

func newTaskRow(f Frame, t task.Task) TaskRow {
	r := TaskRow{
		URL:        f.Link.Task(t.Provider, t.TaskID),
		Status:     StatusOf(f.T, t.Status),
		Thumb:      coverURL(f, t),
		Offer:      newCoverOffer(f, &t),
		ID:         copyID(f, t.TaskID),
		Title:      oneLine(t.Prompt),
		Product:    ProductText(f.T, t.Product),
		Resolution: shortWord(t.Resolution),
		Fallback:   t.Fallback == task.FallbackYes,
		Seen:       f.TimeAgo(t.FirstSeenAt),
		Deliveries: deliveriesText(f, t.Deliveries),
	}
	if !t.FirstDeliveryAt.IsZero() {
		r.Seen = f.TimeAgo(t.FirstDeliveryAt)
	}
	r.Detail, r.Bad = taskDetail(f, t)
	if r.Title == "" {
		r.Title, r.Detail, r.Bad = r.Detail, f.T.T("tasks.no_prompt"), false
	}
	if t.Status == task.Failed {
		category := cmp.Or(t.Category, task.UnknownCategory)
		r.Category = CategoryText(f.T, category)
		r.CategoryURL = f.Link.Tasks(url.Values{query.Category: {string(category)}})
		r.Code = strconv.Itoa(t.Code)
	}
	return r
}

// taskDetail says in one line how a task stands, and whether that is bad.
func taskDetail(f Frame, t task.Task) (text string, bad bool) {
	switch t.Status {
	case task.Failed:
		if t.Message == "" {
			return f.T.T("tasks.no_words"), true
		}
		return oneLine(t.Message), true
	case task.Saved:
		return filesText(f, t.Assets), false
	case task.Saving:
		return f.T.N("tasks.saving", len(t.Assets), "Saved", countSaved(t.Assets)), false
	case task.PartlySaved, task.Expired, task.NotSaved, task.Unconfirmed:
		return unsavedText(f, t), t.Status == task.Expired || t.Status == task.NotSaved
	default:
		return f.T.T("tasks.detail." + string(t.Status)), false
	}
}

// filesText counts files and their bytes, "3 files, 12.4 MB".
func filesText(f Frame, assets []task.Asset) string {
	var bytes int64
	for i := range assets {
		bytes += assets[i].Bytes
	}
	return f.T.N("tasks.files", len(assets), "Size", f.T.Bytes(bytes))
}

// unsavedText names the first file that is not here, with the reason.
func unsavedText(f Frame, t task.Task) string {
	return cmp.Or(firstUnsaved(f, &t), f.T.T("tasks.detail."+string(t.Status)))
}

// firstUnsaved is that where a file has a reason, else empty.
func firstUnsaved(f Frame, t *task.Task) string {
	for i := range t.Assets {
		if a := &t.Assets[i]; a.State != task.SavedAsset && a.Error != "" {
			return unsavedFile(f, a)
		}
	}
	return ""
}

// unsavedFile names a file that is not here, with the reason.
func unsavedFile(f Frame, a *task.Asset) string {
	return f.T.T("tasks.unsaved", "File", RoleText(f.T, a.Role),
		"Reason", oneLine(AttemptText(f.T, a.Error)))
}

func countSaved(assets []task.Asset) int {
	n := 0
	for i := range assets {
		if assets[i].State == task.SavedAsset {
			n++
		}
	}
	return n
}

func deliveriesText(f Frame, n int) string {
	if n == 0 {
		return f.T.T("tasks.no_delivery")
	}
	return f.T.N("tasks.deliveries", n)
}

// copyID shows a long id without its middle; the whole is copied.
func copyID(f Frame, id string) ui.CopyProps {
	return ui.CopyProps{Text: ShortID(id), Full: id, Label: f.T.T("action.copy")}
}

// maxLine bounds text that is shown in one line: the rest would never be seen.
const maxLine = 400

// oneLine folds white space and bounds the length.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxLine {
		return string(runes[:maxLine]) + "…"
	}
	return text
}
