package query

import (
	"net/url"
	"strings"

	"github.com/reelback/reelback/internal/task"
)

// ParseDeliveries reads a filter of deliveries, in the manner of ParseTasks.
func ParseDeliveries(q url.Values) (task.DeliveryFilter, error) {
	f := task.DeliveryFilter{
		Sources: values(q, Source),
		TaskID:  strings.TrimSpace(q.Get(TaskID)),
	}
	var err error
	if f.Outcomes, err = oneOf(q, Outcome, task.Outcomes()); err != nil {
		return task.DeliveryFilter{}, err
	}
	if f.From, err = instant(q, From, false); err != nil {
		return task.DeliveryFilter{}, err
	}
	if f.To, err = instant(q, To, true); err != nil {
		return task.DeliveryFilter{}, err
	}
	return f, nil
}

// Deliveries writes a filter of deliveries as ParseDeliveries reads it.
func Deliveries(f task.DeliveryFilter) url.Values {
	q := url.Values{}
	set(q, Outcome, f.Outcomes)
	set(q, Source, f.Sources)
	setText(q, TaskID, f.TaskID)
	setTime(q, From, f.From)
	setTime(q, To, f.To)
	return q
}
