package views

import (
	"time"

	"github.com/reelback/reelback/views/ui"
)

// timeRange is a span of time up to now that a facet offers.
type timeRange struct {
	unit string // of the catalogue's spans
	n    int
	span time.Duration
}

func timeRanges() []timeRange {
	const day = 24 * time.Hour
	return []timeRange{{"hour", 1, time.Hour}, {"hour", 24, day}, {"day", 7, 7 * day},
		{"day", 30, 30 * day}}
}

// timeFacet narrows by time. Its links carry the moment a range begins, so that a link handed
// on shows the same; while that moment is recent the facet still calls it by the range's name.
func timeFacet(f Frame, id string, from, to time.Time,
	link func(from, to time.Time) string) ui.FacetProps {
	p := newFacet(f, id, link(time.Time{}, time.Time{}))
	p.Value = timeValue(f, from, to)
	for _, r := range timeRanges() {
		text := f.T.T("span."+r.unit, "N", r.n)
		start := f.Now.Add(-r.span).Truncate(time.Minute)
		p.Options = append(p.Options, ui.FacetOption{
			Text: text, URL: link(start, time.Time{}), On: p.Value == text})
	}
	return p
}

// timeValue prints a chosen span of time; nothing when it is open at both ends.
func timeValue(f Frame, from, to time.Time) string {
	switch {
	case from.IsZero() && to.IsZero():
		return ""
	case from.IsZero():
		return f.T.T("facet.until", "Time", f.shortTime(to))
	case !to.IsZero():
		return f.T.T("facet.between", "From", f.shortTime(from), "To", f.shortTime(to))
	}
	for _, r := range timeRanges() {
		drift := f.Now.Sub(from) - r.span
		if drift >= 0 && drift < r.span/12 {
			return f.T.T("span."+r.unit, "N", r.n)
		}
	}
	return f.T.T("facet.since", "Time", f.shortTime(from))
}

// shortTime prints a moment without its seconds, and without its time of day at midnight.
func (f Frame) shortTime(t time.Time) string {
	t = t.In(f.zone())
	if t.Equal(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, t.Location())) {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.DateOnly + " " + minuteLayout)
}
