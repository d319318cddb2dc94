package views

import "github.com/reelback/reelback/views/ui"

// ReplaysFragment is what the list of replays re-reads while one runs.
const ReplaysFragment = "replay-list"

// ReplaysProps are the list of replays, ready to be shown.
type ReplaysProps struct {
	Notes []string
	Rows  []ReplaysRow
	Empty ui.EmptyProps // shown instead of no rows
}

// ReplaysRow is one replay as a line of the list.
type ReplaysRow struct {
	URL     string
	Number  string
	State   ui.StatusProps
	What    string
	Numbers string
	Time    ui.TimeProps
	UndoURL string // empty where there is nothing to undo
}

// NewReplays builds the list of replays, newest first. Busy says that one more has just been asked
// for, and was not begun because of another.
func NewReplays(f Frame, list []Replay, busy bool) ReplaysProps {
	p := ReplaysProps{Empty: ui.EmptyProps{Art: ui.ArtReel, Title: f.T.T("replay.none"),
		Text: f.T.T("replay.none_text"), ActionIcon: "replay",
		ActionText: f.T.T("replay.preview"), ActionURL: f.Link.DeliveriesReplay(nil)}}
	if busy {
		p.Notes = []string{f.T.T("replay.busy")}
	}
	for _, r := range list {
		row := ReplaysRow{URL: f.Link.Replay(r.ID), Number: deliveryNumber(r.ID),
			State: replayState(f, r.State), What: replayWhat(f, r.Filter),
			Numbers: f.T.T("replay.numbers", "Deliveries", f.T.Int(r.Tally.Deliveries),
				"Changed", f.T.Int(r.Tally.Changed)),
			Time: f.TimeAgo(r.At)}
		if r.CanUndo {
			row.UndoURL = f.Link.ReplayUndo(r.ID)
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}
