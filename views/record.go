package views

import (
	"strconv"
	"time"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// RecordFragment is the panel of the provider's record; it comes and changes while one looks.
const RecordFragment = "task-record"

// RecordInput is the provider's own record of a task, its secrets masked.
type RecordInput struct {
	AskedAt     time.Time
	Result      task.Result // empty where the record could not be understood again
	Credits     float64     // what the task has cost; 0 when unknown
	Body        []byte
	Differences []task.Difference // to the callback, where the two disagree
	Delivery    int64             // which callback that was
}

// RecordProps are the panel, ready to be shown.
type RecordProps struct {
	Facts       []Fact
	Raw         RawProps
	Rows        []DifferenceRow
	Delivery    string // number of the callback that is compared
	DeliveryURL string
}

// DifferenceRow is something the two tell differently.
type DifferenceRow struct {
	Name     string
	Callback DifferenceCell
	Record   DifferenceCell
}

// DifferenceCell is what one of them tells.
type DifferenceCell struct {
	Text string // empty where it tells nothing
	Time *ui.TimeProps
	Mono bool
	Won  bool // the task goes by it
}

// newRecord builds the panel, nil without a record.
func newRecord(f Frame, in *RecordInput) *RecordProps {
	if in == nil {
		return nil
	}
	asked := f.timelineTime(in.AskedAt)
	p := &RecordProps{Raw: newRecordRaw(f, in.Body),
		Facts: []Fact{{Name: f.T.T("record.asked"), Time: &asked, Small: f.Ago(in.AskedAt)}}}
	if in.Result != "" {
		p.Facts = append(p.Facts, Fact{Name: f.T.T("record.field.result"),
			Text: f.T.T("record.result." + string(in.Result))})
	}
	if in.Credits > 0 {
		p.Facts = append(p.Facts, costFact(f, in.Credits))
	}
	for _, d := range in.Differences {
		p.Rows = append(p.Rows, newDifferenceRow(f, d))
	}
	if in.Delivery != 0 {
		p.Delivery, p.DeliveryURL = deliveryNumber(in.Delivery), f.Link.Delivery(in.Delivery)
	}
	return p
}

// costFact is what a task has cost.
func costFact(f Frame, credits float64) Fact {
	return Fact{Name: f.T.T("record.cost"),
		Text: f.T.T("record.credits", "N", strconv.FormatFloat(credits, 'f', -1, 64))}
}

// newRecordRaw shows the record as deliveries' bodies are shown. It has no headers worth keeping,
// and nobody can send it again.
func newRecordRaw(f Frame, body []byte) RawProps {
	p := NewRaw(f, task.Delivery{Body: body, Bytes: int64(len(body))}, "")
	p.ID, p.Curl, p.Tabs = "record", "", nil
	if p.JSON != nil {
		p.Tabs = append(p.Tabs, ui.PanelTab{ID: "json-" + p.ID, Text: "JSON"})
	}
	p.Tabs = append(p.Tabs, ui.PanelTab{ID: "raw-" + p.ID, Text: f.T.T("delivery.raw")})
	return p
}

func newDifferenceRow(f Frame, d task.Difference) DifferenceRow {
	return DifferenceRow{Name: differenceName(f, d),
		Callback: differenceCell(f, d, d.Callback, task.CallbackSide),
		Record:   differenceCell(f, d, d.Record, task.RecordSide)}
}

func differenceName(f Frame, d task.Difference) string {
	if !isLink(d.Field) {
		return f.T.T("record.field." + d.Field)
	}
	role := RoleText(f.T, task.Role(d.Field))
	if d.Index > 0 {
		role = f.T.T("task.numbered", "Role", role, "N", d.Index+1)
	}
	return f.T.T("record.field.link", "Role", role)
}

func isLink(field string) bool {
	for _, role := range task.Roles() {
		if field == string(role) {
			return true
		}
	}
	return false
}

func differenceCell(f Frame, d task.Difference, value string, side task.Side) DifferenceCell {
	cell := DifferenceCell{Text: oneLine(value), Won: d.Won == side, Mono: isLink(d.Field)}
	switch {
	case value == "":
		return cell
	case d.Field == task.FieldResult:
		cell.Text = f.T.T("record.result." + value)
	case d.Field == task.FieldFallback:
		cell.Text = FallbackText(f.T, task.Fallback(value))
	case d.Field == task.FieldCreatedAt, d.Field == task.FieldCompletedAt:
		if at, err := time.Parse(time.RFC3339, value); err == nil {
			exact := f.TimeAs(at, f.Exact(at))
			cell.Time = &exact
		}
	}
	return cell
}
