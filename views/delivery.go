package views

import (
	"strings"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// DeliveryProps are everything about one delivery, ready to be shown.
type DeliveryProps struct {
	Number   string
	Outcome  ui.StatusProps
	What     string // what happened
	Meaning  string // what the outcome means for the task
	TaskID   ui.CopyProps
	TaskURL  string // empty when it names no task that could exist
	Facts    []Fact
	OtherURL string // the other deliveries of the same task; empty without one
	Replay   string // what a replay of it would do
	Raw      RawProps
}

// Fact is something worth knowing, with its name.
type Fact struct {
	Name  string
	Text  string
	Small string        // a remark; may be empty
	Mono  bool          // an address, a number: set in fixed width
	URL   string        // where it leads; may be empty
	Time  *ui.TimeProps // shown instead of Text
}

// NewDelivery builds the page of one delivery, whose secrets have been masked.
func NewDelivery(f Frame, d task.Delivery) DeliveryProps {
	p := DeliveryProps{
		Number:  deliveryNumber(d.ID),
		Outcome: OutcomeStatusOf(f.T, d.Outcome),
		What:    whatHappened(f, d),
		Meaning: f.T.T("delivery.meaning." + string(d.Outcome)),
		TaskURL: taskURL(f, d),
		Raw:     NewRaw(f, d, callbackAddress(f, d.Source)),
		Facts:   deliveryFacts(f, d),
		Replay:  f.Link.DeliveriesReplay(query.Deliveries(task.DeliveryFilter{ID: d.ID})),
	}
	if d.TaskID != "" {
		p.TaskID = copyID(f, d.TaskID)
		p.OtherURL = deliveriesURL(f, task.DeliveryFilter{TaskID: d.TaskID})
	}
	return p
}

func deliveryFacts(f Frame, d task.Delivery) []Fact {
	received := f.TimeAs(d.ReceivedAt, f.Exact(d.ReceivedAt))
	facts := []Fact{
		{Name: f.T.T("delivery.received"), Time: &received, Small: f.Ago(d.ReceivedAt)},
		{Name: f.T.T("delivery.source"), Text: d.Source, Mono: true},
		{Name: f.T.T("delivery.address"), Text: d.RemoteAddr, Mono: true},
		{Name: f.T.T("delivery.size"), Text: deliverySize(f, d)},
	}
	if d.Truncated {
		facts[3].Small = f.T.T("delivery.truncated")
	}
	return facts
}

// tokenPlace stands in a shown address where the source's token belongs.
const tokenPlace = "YOUR_TOKEN"

// callbackAddress is where a source is posted to, without its secret.
func callbackAddress(f Frame, source string) string {
	return f.Link.CallbackAddress(source, tokenPlace)
}

// whatHappened says in one line what became of a delivery and why.
func whatHappened(f Frame, d task.Delivery) string {
	if d.Reason != "" {
		return reasonText(f, d.Reason)
	}
	switch {
	case d.Outcome != task.Applied:
		return OutcomeText(f.T, d.Outcome)
	case d.Code == 0:
		return f.T.T("delivery.applied")
	case d.Code == 200:
		return f.T.T("delivery.applied_success", "Code", d.Code)
	default:
		return f.T.T("delivery.applied_failure", "Code", d.Code)
	}
}

// reasonText prints a reason: a known key in the reader's language, with the detail that may
// follow it as it is; anything else is a sentence already.
func reasonText(f Frame, reason string) string {
	key, detail, _ := strings.Cut(reason, ": ")
	if id := "reason." + key; f.T.Has(id) {
		if detail == "" {
			return f.T.T(id)
		}
		return f.T.T("delivery.with_detail", "Reason", f.T.T(id), "Detail", oneLine(detail))
	}
	return oneLine(reason)
}
