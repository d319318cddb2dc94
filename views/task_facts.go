package views

import (
	"net/url"
	"time"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
)

// taskFacts is the strip of times and numbers of a task.
func taskFacts(f Frame, t task.Task) []Fact {
	facts := make([]Fact, 0, 7)
	moment := func(id string, at time.Time) {
		if at.IsZero() {
			return
		}
		p := f.timelineTime(at)
		facts = append(facts, Fact{Name: f.T.T("task.fact." + id), Time: &p, Small: f.Ago(at)})
	}
	moment("created", t.CreatedAt)
	moment("first_seen", t.FirstSeenAt)
	moment("first_delivery", t.FirstDeliveryAt)
	moment("completed", t.CompletedAt)
	facts = append(facts, deliveriesFact(f, t))
	if t.Credits > 0 {
		facts = append(facts, costFact(f, t.Credits))
	}
	if at := linksDieAt(t); !at.IsZero() {
		p := f.timelineTime(at)
		fact := Fact{Name: f.T.T("task.fact.links"), Time: &p, Small: f.Ago(at)}
		if t.Status == task.Saved {
			fact.Small = f.T.T("task.fact.links_no_matter")
		}
		facts = append(facts, fact)
	}
	return facts
}

func deliveriesFact(f Frame, t task.Task) Fact {
	fact := Fact{Name: f.T.T("task.fact.deliveries"), Text: f.T.Int(int64(t.Deliveries))}
	if t.Deliveries == 0 {
		fact.Small = f.T.T("tasks.no_delivery")
		return fact
	}
	fact.URL = f.Link.Deliveries(url.Values{query.TaskID: {t.TaskID}})
	fact.Small = f.T.T("task.fact.deliveries_kept")
	return fact
}

// linksDieAt is when the first of the provider's links is expected to die.
func linksDieAt(t task.Task) time.Time {
	var first time.Time
	for i := range t.Assets {
		at := t.Assets[i].ExpiresAt
		if !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}
