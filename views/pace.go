package views

import (
	"strings"
	"time"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// newPace tells how far an open asset has come; without words while it is not on its way.
func newPace(f Frame, t task.Task, a task.Asset, bar bool) ui.PaceProps {
	p := ui.PaceProps{Key: assetPath(t, a), Percent: -1, Bar: bar, Label: assetText(f, t, a)}
	moving, ok := f.Traffic.Find(t, a)
	if !ok {
		return p
	}
	left, known := moving.Left()
	done := f.T.T("pace.done", "Done", f.T.Bytes(moving.Bytes))
	if moving.Total > 0 {
		p.Percent = int(min(moving.Bytes*100/moving.Total, 100))
		done = f.T.T("pace.of", "Done", f.T.Bytes(moving.Bytes), "All", f.T.Bytes(moving.Total))
	}
	p.Text = paceText(f, done, moving.Speed, left, known)
	return p
}

// trafficText tells of all files under way together.
func trafficText(f Frame) string {
	if len(f.Traffic) == 0 {
		return ""
	}
	left, known := f.Traffic.Left()
	return paceText(f, f.T.N("pace.files", len(f.Traffic)), f.Traffic.Speed(), left, known)
}

// trafficShort is speed and time left alone, for where there is little room.
func trafficShort(f Frame) string {
	var parts []string
	if speed := f.Traffic.Speed(); speed >= 1 {
		parts = append(parts, f.T.T("pace.speed", "Speed", f.T.Bytes(int64(speed))))
	}
	if left, known := f.Traffic.Left(); known && len(f.Traffic) > 0 {
		unit, n := span(left)
		parts = append(parts, f.T.T("span."+unit, "N", n))
	}
	return strings.Join(parts, " · ")
}

// paceText adds speed and time left to what is said first, as far as they are known.
func paceText(f Frame, first string, speed float64, left time.Duration, known bool) string {
	parts := []string{first}
	if speed >= 1 {
		parts = append(parts, f.T.T("pace.speed", "Speed", f.T.Bytes(int64(speed))))
	}
	if known {
		unit, n := span(left)
		parts = append(parts, f.T.T("pace.left", "Left", f.T.T("span."+unit, "N", n)))
	}
	return strings.Join(parts, f.T.T("pace.and"))
}

// paceWords are the same words for the script, which puts sizes and times in.
func paceWords(f Frame) map[string]string {
	return map[string]string{
		"pace.of":    f.T.T("pace.of", "Done", "{n}", "All", "{all}"),
		"pace.done":  f.T.T("pace.done", "Done", "{n}"),
		"pace.speed": f.T.T("pace.speed", "Speed", "{n}"),
		"pace.left":  f.T.T("pace.left", "Left", "{n}"),
		"pace.and":   f.T.T("pace.and"),
		"pace.one":   strings.Replace(f.T.N("pace.files", 1), "1", "{n}", 1),
		"pace.files": strings.Replace(f.T.N("pace.files", 2), "2", "{n}", 1),
	}
}
