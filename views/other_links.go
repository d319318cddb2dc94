package views

import (
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// OtherLinks is a delivery that was not applied, and could help a task whose links are dead.
type OtherLinks struct {
	Delivery int64
	At       time.Time
	Assets   []task.Asset // as they would stand with its links
}

// OtherLinksProps point to such a delivery.
type OtherLinksProps struct {
	Number  string
	URL     string
	At      ui.TimeProps
	Host    string // where the first of its links leads
	Text    string
	SaveURL string // where a form asks to save from them; empty for who may not
}

// newOtherLinks builds the pointer, nil without such a delivery.
func newOtherLinks(f Frame, t task.Task, o *OtherLinks) *OtherLinksProps {
	if o == nil || len(o.Assets) == 0 {
		return nil
	}
	p := &OtherLinksProps{
		Number: deliveryNumber(o.Delivery),
		URL:    f.Link.Delivery(o.Delivery),
		At:     f.TimeAgo(o.At),
		Host:   hostOf(o.Assets[0].SourceURL),
		Text:   f.T.N("other.files", len(o.Assets)),
	}
	if f.Can(auth.Operator) {
		p.SaveURL = f.Link.TaskAdopt(t.Provider, t.TaskID, o.Delivery)
	}
	return p
}
