package web

import (
	"time"

	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
)

// madeCoverJSON is a cover made here from the video.
type madeCoverJSON struct {
	URL         string          `json:"url"`
	Maker       task.CoverMaker `json:"maker"`
	Bytes       int64           `json:"bytes"`
	SHA256      string          `json:"sha256"`
	ContentType string          `json:"content_type"`
	Width       int             `json:"width"`
	Height      int             `json:"height"`
	MadeAt      *time.Time      `json:"made_at"`
}

func newMadeCoverJSON(links route.Links, m task.MadeCover) *madeCoverJSON {
	if m.State != task.CoverMade {
		return nil
	}
	return &madeCoverJSON{URL: links.Media(m.Path), Maker: m.Maker, Bytes: m.Bytes,
		SHA256: m.SHA256, ContentType: task.MadeCoverType, Width: m.Width, Height: m.Height,
		MadeAt: moment(m.MadeAt)}
}
