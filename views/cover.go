package views

import (
	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// CoverOffer asks the reader's browser for a picture of a video that has none. Both are empty
// where that is not wanted.
type CoverOffer struct {
	Video string // of which the picture is taken
	URL   string // where it is posted
}

// newCoverOffer asks only those who may change tasks, and only where no program here does it.
func newCoverOffer(f Frame, t *task.Task) CoverOffer {
	url := coverOffer(f, t)
	if url == "" {
		return CoverOffer{}
	}
	return CoverOffer{Video: f.Link.Media(t.Picture().Path), URL: url}
}

func coverOffer(f Frame, t *task.Task) string {
	byBrowser := f.BrowserCovers || t.Made.State == task.CoverGivenUp
	if !byBrowser || !t.WantsCover() || !f.Can(auth.Operator) {
		return ""
	}
	return f.Link.TaskCover(t.Provider, t.TaskID)
}

// coverChoose is where the reader can post a picture that is to be the cover; empty where the
// provider's own stays.
func coverChoose(f Frame, t *task.Task) string {
	if !t.MayMakeCover() || !f.Can(auth.Operator) {
		return ""
	}
	return f.Link.CoverChoose(t.Provider, t.TaskID)
}

// coverURL links to the cover of a task, the provider's or one made here; empty when there is
// none.
func coverURL(f Frame, t task.Task) string {
	if path := t.CoverPath(); path != "" {
		return f.Link.Media(path)
	}
	return ""
}

// newMadeCover is the line of a cover made here among the files of a task; nil where there is
// none.
func newMadeCover(f Frame, t task.Task) *FileRow {
	m := t.Made
	if m.State != task.CoverMade || t.SavedAsset(task.Cover) != nil {
		return nil
	}
	row := newFileRow(f, t, m.Asset(t.Key))
	row.Made = f.T.T("task.made_cover." + string(m.Maker))
	row.State = ui.StatusProps{Key: "saved", Icon: StatusIcon("saved"), Text: f.T.T("task.made_cover.title")}
	return &row
}
