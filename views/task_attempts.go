package views

import (
	"strconv"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// AttemptsProps are the attempts at one file.
type AttemptsProps struct {
	Key     string // tells it from those of other files, for a page that is re-read
	File    string // which one, "Video 2"
	Summary string // "3 attempts"
	Last    ui.StatusProps
	Rows    []AttemptRow // newest first
}

// AttemptRow is one attempt.
type AttemptRow struct {
	Number string
	Begun  ui.TimeProps
	Took   string
	Status ui.StatusProps
	Host   string
	Answer string // the HTTP status; empty without an answer
	Bytes  string // "1.2 MB", and from where it went on
	Reason string
}

// newAttempts gathers the attempts at each file that there were any at.
func newAttempts(f Frame, t task.Task, attempts []task.Attempt) (all []AttemptsProps) {
	for _, a := range t.Assets {
		p := AttemptsProps{Key: "tries-" + string(a.Role) + "-" + strconv.Itoa(a.Index),
			File: assetText(f, t, a)}
		last := 0
		for _, at := range attempts {
			if at.Role == a.Role && at.Index == a.Index {
				p.Rows = append([]AttemptRow{newAttemptRow(f, at)}, p.Rows...)
				last = at.Number
			}
		}
		if len(p.Rows) > 0 {
			p.Last, p.Summary = p.Rows[0].Status, f.T.N("attempts.count", last)
			all = append(all, p)
		}
	}
	return all
}

func newAttemptRow(f Frame, at task.Attempt) AttemptRow {
	r := AttemptRow{
		Number: strconv.Itoa(at.Number),
		Begun:  f.timelineTime(at.StartedAt),
		Status: attemptStatus(f, at.Result),
		Host:   at.Host,
		Bytes:  f.T.Bytes(at.Bytes),
		Reason: AttemptText(f.T, at.Reason),
	}
	if took, known := at.Took(); known {
		r.Took = f.T.T("task.seconds", "Seconds", f.T.Seconds(took))
	}
	if at.Status != 0 {
		r.Answer = strconv.Itoa(at.Status)
	}
	if at.From > 0 {
		r.Bytes = f.T.T("attempts.from", "Bytes", r.Bytes, "From", f.T.Bytes(at.From))
	}
	if at.Result == task.AttemptRunning { // the rest is told when it has ended
		r.Bytes = ""
		if at.From > 0 {
			r.Bytes = f.T.T("attempts.goes_on", "From", f.T.Bytes(at.From))
		}
	}
	return r
}

// attemptStatus shows a result in the colours of files.
func attemptStatus(f Frame, result task.AttemptResult) ui.StatusProps {
	looks := map[task.AttemptResult]task.AssetState{
		task.AttemptRunning: task.SavingAsset, task.AttemptSaved: task.SavedAsset,
		task.AttemptFailed: task.FailedAsset, task.AttemptInterrupted: task.Pending,
	}
	p := AssetStatusOf(f.T, looks[result])
	p.Text = f.T.T("attempts." + string(result))
	return p
}
