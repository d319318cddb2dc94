package query

import (
	"net/url"
	"strconv"
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
	if f.ID, err = number(q, ID); err != nil {
		return task.DeliveryFilter{}, err
	}
	if f.From, f.To, err = span(q); err != nil {
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
	if f.ID > 0 {
		q.Set(ID, strconv.FormatInt(f.ID, 10))
	}
	setTime(q, From, f.From)
	setTime(q, To, f.To)
	return q
}

// number returns the positive number a parameter gives, 0 when it gives none.
func number(q url.Values, param string) (int64, error) {
	text := strings.TrimSpace(q.Get(param))
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 {
		return 0, &Error{Param: param, Value: text, Want: WantNumber}
	}
	return n, nil
}
