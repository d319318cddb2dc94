package task

import (
	"errors"
	"time"
)

// The errors of pictures that are to be covers.
var (
	ErrPicture   = errors.New("not a picture for a cover")
	ErrCoverKept = errors.New("the task has a cover that stays, or no video")
	ErrNoRoom    = errors.New("the disk has too little room")
)

// MadeCover is a cover made here from the video, where the provider sent none. It is no asset:
// it says nothing of how much of a task is saved, and the provider's own takes its place.
type MadeCover struct {
	State  CoverState // empty where none was ever wanted
	Maker  CoverMaker
	Path   string // below the media folder; empty until made
	Bytes  int64
	SHA256 string
	Width  int
	Height int
	MadeAt time.Time
	Tries  int    // of this program itself
	Error  string // why the last of them made none
}

// MadeCoverType is the content type of every made cover.
const MadeCoverType = "image/jpeg"

// Asset returns the cover as a file is served.
func (m MadeCover) Asset(key int64) Asset {
	return Asset{Task: key, Role: Cover, State: SavedAsset, Path: m.Path, Bytes: m.Bytes,
		SHA256: m.SHA256, ContentType: MadeCoverType, Width: m.Width, Height: m.Height}
}

// CoverState is how far the making of a cover has come.
type CoverState string

// The states of a made cover.
const (
	CoverWanted  CoverState = "wanted"
	CoverMade    CoverState = "made"
	CoverGivenUp CoverState = "given_up" // by this program; a browser can still make one
)

// CoverMaker is who made a cover.
type CoverMaker string

// The makers of covers.
const (
	MadeByServer   CoverMaker = "server"
	MadeByBrowser  CoverMaker = "browser"  // of somebody who looked at the video
	MadeByOperator CoverMaker = "operator" // who chose the picture
)

// Picture returns the saved file that shows what the task made: the first of its best role, nil
// when there is none.
func (t *Task) Picture() *Asset {
	for _, role := range [...]Role{Video, Original, Upscale} {
		if a := t.SavedAsset(role); a != nil {
			return a
		}
	}
	return nil
}

// SavedAsset returns the first saved asset of a role, nil when there is none.
func (t *Task) SavedAsset(role Role) *Asset {
	for i := range t.Assets {
		if a := &t.Assets[i]; a.Role == role && a.State == SavedAsset {
			return a
		}
	}
	return nil
}

// CoverOpen says whether a cover of the provider's is still to be saved.
func (t *Task) CoverOpen() bool {
	for i := range t.Assets {
		if a := &t.Assets[i]; a.Role == Cover && a.Open() {
			return true
		}
	}
	return false
}

// MayMakeCover says whether a cover made here is of use: there is a video to make it of, and the
// provider has sent none, or none that can be had.
func (t *Task) MayMakeCover() bool {
	return t.Picture() != nil && t.SavedAsset(Cover) == nil && !t.CoverOpen()
}

// WantsCover says whether one is of use and there is none yet.
func (t *Task) WantsCover() bool { return t.MayMakeCover() && t.Made.State != CoverMade }

// CoverPath is the path of the cover to show: the provider's, else one made here, else empty.
func (t *Task) CoverPath() string {
	if a := t.SavedAsset(Cover); a != nil {
		return a.Path
	}
	return t.Made.Path
}

// MostCoverTries is how often this program tries to make one cover.
const MostCoverTries = 3

// AfterCoverTry returns how a cover stands after a try that made none, and when the next is due.
func AfterCoverTry(m MadeCover, reason string, now time.Time) (MadeCover, time.Time) {
	m.Error = reason
	if m.Tries >= MostCoverTries {
		m.State = CoverGivenUp
		return m, time.Time{}
	}
	m.State = CoverWanted
	return m, now.Add(time.Duration(m.Tries*m.Tries) * 5 * time.Minute)
}
