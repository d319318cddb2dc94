package views

import (
	"strconv"
	"time"

	"github.com/reelback/reelback/views/ui"
)

// The layouts of times that a script can recognise and turn into another zone.
const (
	exactLayout  = "2006-01-02 15:04:05"
	secondLayout = "15:04:05"
	minuteLayout = "15:04"
)

// Exact prints a moment in the viewer's zone, "2026-11-21 14:41:27"; nothing for the zero time.
func (f Frame) Exact(t time.Time) string { return f.format(t, exactLayout) }

// Clock prints the time of day in the viewer's zone, "14:41".
func (f Frame) Clock(t time.Time) string { return f.format(t, minuteLayout) }

// ClockSeconds prints the time of day in the viewer's zone, "14:41:27".
func (f Frame) ClockSeconds(t time.Time) string { return f.format(t, secondLayout) }

// Ago prints how long ago a moment was, or how far ahead it lies, in one unit: "2 min ago".
func (f Frame) Ago(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	unit, n := span(f.Now.Sub(t))
	if t.After(f.Now) {
		return f.T.T("in."+unit, "N", n)
	}
	return f.T.T("ago."+unit, "N", n)
}

// Left prints the time from now to a moment in one unit, "31 h"; nothing left is "0 s".
func (f Frame) Left(t time.Time) string {
	unit, n := span(max(t.Sub(f.Now), 0))
	return f.T.T("span."+unit, "N", n)
}

// Day names the day of a moment: "Today", "Yesterday", else its date.
func (f Frame) Day(t time.Time) string {
	switch f.DayKey(t) {
	case f.DayKey(f.Now):
		return f.T.T("day.today")
	case f.DayKey(f.Now.In(f.zone()).AddDate(0, 0, -1)):
		return f.T.T("day.yesterday")
	default:
		return f.Date(t)
	}
}

// Date prints a day as "Saturday 21 November", with the year when it is not this one.
func (f Frame) Date(t time.Time) string {
	t = t.In(f.zone())
	id := "day.date"
	if t.Year() != f.Now.In(f.zone()).Year() {
		id = "day.dateYear"
	}
	return f.T.T(id, "Weekday", f.T.T("weekday.d"+strconv.Itoa(int(t.Weekday()))),
		"Day", t.Day(), "Month", f.T.T("month.m"+strconv.Itoa(int(t.Month()))), "Year", t.Year())
}

// DayKey prints the day of a moment in the viewer's zone, "2026-11-21", to group by.
func (f Frame) DayKey(t time.Time) string { return f.format(t, time.DateOnly) }

// dayStart is the moment the viewer's day of a moment begins.
func (f Frame) dayStart(t time.Time) time.Time {
	y, m, d := t.In(f.zone()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, f.zone())
}

// TimeAgo is a moment told relative to now.
func (f Frame) TimeAgo(t time.Time) ui.TimeProps {
	p := f.TimeAs(t, f.Ago(t))
	p.Relative = true
	return p
}

// TimeAs is a moment told in the given words.
func (f Frame) TimeAs(t time.Time, text string) ui.TimeProps {
	return ui.TimeProps{ISO: t.UTC().Format(time.RFC3339), Text: text, Title: f.Exact(t)}
}

func (f Frame) format(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(f.zone()).Format(layout)
}

// span picks the unit a length is best told in. Hours go up to three days, because that is where
// the difference between 31 and 55 hours still matters to somebody.
func span(d time.Duration) (unit string, n int) {
	d = d.Abs()
	switch {
	case d < time.Minute:
		return "second", int(d / time.Second)
	case d < time.Hour:
		return "minute", int(d / time.Minute)
	case d < 72*time.Hour:
		return "hour", int(d / time.Hour)
	default:
		return "day", int(d / (24 * time.Hour))
	}
}
