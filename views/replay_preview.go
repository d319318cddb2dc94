package views

import (
	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// ReplayPreviewInput is what a replay would do.
type ReplayPreviewInput struct {
	Filter  task.DeliveryFilter
	Tally   ReplayTally
	Total   int64 // deliveries that match
	Capped  bool  // Total is a lower bound
	Stopped bool  // not everything has been looked at
	Changes []ReplayChange
	Stays   map[string]int64 // refused deliveries that stay so, by Stays… key
	Left    map[string]int64 // tasks that are left alone, by Left… key
}

// ReplayChange is what a replay would make of one task, its secrets masked.
type ReplayChange struct {
	Task        task.Task // as it would be
	Made        bool      // it is not there yet
	Differences []task.Alteration
	Files       int
	Outcomes    []task.Reoutcome
}

// ReplayPreviewProps are the page of what a replay would do, ready to be shown.
type ReplayPreviewProps struct {
	What    string // which deliveries
	Facts   []Fact
	Notes   []string
	RunURL  string // where the replay is asked for; empty when it would change nothing
	RunText string
	Rows    []ReplayRow
	More    string // that there are other changes than those listed; may be empty
	Empty   ui.EmptyProps
}

// ReplayRow is what changes about one task.
type ReplayRow struct {
	TaskID   ui.CopyProps
	TaskURL  string // empty for one that is not there yet
	Product  string
	Made     string // that it is new; may be empty
	Lines    []ReplayLine
	Files    string // how many files would be saved; may be empty
	Outcomes []ReplayOutcome
	More     string // that other deliveries change as well; may be empty
}

// ReplayLine is one field that changes. Of a new task there is no before.
type ReplayLine struct{ Name, Before, After string }

// ReplayOutcome is one delivery that comes out otherwise.
type ReplayOutcome struct {
	Number, URL   string
	Before, After ui.StatusProps
}

// shownOutcomes is how many deliveries of one task are listed.
const shownOutcomes = 5

// NewReplayPreview builds the page of what a replay would do.
func NewReplayPreview(f Frame, in ReplayPreviewInput) ReplayPreviewProps {
	total := f.T.Int(in.Total)
	if in.Capped {
		total = f.T.T("replay.at_least", "N", total)
	}
	p := ReplayPreviewProps{
		What:  replayWhat(f, in.Filter),
		Facts: replayFacts(f, in.Filter, in.Tally, total),
		Empty: ui.EmptyProps{Art: ui.ArtLens, Title: f.T.T("replay.nothing"),
			Text: f.T.T("replay.nothing_text"), ActionIcon: "deliveries",
			ActionText: f.T.T("replay.back"), ActionURL: deliveriesURL(f, in.Filter)},
	}
	if in.Stopped {
		p.Notes = append(p.Notes, f.T.T("replay.stopped"))
	}
	p.Notes = append(p.Notes, reasonNotes(f, "replay.stays.", in.Stays)...)
	p.Notes = append(p.Notes, reasonNotes(f, "replay.left.", in.Left)...)
	if in.Tally.Changed > 0 || in.Stopped {
		p.RunURL = f.Link.DeliveriesReplay(query.Deliveries(in.Filter))
		p.RunText = f.T.N("replay.run", int(in.Tally.Changed))
		if in.Stopped {
			p.RunText = f.T.T("replay.run_all")
		}
	}
	for _, c := range in.Changes {
		p.Rows = append(p.Rows, newReplayRow(f, c))
	}
	if more := in.Tally.Changed - int64(len(in.Changes)); more > 0 {
		p.More = f.T.N("replay.more_tasks", int(more))
	}
	return p
}

func newReplayRow(f Frame, c ReplayChange) ReplayRow {
	r := ReplayRow{TaskID: copyID(f, c.Task.TaskID), Product: ProductText(f.T, c.Task.Product)}
	if c.Made {
		r.Made = f.T.T("replay.new_task")
	} else {
		r.TaskURL = f.Link.Task(c.Task.Provider, c.Task.TaskID)
	}
	r.Lines = replayLines(f, c)
	if c.Files > 0 {
		r.Files = f.T.N("replay.new_files", c.Files)
	}
	for i, o := range c.Outcomes {
		if i == shownOutcomes {
			r.More = f.T.N("replay.more_deliveries", len(c.Outcomes)-i)
			break
		}
		r.Outcomes = append(r.Outcomes, ReplayOutcome{Number: deliveryNumber(o.ID),
			URL: f.Link.Delivery(o.ID), Before: OutcomeStatusOf(f.T, o.Before),
			After: OutcomeStatusOf(f.T, o.After)})
	}
	return r
}

// replayLines lists what changes about a task, of a new one what is worth knowing.
func replayLines(f Frame, c ReplayChange) (lines []ReplayLine) {
	dull := map[string]bool{"result": len(c.Differences) > 1}
	if c.Made {
		for _, field := range []string{"product", "fallback", "cross_checked", "completed_at",
			"first_delivery_at", "deliveries"} {
			dull[field] = true
		}
	}
	for _, d := range c.Differences {
		line := ReplayLine{Name: fieldText(f, d.Field), After: valueText(f, d.Field, d.After)}
		if !c.Made {
			line.Before = valueText(f, d.Field, d.Before)
		}
		if !dull[d.Field] {
			lines = append(lines, line)
		}
	}
	return lines
}
