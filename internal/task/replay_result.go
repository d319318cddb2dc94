package task

import "time"

// result lays the rebuilt task over what is there.
func (r *rebuilding) result() Rebuilt {
	var before Task
	if r.history.Task != nil {
		before = *r.history.Task
	}
	if r.task == nil {
		return Rebuilt{Task: before}
	}
	out := Rebuilt{Task: *r.task, Assets: r.missing(before.Assets), Outcomes: r.outcomes}
	t := &out.Task
	t.Assets = before.Assets
	if t.Status != Failed && len(t.Assets)+len(out.Assets) > 0 {
		t.Status = statusWith(t.Assets, out.Assets)
	}
	if r.stoodIn && t.ResultHash != 0 && before.ResultHash != 0 {
		t.ResultHash = before.ResultHash // of links that are signed anew in each record
	}
	if r.history.Task != nil {
		keepTold(t, before, r.history.Record != nil)
		r.tellExactly(t, before)
	}
	out.Changed = len(out.Assets) > 0 || len(out.Outcomes) > 0 || len(Alterations(before, *t)) > 0
	return out
}

// tellExactly gives a task whose deliveries read as another product now the record's name of it,
// if that tells it more exactly: the record may have acted while the task had the old name, and
// the next replay would have it act on the new one.
func (r *rebuilding) tellExactly(t *Task, before Task) {
	if record := r.history.Record; record != nil && t.Product != before.Product &&
		exacter(record.Report.Product, t.Product) {
		t.Product = record.Report.Product
	}
}

// keepTold keeps what no delivery can tell: what an application said of the task, that delivery
// and record disagreed once, and what a record said that is not kept.
func keepTold(t *Task, before Task, recorded bool) {
	if !t.RegisteredAt.IsZero() && exacter(before.Product, t.Product) {
		t.Product = before.Product
	}
	if !recorded {
		t.CrossChecked = before.CrossChecked
		if before.Credits > 0 {
			t.Credits = before.Credits
		}
	}
	if before.CrossChecked == CheckDisagrees {
		t.CrossChecked = CheckDisagrees
	}
}

// missing returns the rebuilt files that are not there yet, or there with a link of no use.
func (r *rebuilding) missing(known []Asset) (assets []Asset) {
	for _, a := range r.task.Assets {
		there := find(known, ReportFile{Role: a.Role, Index: a.Index})
		switch {
		case there == nil:
		case there.promising() || !a.Open():
			continue
		default:
			a.Claim = there.Claim
		}
		a.NextTryAt = time.Time{}
		assets = append(assets, a)
	}
	return assets
}

// StatusOf returns the status of a success by its assets.
func StatusOf(assets []Asset) Status { return statusWith(assets, nil) }
