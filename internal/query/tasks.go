package query

import (
	"net/url"
	"strings"

	"github.com/reelback/reelback/internal/task"
)

// ParseTasks reads a filter of tasks. Unknown parameters are passed over; a value that cannot
// be understood is an *Error.
func ParseTasks(q url.Values) (task.Filter, error) {
	f := task.Filter{
		Products:    values(q, Product),
		Resolutions: values(q, Resolution),
		Query:       strings.TrimSpace(q.Get(Words)),
	}
	var err error
	if f.Statuses, err = oneOf(q, Status, task.Statuses()); err != nil {
		return task.Filter{}, err
	}
	if f.Categories, err = oneOf(q, Category, task.Categories()); err != nil {
		return task.Filter{}, err
	}
	if f.Fallbacks, err = oneOf(q, Fallback, task.Fallbacks()); err != nil {
		return task.Filter{}, err
	}
	if f.Moves, err = oneOf(q, Move, Moves()); err != nil {
		return task.Filter{}, err
	}
	if f.Files, err = oneOf(q, Files, task.Standings()); err != nil {
		return task.Filter{}, err
	}
	if f.From, f.To, err = span(q); err != nil {
		return task.Filter{}, err
	}
	return f, nil
}

// Moves lists the parties a filter can ask for.
func Moves() []task.Party {
	return []task.Party{task.Creator, task.Operator, task.ProviderParty, task.NobodyKnows}
}

// Tasks writes a filter of tasks as ParseTasks reads it.
func Tasks(f task.Filter) url.Values {
	q := url.Values{}
	set(q, Status, f.Statuses)
	set(q, Category, f.Categories)
	set(q, Product, f.Products)
	set(q, Fallback, f.Fallbacks)
	set(q, Resolution, f.Resolutions)
	set(q, Move, f.Moves)
	set(q, Files, f.Files)
	setText(q, Words, f.Query)
	setTime(q, From, f.From)
	setTime(q, To, f.To)
	return q
}
