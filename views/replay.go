package views

import (
	"time"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// ReplayFragment is what the page of a replay re-reads while it runs.
const ReplayFragment = "replay-state"

// Replay is one replay, as pages show it.
type Replay struct {
	ID                           int64
	At, EndedAt                  time.Time
	State                        string // "running", "done", "interrupted", "undoing", "undone"
	Filter                       task.DeliveryFilter
	Total                        int64
	Tally                        ReplayTally
	Undone, NotUndone, FilesKept int64
	CanUndo                      bool
	Skipped                      ReplayFaults // that could not be replayed
	NotBack                      ReplayFaults // that could not be undone
}

// ReplayFaults are tasks that could not be changed.
type ReplayFaults struct {
	Tasks      int64
	Deliveries []int64 // of the first of them
}

// ReplayProps are the page of one replay, ready to be shown.
type ReplayProps struct {
	Number   string
	State    ui.StatusProps
	What     string
	Running  bool
	Progress string // "1,200 of 9,000"
	Done     int64
	Total    int64
	Facts    []Fact
	Faults   []ReplayFault
	Notes    []string
	UndoURL  string // empty where there is nothing to undo
	UndoText string
	AgainURL string // what the same replay would do now; empty while it runs
	HereURL  string
}

// ReplayFault says of some tasks that they could not be changed.
type ReplayFault struct {
	Text       string
	Deliveries []ReplayDelivery
}

// ReplayDelivery leads to a delivery.
type ReplayDelivery struct{ Number, URL string }

// NewReplay builds the page of one replay.
func NewReplay(f Frame, r Replay) ReplayProps {
	p := ReplayProps{
		Number:  deliveryNumber(r.ID),
		State:   replayState(f, r.State),
		What:    replayWhat(f, r.Filter),
		Running: r.State == "running" || r.State == "undoing",
		Total:   r.Total,
		Facts:   replayFacts(f, r.Filter, r.Tally, f.T.Int(r.Total)),
		HereURL: f.Link.Replay(r.ID),
	}
	p.Done, p.Total = r.Tally.Deliveries, max(r.Total, r.Tally.Deliveries, 1)
	if r.State == "undoing" {
		p.Done, p.Total = r.Undone+r.NotUndone, max(r.Tally.Changed, 1)
	}
	p.Progress = f.T.T("replay.progress", "Done", f.T.Int(p.Done), "Total", f.T.Int(p.Total))
	began := f.TimeAs(r.At, f.Exact(r.At))
	p.Facts = append(p.Facts, Fact{Name: f.T.T("replay.fact.began"), Time: &began,
		Small: f.Ago(r.At)})
	if !p.Running {
		p.AgainURL = f.Link.DeliveriesReplay(query.Deliveries(r.Filter))
	}
	if r.CanUndo {
		p.UndoURL = f.Link.ReplayUndo(r.ID)
		p.UndoText = f.T.N("replay.undo", int(r.Tally.Changed-r.Undone-r.NotUndone))
	}
	p.Faults = append(newReplayFaults(f, "replay.skipped", r.Skipped),
		newReplayFaults(f, "replay.not_back", r.NotBack)...)
	p.Notes = replayStory(f, r)
	return p
}

func newReplayFaults(f Frame, id string, all ReplayFaults) []ReplayFault {
	if all.Tasks == 0 {
		return nil
	}
	fault := ReplayFault{Text: f.T.N(id, int(all.Tasks))}
	for _, d := range all.Deliveries {
		fault.Deliveries = append(fault.Deliveries,
			ReplayDelivery{Number: deliveryNumber(d), URL: f.Link.Delivery(d)})
	}
	return []ReplayFault{fault}
}

// interruptedText says which of the two was not through: what reads all deliveries is a replay that
// had ended, so that it was the undoing.
func interruptedText(r Replay) string {
	if r.Undone+r.NotUndone > 0 || r.CanUndo && r.Tally.Deliveries >= r.Total {
		return "replay.undo_interrupted"
	}
	return "replay.interrupted"
}

// replayStory says in sentences how a replay came out, and what an undo would do or has done.
func replayStory(f Frame, r Replay) (notes []string) {
	switch r.State {
	case "interrupted":
		notes = append(notes, f.T.T(interruptedText(r)))
	case "done":
		if r.Tally.Changed == 0 && r.Skipped.Tasks == 0 {
			notes = append(notes, f.T.T("replay.changed_nothing"))
		}
	}
	if r.Undone > 0 || r.State == "undone" {
		notes = append(notes, f.T.N("replay.undone", int(r.Undone)))
	}
	if r.NotUndone > 0 {
		notes = append(notes, f.T.N("replay.not_undone", int(r.NotUndone)))
	}
	if r.FilesKept > 0 {
		notes = append(notes, f.T.N("replay.files_kept", int(r.FilesKept)))
	}
	switch {
	case r.CanUndo:
		notes = append(notes, f.T.T("replay.undo_warning"))
	case r.Tally.Changed > 0 && (r.State == "done" || r.State == "interrupted"):
		notes = append(notes, f.T.T("replay.undo_gone"))
	}
	return notes
}
