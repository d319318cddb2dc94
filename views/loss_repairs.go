package views

import (
	"time"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// RepairsAnchor is where the page of losses lists what was repaired.
const RepairsAnchor = "repaired"

// RepairsProps list what was repaired.
type RepairsProps struct {
	Title  string
	Note   string // how many there are beyond the list, or that there is none
	AllURL string // the list without its choice of time; empty without one
	Rows   []RepairRow
}

// RepairRow is a repaired callback.
type RepairRow struct {
	Key     string
	Status  ui.StatusProps // of the task by now
	TaskID  string
	TaskURL string
	Product string
	Result  string // what the record said
	At      ui.TimeProps
	Late    string // how long after the result; empty where that is not known
}

func newRepairs(f Frame, in LossInput) RepairsProps {
	p := RepairsProps{Title: f.T.T("loss.repairs.newest")}
	if from, to := in.Span.From, in.Span.To; !from.IsZero() || !to.IsZero() {
		p.Title, p.AllURL = f.T.T("loss.repairs.chosen"), repairsURL(f, time.Time{}, time.Time{})
		if from.Equal(from.UTC().Truncate(24*time.Hour)) && to.Equal(from.AddDate(0, 0, 1)) {
			p.Title = f.T.T("loss.repairs.day", "Day", from.UTC().Format(time.DateOnly))
		}
	}
	switch {
	case len(in.Repairs) == 0:
		p.Note = f.T.T("loss.repairs.none")
	case len(in.Repairs) >= in.Limit:
		p.Note = f.T.N("loss.repairs.limit", in.Limit)
	}
	for _, r := range in.Repairs {
		row := RepairRow{
			Key: r.Task.Provider + "/" + r.Task.TaskID + "@" +
				r.At.UTC().Format(time.RFC3339Nano), // a 4K version may have been lost as well
			Status:  StatusOf(f.T, r.Task.Status),
			TaskID:  r.Task.TaskID,
			TaskURL: f.Link.Task(r.Task.Provider, r.Task.TaskID),
			Product: ProductText(f.T, r.Task.Product),
			Result:  f.T.T("loss.result." + resultKey(r.Result)),
			At:      f.TimeAgo(r.At),
		}
		if late := r.Late(); late > 0 {
			unit, n := span(late)
			row.Late = f.T.T("loss.repairs.late", "Span", f.T.T("span."+unit, "N", n))
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

func resultKey(r task.Result) string {
	if r == task.ResultFailed {
		return "failed"
	}
	return "succeeded"
}

func repairsURL(f Frame, from, to time.Time) string {
	filter := task.DeliveryFilter{From: from, To: to}
	return f.Link.Loss(query.Deliveries(filter)) + "#" + RepairsAnchor
}

// RepairedText says how many lost callbacks were repaired.
func RepairedText(f Frame, n int64) string {
	if n <= 0 {
		return f.T.T("loss.title")
	}
	return f.T.N("loss.repaired_in_all", int(n))
}
