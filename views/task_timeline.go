package views

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// TimelineRow is one step of what happened to a task.
type TimelineRow struct {
	Status string // chooses the colour
	Icon   string
	Title  string
	Text   string
	URL    string // of what the text speaks of; may be empty
	Time   ui.TimeProps
	Took   string // until the next step; empty when it is nothing worth telling
	Future bool
}

// newTimeline tells a task's events, oldest first, between its submission, where that is known,
// and the death of the provider's links, where that lies ahead.
func newTimeline(f Frame, t task.Task, events []task.Event) []TimelineRow {
	events = slices.Clone(events)
	slices.SortStableFunc(events, func(a, b task.Event) int { return a.At.Compare(b.At) })
	var rows []TimelineRow
	var starts []time.Time
	add := func(at time.Time, row TimelineRow) {
		row.Time = f.timelineTime(at)
		rows, starts = append(rows, row), append(starts, at)
	}
	if !t.CreatedAt.IsZero() && (len(events) == 0 || t.CreatedAt.Before(events[0].At)) {
		add(t.CreatedAt, TimelineRow{Status: "waiting", Icon: "up",
			Title: f.T.T("task.event.submitted"), Text: f.T.T("task.event.submitted_text")})
	}
	for len(events) > 0 {
		n := alike(events)
		last := events[n-1]
		add(last.At, eventRow(f, t, last, n))
		events = events[n:]
	}
	for i := 0; i+1 < len(rows); i++ {
		rows[i].Took = f.took(starts[i+1].Sub(starts[i]))
	}
	if at := linksDieAt(t); at.After(f.Now) {
		rows = append(rows, linksDieRow(f, t, at))
	}
	return rows
}

// alike counts the events at the beginning that tell the same, for a provider that repeats its
// callback all night must not bury everything else.
func alike(events []task.Event) int {
	same := func(a, b task.Event) bool {
		return a.Kind == b.Kind && a.Detail == b.Detail && a.Role == b.Role &&
			a.Index == b.Index && a.Code == b.Code
	}
	n := 1
	for n < len(events) && same(events[0], events[n]) {
		n++
	}
	return n
}

// eventRow tells an event that came n times.
func eventRow(f Frame, t task.Task, e task.Event, n int) TimelineRow {
	row := TimelineRow{Icon: "info", Status: "waiting", Text: e.Detail}
	file := assetText(f, t, task.Asset{Role: e.Role, Index: e.Index})
	switch e.Kind {
	case task.EventDelivery:
		row = deliveryEvent(f, e)
	case task.EventAttempt:
		row.Status, row.Icon = "partly_saved", "retry"
		row.Title = f.T.T("task.event.attempt", "File", file)
		row.Text = AttemptText(f.T, e.Detail)
	case task.EventAssetSaved:
		row.Status, row.Icon = "saved", "saved"
		row.Title = f.T.T("task.event.asset_saved", "File", file)
		row.Text = bytesText(f, e.Detail)
	case task.EventAssetFailed:
		row.Status, row.Icon = "failed", "failed"
		row.Title = f.T.T("task.event.asset_failed", "File", file)
		row.Text = AttemptText(f.T, e.Detail)
	case task.EventAssetExpired:
		row.Status, row.Icon = "expired", "expired"
		row.Title = f.T.T("task.event.asset_expired", "File", file)
		row.Text = AttemptText(f.T, e.Detail)
	case task.EventAllowed:
		row.Status, row.Icon = "saving", "retry"
		row.Title = f.T.T("task.event.allowed", "File", file)
	case task.EventFileGone:
		row.Status, row.Icon = "partly_saved", "warn"
		row.Title = f.T.T("task.event.file_gone", "File", file)
		row.Text = f.T.T("task.event.file_gone_" + e.Detail)
	case task.EventFileBack:
		row.Status, row.Icon = "saved", "saved"
		row.Title = f.T.T("task.event.file_back", "File", file)
		row.Text = bytesText(f, e.Detail)
	case task.EventVanishing:
		row.Status, row.Icon = "partly_saved", "warn"
		row.Title = f.T.T("task.event.vanishing", "File", file)
		row.Text = f.T.T("task.event.vanishing_" + e.Detail)
	case task.EventRetry:
		row.Status, row.Icon = "saving", "retry"
		row.Title = f.T.T("task.event.retry")
		if e.Role != "" {
			row.Title = f.T.T("task.event.retry_file", "File", file)
		}
	case task.EventAdopted:
		row = adoptedEvent(f, e, file)
	case task.EventConfirmed, task.EventDisagrees, task.EventRepaired, task.EventRecordGone:
		row = recordEvent(f, e)
	case task.EventReplayed, task.EventReplayUndone:
		row = replayEvent(f, e)
	default:
		row.Title = string(e.Kind)
	}
	if n > 1 {
		row.Title = f.T.T("task.event.times", "Title", row.Title, "N", n)
	}
	return row
}

// bytesText prints the number of bytes that an event tells.
func bytesText(f Frame, detail string) string {
	bytes, err := strconv.ParseInt(detail, 10, 64)
	if err != nil {
		return detail
	}
	return f.T.Bytes(bytes)
}

// deliveryEvent tells of a delivery; a failure that was applied is coloured as one.
func deliveryEvent(f Frame, e task.Event) TimelineRow {
	row := TimelineRow{Status: e.Detail, Icon: "deliveries"}
	outcome := task.Outcome(e.Detail)
	row.Title = f.T.T("task.event.delivery", "Outcome",
		strings.ToLower(OutcomeText(f.T, outcome)))
	if outcome == task.Applied && e.Code != 0 && e.Code != 200 {
		row.Status = "failed"
		row.Title = f.T.T("task.event.delivery_failure")
	}
	if outcome == task.Applied && e.Code == 200 {
		row.Title = f.T.T("task.event.delivery_success")
	}
	if outcome == task.Repeated {
		row.Icon = "repeated"
	}
	if e.Delivery != 0 {
		row.URL = f.Link.Delivery(e.Delivery)
		row.Text = f.T.T("task.event.kept", "Number", deliveryNumber(e.Delivery))
		if e.Code != 0 {
			row.Text = f.T.T("task.event.code_kept", "Code", e.Code,
				"Number", deliveryNumber(e.Delivery))
		}
	}
	return row
}

// recordEvent tells what the provider's own record made of the task.
func recordEvent(f Frame, e task.Event) TimelineRow {
	row := TimelineRow{Status: "waiting", Icon: "info",
		Title: f.T.T("task.event." + string(e.Kind))}
	switch e.Kind {
	case task.EventConfirmed:
		row.Status, row.Icon = "saved", "saved"
	case task.EventRepaired:
		row.Status, row.Icon = "partly_saved", "repeated"
	case task.EventDisagrees:
		row.Status, row.Icon = "failed", "failed"
	}
	if text := "task.event." + string(e.Kind) + "_" + e.Detail; f.T.Has(text) {
		row.Text = f.T.T(text)
	}
	return row
}

// adoptedEvent tells that a person had a file saved from the link of a delivery not applied.
func adoptedEvent(f Frame, e task.Event, file string) TimelineRow {
	row := TimelineRow{Status: "saving", Icon: "retry",
		Title: f.T.T("task.event.adopted", "File", file)}
	if id, err := strconv.ParseInt(e.Detail, 10, 64); err == nil {
		row.Text, row.URL = f.T.T("other.delivery", "Number", deliveryNumber(id)), f.Link.Delivery(id)
	}
	return row
}

// replayEvent tells that today's code has read the task's deliveries again, or that this was
// undone.
func replayEvent(f Frame, e task.Event) TimelineRow {
	row := TimelineRow{Status: "waiting", Icon: "replay",
		Title: f.T.T("task.event." + string(e.Kind))}
	if id, err := strconv.ParseInt(e.Detail, 10, 64); err == nil {
		row.Text, row.URL = f.T.T("replay.title", "Number", deliveryNumber(id)), f.Link.Replay(id)
	}
	return row
}

func linksDieRow(f Frame, t task.Task, at time.Time) TimelineRow {
	text := "task.event.links_die_open"
	if t.Status == task.Saved {
		text = "task.event.links_die_saved"
	}
	return TimelineRow{Status: "expired", Icon: "expired", Future: true,
		Title: f.T.T("task.event.links_die"), Text: f.T.T(text), Time: f.timelineTime(at)}
}

// timelineTime prints the time of day of what happened today, and the day of all else.
func (f Frame) timelineTime(at time.Time) ui.TimeProps {
	if f.DayKey(at) == f.DayKey(f.Now) {
		return f.TimeAs(at, f.ClockSeconds(at))
	}
	return f.TimeAs(at, f.Exact(at))
}

// took prints how long a step lasted, nothing for less than a tenth of a second.
func (f Frame) took(d time.Duration) string {
	switch {
	case d < 100*time.Millisecond:
		return ""
	case d < time.Minute:
		return f.T.T("task.took_seconds", "Seconds", strconv.FormatFloat(d.Seconds(), 'f', 1, 64))
	default:
		unit, n := span(d)
		return f.T.T("span."+unit, "N", n)
	}
}
