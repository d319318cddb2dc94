package task

import "time"

// Record is what the provider itself has on file about a task.
type Record struct {
	Report Report
	Raw    []byte // as it came: evidence, with all the secrets it may echo
}

// Confirmation is what a record did to a task.
type Confirmation struct {
	Task   Task      // as it is now; its Assets are those known before
	Assets []Asset   // to be stored: new ones, and known ones that the record changes
	Event  EventKind // for the timeline; empty when there is nothing to tell
	Detail string    // of the event
}

// Confirm lets the provider's own record act on a task. A callback is a claim, since nothing
// covers its body; the record is the authority. It confirms what was delivered, stands in for a
// callback that was lost, and wins where the two disagree. Facts that it knows fill gaps; of times
// and costs its own count. Once the two have disagreed the task says so for good. Confirming twice
// changes nothing more, and none of the arguments is changed.
func Confirm(current Task, record Record, now time.Time, rules Rules) Confirmation {
	report := record.Report
	next := start(&current, report, now)
	fillGaps(&next, report)
	switch report.Result {
	case ResultSucceeded:
		if upgrades(report.Files) {
			return confirmUpgrade(next, report, now, rules)
		}
		return confirmSuccess(next, report, now, rules)
	case ResultFailed:
		return confirmFailure(next, report, now)
	case ResultRunning:
		if next.Status == Waiting {
			next.Status = Generating
		}
	}
	return Confirmation{Task: next}
}

// fillGaps takes over what nobody has told yet, and the times and costs of the record.
func fillGaps(t *Task, r Report) {
	for field, value := range map[*string]string{
		&t.Product: r.Product, &t.Model: r.Model, &t.ParentTaskID: r.ParentTaskID,
		&t.Resolution: r.Resolution, &t.Prompt: r.Prompt,
	} {
		if *field == "" {
			*field = value
		}
	}
	// A source for every shape cannot tell an extension from a generation; the record can.
	if t.Product == "runway" && r.Product == "runway-extend" {
		t.Product = r.Product
	}
	if t.Fallback == FallbackUnknown && r.Fallback != "" {
		t.Fallback = r.Fallback
	}
	if !r.CreatedAt.IsZero() {
		t.CreatedAt = r.CreatedAt
	}
	if ended := r.Result == ResultSucceeded || r.Result == ResultFailed; ended &&
		!r.CompletedAt.IsZero() {
		t.CompletedAt = r.CompletedAt
	}
	if r.Credits > 0 {
		t.Credits = r.Credits
	}
}

func confirmSuccess(next Task, report Report, now time.Time, rules Rules) Confirmation {
	lost := next.ResultHash == 0 && next.Status != Failed
	switch {
	case len(report.Files) == 0 && !next.settled():
		// There is nothing to save and nothing to compare, so that it is asked for again.
		if next.Status == Waiting || next.Status == Generating {
			next.Status = Unconfirmed
		}
		return Confirmation{Task: next}
	case len(report.Files) == 0 && next.Status != Failed:
		return agree(next, nil)
	}
	if next.CompletedAt.IsZero() {
		next.CompletedAt = now
	}
	assets, other := relink(&next, report.Files, now, rules)
	before := next.Status
	next.Status, next.Category = statusWith(next.Assets, assets), ""
	switch {
	case lost:
		next.ResultHash = fingerprint(report.Files)
		return repair(next, report, assets, now)
	case before == Failed:
		next.ResultHash = fingerprint(report.Files)
		next.Code, next.Message = report.Code, report.Message
		return disagree(next, assets, DiffersResult)
	case other:
		next.ResultHash = fingerprint(report.Files)
		return disagree(next, assets, DiffersLinks)
	}
	return agree(next, assets)
}

func confirmFailure(next Task, report Report, now time.Time) Confirmation {
	lost := next.ResultHash == 0 && !next.Terminal()
	if next.Status == Failed {
		return agree(next, nil)
	}
	var assets []Asset
	for _, a := range next.Assets {
		if a.Open() && a.Role != Upscale {
			a.State, a.Error, a.NextTryAt = FailedAsset, ErrorRecordFailed, time.Time{}
			assets = append(assets, a)
		}
	}
	next.Status, next.Category, next.ResultHash = Failed, report.Category, 0
	if next.Category == "" {
		next.Category = UnknownCategory
	}
	if lost {
		return repair(next, report, assets, now)
	}
	next.Code, next.Message = report.Code, report.Message
	return disagree(next, assets, DiffersResult)
}

// confirmUpgrade is for a record that tells of an upscale under the id of the task: it may bring
// files that no callback has, and says nothing of the task's own links.
func confirmUpgrade(next Task, report Report, now time.Time, rules Rules) Confirmation {
	switch c := upgrade(next, report, now, rules); c.Outcome {
	case Applied:
		return repair(c.Task, report, c.Assets, now)
	default:
		return agree(next, nil)
	}
}

func repair(next Task, report Report, assets []Asset, now time.Time) Confirmation {
	next.Code, next.Message = report.Code, report.Message
	if next.CompletedAt.IsZero() {
		next.CompletedAt = now
	}
	if next.CrossChecked == CheckNo {
		next.CrossChecked = CheckConfirmed
	}
	return Confirmation{Task: next, Assets: assets, Event: EventRepaired,
		Detail: string(report.Result)}
}

func agree(next Task, assets []Asset) Confirmation {
	c := Confirmation{Task: next, Assets: assets}
	if next.CrossChecked == CheckNo {
		c.Task.CrossChecked, c.Event = CheckConfirmed, EventConfirmed
	}
	return c
}

func disagree(next Task, assets []Asset, differs string) Confirmation {
	c := Confirmation{Task: next, Assets: assets}
	if next.CrossChecked != CheckDisagrees || len(assets) > 0 {
		c.Task.CrossChecked, c.Event, c.Detail = CheckDisagrees, EventDisagrees, differs
	}
	return c
}
