package views

import (
	"strconv"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// LossChart draws a bar a day: what was received, with what was repaired and lost on top. Across
// it is measured in percent of the room there is, so that words keep their size on a phone.
type LossChart struct {
	Label string // what can be seen, for who cannot
	Top   string // the number at the upper line
	Bars  []LossBar
}

// LossBar is a day, its oldest at the left.
type LossBar struct {
	Title  string
	Parts  []BarPart
	Mark   string // the day in short under some of the bars; empty under the others
	MarkX  string
	Anchor string // the side of MarkX that the mark is on
}

// BarPart is one colour of a bar.
type BarPart struct {
	Status              string // what the colour is chosen by
	X, Y, Width, Height string
}

// The chart from top to bottom, in pixels.
const (
	ChartHeight   = 184
	chartTop      = 20 // the upper line
	chartBottom   = 160
	ChartMarkLine = 178
	thinnest      = 3 // of a part that is not nothing, so that one in ten thousand is seen
	markEvery     = 7
)

func newLossChart(f Frame, days []task.DayTally) LossChart {
	most, sum := int64(0), task.Tally{}
	for _, d := range days {
		most = max(most, d.Received()+d.Missed())
		sum.Applied += d.Received()
		sum.Repaired, sum.Lost = sum.Repaired+d.Repaired, sum.Lost+d.Lost
	}
	ceiling := roundUp(most)
	c := LossChart{Top: f.T.Int(ceiling), Label: f.T.T("loss.chart.label", "Days", len(days),
		"Received", f.T.Int(sum.Applied), "Repaired", f.T.Int(sum.Repaired),
		"Lost", f.T.Int(sum.Lost))}
	for i := len(days) - 1; i >= 0; i-- {
		c.Bars = append(c.Bars, newLossBar(f, days[i], len(days)-1-i, len(days), ceiling))
	}
	return c
}

// newLossBar draws the bar at a place of so many.
func newLossBar(f Frame, d task.DayTally, place, of int, ceiling int64) LossBar {
	slot := 100 / float64(of)
	left := float64(place) * slot
	bar := LossBar{Title: f.T.T("loss.chart.day", "Day", d.Day.Format(time.DateOnly),
		"Received", f.T.Int(d.Received()), "Repaired", f.T.Int(d.Repaired),
		"Lost", f.T.Int(d.Lost))}
	foot := float64(chartBottom)
	for _, part := range []struct {
		status string
		n      int64
	}{
		{string(task.Applied), d.Received()},
		{string(task.Generating), d.Repaired},
		{string(task.Failed), d.Lost},
	} {
		if part.n <= 0 {
			continue
		}
		height := max(float64(part.n)/float64(ceiling)*(chartBottom-chartTop), thinnest)
		foot -= height
		bar.Parts = append(bar.Parts, BarPart{Status: part.status,
			X: fraction(left+slot*0.15) + "%", Width: fraction(slot*0.7) + "%",
			Y: fraction(foot), Height: fraction(height)})
	}
	switch back := of - 1 - place; {
	case back == 0:
		bar.Mark, bar.MarkX, bar.Anchor = d.Day.Format("01-02"), "100%", "end"
	case back%markEvery == 0:
		bar.Mark, bar.MarkX, bar.Anchor = d.Day.Format("01-02"), fraction(left+slot/2)+"%", "middle"
	}
	return bar
}

// roundUp returns the next number with one digit before its zeros, 5 or more, that is not below n.
func roundUp(n int64) int64 {
	for unit := int64(1); ; unit *= 10 {
		for _, times := range []int64{1, 2, 3, 4, 5, 6, 8} {
			if top := unit * times; top >= max(n, 5) {
				return top
			}
		}
	}
}

func fraction(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }
