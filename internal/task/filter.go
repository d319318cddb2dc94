package task

import "time"

// Filter selects tasks. Within a field the values are alternatives; the fields all apply.
type Filter struct {
	Statuses    []Status
	Categories  []Category
	Products    []string
	Fallbacks   []Fallback
	Resolutions []string
	Moves       []Party    // whose move it is
	Files       []Standing // what is to be feared for a file of the task
	Query       string     // part of an id, a label, a link, a message or a prompt
	From        time.Time  // first seen at or after; zero is open
	To          time.Time  // first seen before; zero is open
}

// Empty says whether the filter lets every task through.
func (f Filter) Empty() bool {
	return len(f.Statuses) == 0 && f.EmptyButStatus()
}

// EmptyButStatus says whether the filter narrows by nothing but status.
func (f Filter) EmptyButStatus() bool {
	return len(f.Categories) == 0 && len(f.Products) == 0 && len(f.Fallbacks) == 0 &&
		len(f.Resolutions) == 0 && len(f.Moves) == 0 && len(f.Files) == 0 && f.Query == "" &&
		f.From.IsZero() && f.To.IsZero()
}

// DeliveryFilter selects deliveries, in the manner of Filter.
type DeliveryFilter struct {
	Outcomes []Outcome
	Sources  []string
	TaskID   string
	ID       int64     // of the one delivery; 0 for any
	From     time.Time // received at or after; zero is open
	To       time.Time // received before; zero is open
}

// Page is a slice of a listing, newest first.
type Page struct {
	Before int64 // only keys below this one; 0 starts at the newest
	Limit  int   // 1 to MaxLimit
}

// The bounds of Page.Limit.
const (
	DefaultLimit = 50
	MaxLimit     = 500
)

// Clamp returns the page with a limit in its bounds; 0 and less become the default.
func (p Page) Clamp() Page {
	switch {
	case p.Limit <= 0:
		p.Limit = DefaultLimit
	case p.Limit > MaxLimit:
		p.Limit = MaxLimit
	}
	return p
}

// Overview is the state of the whole in a few numbers.
type Overview struct {
	Saved          int // assets safely kept
	Open           int // assets still to be saved
	Soon           int // open assets whose link dies within SoonWithin
	Within24h      int // of those
	Within2h       int
	SoonestAt      time.Time // when the first of those dies; zero without any
	Dead           int       // open assets whose last attempt found the link dead
	Lost           int       // assets given up
	LastDeliveryAt time.Time
}

// SoonWithin is how close the end of a link must be for its asset to count as vanishing soon.
const SoonWithin = 72 * time.Hour
