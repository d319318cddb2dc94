package task

import "time"

// Running is how busy the provider is with the tasks of a product.
type Running struct {
	Product    string
	Waiting    int
	Generating int
	Refusal    Refusal
}

// All is how many tasks are under way.
func (r Running) All() int { return r.Waiting + r.Generating }

// Refusal is the latest failure of a product because too much was asked for at once. Its time is
// zero where there was none.
type Refusal struct {
	Provider string
	TaskID   string
	Category Category
	Message  string
	At       time.Time
}

// TooMuch lists the categories by which a provider says that too much was asked for at once.
func TooMuch() []Category { return []Category{ConcurrencyLimit, RateLimited} }
