package views

import (
	"net/url"
	"path"
	"strings"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// FilesProps are the files of a task.
type FilesProps struct {
	Summary  string
	Rows     []FileRow
	RetryURL string // where a form asks for all that is not here; empty when nothing can be
	Attempts []AttemptsProps
}

// FileRow is one file of a task.
type FileRow struct {
	State    ui.StatusProps
	Role     string
	Name     string // of the file, or the host it is fetched from
	URL      string // of the saved file; empty before
	Hash     ui.CopyProps
	Error    string // why the last attempt failed
	Hint     string // what would help; may be empty
	Next     string // when the next attempt comes
	Facts    string // "1920 × 1080, 8.00 s"
	Type     string
	Made     string   // how it was made here, not by the provider; empty for the provider's
	Not      []string // what it was said to be and is not
	Size     string
	Source   string       // host of the provider's link
	Link     string       // how long the provider's link will live
	Pace     ui.PaceProps // of a file that is still to come
	RetryURL string       // where a form asks for another attempt
}

func newFiles(f Frame, in TaskInput) FilesProps {
	t, p := in.Task, FilesProps{}
	if len(t.Assets) == 0 {
		return p
	}
	p.Summary = filesSummary(f, t.Assets)
	p.Attempts = newAttempts(f, t, in.Attempts)
	again, mismatches := 0, task.Mismatches(t, in.Parent)
	for _, a := range t.Assets {
		row := newFileRow(f, t, a)
		row.Hint = refusedText(f, a, task.LastRefused(a, in.Attempts))
		row.Not = mismatchTexts(f, a, mismatches)
		if row.RetryURL != "" {
			again++
		}
		p.Rows = append(p.Rows, row)
	}
	if made := newMadeCover(f, t); made != nil {
		p.Rows = append(p.Rows, *made)
	}
	if again > 1 {
		p.RetryURL = f.Link.TaskRetry(t.Provider, t.TaskID)
	}
	return p
}

func filesSummary(f Frame, assets []task.Asset) string {
	if countSaved(assets) == len(assets) {
		return filesText(f, assets)
	}
	return f.T.N("tasks.saving", len(assets), "Saved", countSaved(assets))
}

func newFileRow(f Frame, t task.Task, a task.Asset) FileRow {
	r := FileRow{
		State:  FileStatusOf(f.T, a),
		Role:   assetText(f, t, a),
		Source: hostOf(a.SourceURL),
		Error:  AttemptText(f.T, a.Error),
		Facts:  assetFacts(f, a),
		Type:   assetType(f, a),
	}
	if a.State == task.SavedAsset {
		r.Name, r.URL, r.Error = fileName(a.Path), f.Link.Media(a.Path), ""
		r.Size = f.T.Bytes(a.Bytes)
		r.Hash = ui.CopyProps{Text: shortHash(a.SHA256), Full: a.SHA256,
			Label: f.T.T("action.copy")}
		return r
	}
	r.Name = r.Source
	if r.Name == "" {
		r.Name = f.T.T("task.no_link")
	}
	r.Link = linkLeft(f, a)
	if a.Open() {
		r.Pace = newPace(f, t, a, true)
	}
	r.Next = nextTry(f, a)
	if retriable(a) {
		r.RetryURL = f.Link.AssetRetry(t.Provider, t.TaskID, string(a.Role), a.Index)
	}
	return r
}

// nextTry tells when the next attempt comes, where one has to wait for it.
func nextTry(f Frame, a task.Asset) string {
	if a.State == task.Pending && a.NextTryAt.After(f.Now) {
		return f.T.T("task.next_try", "When", f.Ago(a.NextTryAt))
	}
	return ""
}

// retriable says whether asking for another attempt changes anything: not for a saved file, nor
// for one that is being saved or just about to be.
func retriable(a task.Asset) bool {
	switch a.State {
	case task.FailedAsset, task.ExpiredAsset:
		return true
	case task.Pending:
		return a.Error != ""
	default:
		return false
	}
}

// linkLeft tells how long the provider's link will live, or since when it is dead.
func linkLeft(f Frame, a task.Asset) string {
	switch {
	case a.ExpiresAt.IsZero(), a.LinkDead(): // what it was to live to does not matter then
		return ""
	case a.ExpiresAt.After(f.Now):
		return f.T.T("task.link_dies", "When", f.Ago(a.ExpiresAt))
	default:
		return f.T.T("task.link_died", "When", f.Ago(a.ExpiresAt))
	}
}

// assetFacts prints dimensions and length as far as they are known.
func assetFacts(f Frame, a task.Asset) string {
	var parts []string
	if a.Width > 0 && a.Height > 0 {
		parts = append(parts, f.T.T("task.pixels", "Width", a.Width, "Height", a.Height))
	}
	if a.Duration > 0 {
		parts = append(parts, f.T.T("task.seconds", "Seconds", f.T.Seconds(a.Duration)))
	}
	return strings.Join(parts, f.T.T("task.and"))
}

// hostOf is the host of a link; the rest of a signed link is a secret.
func hostOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return u.Host
}

func fileName(p string) string {
	if p == "" {
		return ""
	}
	return path.Base(p)
}

// shortHash is enough of a hash to compare by eye.
func shortHash(hash string) string {
	if len(hash) <= 8 {
		return hash
	}
	return hash[:8] + "…"
}
