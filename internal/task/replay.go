package task

import (
	"slices"
	"time"
)

// Kept is a delivery as it was kept, with what today's code reads in it.
type Kept struct {
	ID         int64
	ReceivedAt time.Time
	Outcome    Outcome // what became of it when it came, or in an earlier replay
	Reason     string
	Code       int
	Report     Report
	Trouble    string // a Left… key where today's code cannot read it at all
}

// History is all that is known of a task: what came, what the saver and people did, and what the
// provider has on file.
type History struct {
	Task       *Task  // as it stands; nil for one never heard of
	Deliveries []Kept // in order of id
	Events     []Event
	Record     *Record // the provider's last record, read by today's code; nil without one
	RecordAt   time.Time
	Trouble    string // a Left… key where the history is not whole
}

// Rebuilt is a task as today's code makes it of its history.
type Rebuilt struct {
	Task     Task        // its Assets are those that were known
	Assets   []Asset     // to be stored: new ones, and unusable ones that got a better link
	Outcomes []Reoutcome // of the deliveries that come out otherwise
	Changed  bool
}

// Reoutcome is a delivery that comes out otherwise than it did.
type Reoutcome struct {
	ID                   int64
	Before, After        Outcome // one that was refused acts on its task for the first time
	ReasonBefore, Reason string
	CodeBefore, Code     int
}

// Why a task is left alone: a replay must never make less of it than there was.
const (
	LeftTooMany    = "too_many"          // deliveries to hold at once
	LeftIncomplete = "incomplete"        // some of its deliveries are no longer kept
	LeftSource     = "source_gone"       // a delivery's source is not there any more
	LeftUnreadable = "unreadable"        // a delivery once understood cannot be read any more
	LeftOtherTask  = "other_task"        // a delivery is read as that of another task now
	LeftRecord     = "record_unreadable" // the provider's record cannot be read any more
	LeftBroken     = "broken"            // what is kept of it contradicts itself
)

// LeftAlone returns why the task cannot be rebuilt, a Left… key, or nothing.
func (h *History) LeftAlone() string {
	if h.Trouble != "" {
		return h.Trouble
	}
	known := 0
	for _, d := range h.Deliveries {
		if d.Trouble != "" {
			return d.Trouble
		}
		if h.Task != nil && d.Report.TaskID != h.Task.TaskID {
			return LeftOtherTask
		}
		if d.Outcome != Refused {
			known++
		}
	}
	if h.Task != nil && h.Task.Deliveries > known {
		return LeftIncomplete
	}
	return ""
}

// Rebuild lets the whole history act once more by today's rules: each delivery in the order in
// which it came, and between them, at their times, the provider's record and what the saver and
// people did, for all of that decides what a delivery meets. It begins with what is known from
// elsewhere (first sight, a registration, labels), so that none of it is lost.
//
// Files are matched by role and index. Known ones stay as they are: their state, place, failures
// and fresh links are facts. New ones are added, one that could not be used gets a link that can,
// and none is taken away. That the record once disagreed stays said, too.
//
// Of several records only the last is kept. It stands in for those before, whose times the
// timeline tells. What the same code makes of the same history is what is there already: then
// nothing is changed, and a second replay changes nothing either.
func Rebuild(h History, rules Rules) Rebuilt {
	r := rebuilding{history: h, rules: rules, task: h.beginning()}
	facts := h.facts()
	for _, d := range h.Deliveries {
		for len(facts) > 0 && facts[0].at.Before(d.ReceivedAt) {
			r.meet(facts[0])
			facts = facts[1:]
		}
		r.deliver(d)
	}
	for _, f := range facts {
		r.meet(f)
	}
	return r.result()
}

// beginning is the task before any delivery, nil for one never heard of.
func (h *History) beginning() *Task {
	now := h.Task
	if now == nil {
		return nil
	}
	t := &Task{
		Key: now.Key, Provider: now.Provider, TaskID: now.TaskID, ParentTaskID: now.ParentTaskID,
		Prompt: now.Prompt, Labels: now.Labels, Status: Waiting, Fallback: FallbackUnknown,
		CrossChecked: CheckNo, FirstSeenAt: now.FirstSeenAt, RegisteredAt: now.RegisteredAt,
	}
	t.Product = now.Product
	if len(h.Deliveries) > 0 {
		if first := h.Deliveries[0]; now.RegisteredAt.IsZero() ||
			now.RegisteredAt.After(first.ReceivedAt) {
			t.Product = first.Report.Product // nobody had told before it
		}
	}
	return t
}

// fact is something besides deliveries that acted on the task.
type fact struct {
	at     time.Time
	event  Event
	record bool // the provider's record
	agreed bool // an earlier record, no longer kept, that agreed with what there was
}

// facts returns what acted on the task between deliveries, in order of time.
func (h *History) facts() []fact {
	var facts []fact
	for _, e := range h.Events {
		switch e.Kind {
		case EventAttempt, EventAssetSaved, EventAssetFailed, EventAssetExpired, EventRetry,
			EventAdopted:
			facts = append(facts, fact{at: e.At, event: e})
		case EventConfirmed:
			// What the last record tells may be quite another thing: a failure that the provider
			// itself took back.
			facts = append(facts, fact{at: e.At, record: true, agreed: e.At.Before(h.RecordAt)})
		case EventDisagrees, EventRepaired:
			facts = append(facts, fact{at: e.At, record: true})
		}
	}
	if h.Record != nil {
		facts = append(facts, fact{at: h.RecordAt, record: true})
	}
	slices.SortStableFunc(facts, func(a, b fact) int { return a.at.Compare(b.at) })
	return facts
}

// rebuilding is a task on its way through its history.
type rebuilding struct {
	history  History
	rules    Rules
	task     *Task // nil before the first delivery of one never heard of
	outcomes []Reoutcome
	stoodIn  bool // the last record has acted at the time of an earlier one
}

func (r *rebuilding) deliver(d Kept) {
	if d.Reason == ReasonSignatureReused {
		r.count(d) // whoever sent it had captured the signature, and that is so for good
		return
	}
	progress := d.Report.Result == ResultRunning && (d.Outcome == Applied || d.Outcome == Repeated)
	if progress && d.Reason == ReasonStillRunning && d.Code == d.Report.Code && r.task != nil {
		r.count(d) // it came too late then, perhaps for a record that is no longer kept
		return
	}
	rules := r.rules
	if d.Outcome == Applied || d.Outcome == Repeated || d.Outcome == Conflicting {
		// Whether the provider could be asked then may not be what it is today.
		rules.Asks = d.Reason == ReasonAgainstRecord
	}
	c := Apply(r.task, d.Report, d.ReceivedAt, rules)
	r.take(c.Task, c.Assets)
	if progress && d.Code == d.Report.Code && (c.Outcome == Applied || c.Outcome == Repeated) {
		return // whether progress was news hung on records that are not kept, and matters little
	}
	if c.Outcome != d.Outcome || c.Reason != d.Reason || d.Report.Code != d.Code {
		r.outcomes = append(r.outcomes, Reoutcome{ID: d.ID, Before: d.Outcome, After: c.Outcome,
			ReasonBefore: d.Reason, Reason: c.Reason, CodeBefore: d.Code, Code: d.Report.Code})
	}
}

// count lets a delivery act that changes nothing.
func (r *rebuilding) count(d Kept) {
	t := start(r.task, d.Report, d.ReceivedAt)
	t.Deliveries++
	if t.FirstDeliveryAt.IsZero() {
		t.FirstDeliveryAt = d.ReceivedAt
	}
	r.task = &t
}

// meet lets something besides a delivery act.
func (r *rebuilding) meet(f fact) {
	if r.task == nil {
		return
	}
	if !f.record {
		r.handle(f.event)
		return
	}
	if record := r.history.Record; record != nil {
		c := Confirm(*r.task, *record, f.at, r.rules)
		if f.agreed && c.Event == EventDisagrees && r.task.CrossChecked == CheckNo {
			// It was another record, one that agreed.
			t := *r.task
			t.CrossChecked = CheckConfirmed
			r.task = &t
			return
		}
		r.take(c.Task, c.Assets)
		r.stoodIn = r.stoodIn || !f.at.Equal(r.history.RecordAt)
	}
}

// handle lets the saver or a person act on a file.
func (r *rebuilding) handle(e Event) {
	a := find(r.task.Assets, ReportFile{Role: e.Role, Index: e.Index})
	if a == nil {
		return
	}
	switch e.Kind {
	case EventRetry:
		a.State, a.Failures = Pending, 0
	case EventAdopted:
		a.State, a.Failures, a.Error = Pending, 0, ""
		a.SourceURL = r.history.adoptedLink(e)
	case EventAttempt:
		a.State, a.Failures = Pending, a.Failures+1
	case EventAssetSaved:
		a.State = SavedAsset
	case EventAssetFailed:
		a.State, a.Failures = FailedAsset, a.Failures+1
	case EventAssetExpired:
		a.State, a.Failures = ExpiredAsset, a.Failures+1
	}
	if r.task.Status != Failed {
		r.task.Status = DeriveStatus(r.task.Assets)
	}
}

// take goes on with a changed task and its changed assets.
func (r *rebuilding) take(t Task, changed []Asset) {
	for _, a := range changed {
		if known := find(t.Assets, ReportFile{Role: a.Role, Index: a.Index}); known != nil {
			*known = a
			continue
		}
		t.Assets = append(t.Assets, a)
	}
	r.task = &t
}
