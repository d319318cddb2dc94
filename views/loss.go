package views

import (
	"strconv"
	"time"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
)

// LossFragment is what the page of losses re-reads when something arrives or is repaired.
const LossFragment = "loss"

// LossInput is what the page of losses shows.
type LossInput struct {
	Loss    task.Loss
	Silent  int64 // tasks about which the provider is being asked because they are silent
	Repairs []task.Repair
	Limit   int                 // how many repairs are listed at most
	Span    task.DeliveryFilter // From and To choose whose repairs are listed
	CanAsk  bool                // there is a key to ask the provider with
}

// LossProps are the page of losses, ready to be shown.
type LossProps struct {
	Verdict   string // the one sentence that matters
	Cure      string // what to do about it, before Option; empty for nothing
	Option    string
	Then      string // what is to be done besides
	Silent    string // how many tasks are being asked about; empty for none
	SilentURL string
	Astray    string // how many callbacks came to no source; empty for none
	SetupURL  string // where the right addresses stand
	Period    string // of the large figures
	Figures   []Figure
	Chart     LossChart
	Days      []LossDay
	Repairs   RepairsProps
}

// Figure is a number to be seen at once.
type Figure struct {
	Name  string
	Value Number
	Notes []FigureNote
}

// FigureNote is the same number for another time.
type FigureNote struct {
	Name  string
	Value Number
}

// Number is a number that leads to what it counts.
type Number struct {
	Text string
	URL  string // empty where there is nothing to list
	Zero bool
}

// LossDay is a day as a line of the table.
type LossDay struct {
	Key     string // "2026-11-21"
	Numbers []Number
}

// NewLoss builds the page of losses.
func NewLoss(f Frame, in LossInput) LossProps {
	p := LossProps{
		Verdict: lossVerdict(f, in),
		Period:  f.T.T("loss.period", "Days", len(in.Loss.Days)),
		Figures: lossFigures(f, in),
		Chart:   newLossChart(f, in.Loss.Days),
		Repairs: newRepairs(f, in),
	}
	if !in.CanAsk {
		p.Cure, p.Option, p.Then = f.T.T("loss.cure"), "--kie-api-key", f.T.T("loss.cure_then")
	}
	if in.Silent > 0 {
		p.Silent = f.T.N("loss.silent", int(in.Silent))
		p.SilentURL = f.Link.Tasks(query.Tasks(task.Filter{
			Statuses: []task.Status{task.Waiting, task.Generating}}))
	}
	if n := in.Loss.Sum.UnknownSource; n > 0 {
		p.Astray, p.SetupURL = f.T.N("loss.astray", int(n), "Days", len(in.Loss.Days)), f.Link.Setup()
	}
	for _, d := range sinceFirst(in.Loss.Days) {
		p.Days = append(p.Days, newLossDay(f, d))
	}
	return p
}

// sinceFirst leaves out the days before the first on which there was anything, but for today.
func sinceFirst(days []task.DayTally) []task.DayTally {
	for n := len(days); n > 1; n-- {
		if !days[n-1].Empty() {
			return days[:n]
		}
	}
	return days[:min(len(days), 1)]
}

// lossVerdict says how many callbacks were lost, and how many of those were repaired.
func lossVerdict(f Frame, in LossInput) string {
	days, sum := len(in.Loss.Days), in.Loss.Sum
	lost := int(sum.Missed())
	switch {
	case lost == 0 && !in.CanAsk:
		return f.T.T("loss.unknown")
	case lost == 0:
		return f.T.T("loss.none", "Days", days)
	case sum.Lost == 0:
		return f.T.N("loss.all", lost, "Days", days)
	}
	return f.T.N("loss.some", lost, "Days", days, "Repaired", f.T.Int(sum.Repaired))
}

// span is a time whose deliveries and repairs are listed elsewhere.
type lossSpan struct{ from, to time.Time }

func daySpan(d task.DayTally) lossSpan { return lossSpan{d.Day, d.Day.AddDate(0, 0, 1)} }

// number leads to the deliveries of a span that came out in one of some ways.
func (s lossSpan) number(f Frame, n int64, outcomes ...task.Outcome) Number {
	link := Number{Text: f.T.Int(n), Zero: n == 0}
	if n > 0 && len(outcomes) > 0 {
		link.URL = deliveriesURL(f, task.DeliveryFilter{Outcomes: outcomes, From: s.from, To: s.to})
	}
	return link
}

// repaired leads to the list of what was repaired in a span.
func (s lossSpan) repaired(f Frame, n int64) Number {
	link := Number{Text: f.T.Int(n), Zero: n == 0}
	if n > 0 {
		link.URL = repairsURL(f, s.from, s.to)
	}
	return link
}

// letIn are the outcomes of deliveries that count as received.
func letIn() []task.Outcome {
	return []task.Outcome{task.Applied, task.Repeated, task.Conflicting, task.NotUnderstood}
}

func lossFigures(f Frame, in LossInput) []Figure {
	if len(in.Loss.Days) == 0 {
		return nil
	}
	today, sum, all := in.Loss.Days[0], in.Loss.Sum, in.Loss.All
	month := lossSpan{from: in.Loss.Days[len(in.Loss.Days)-1].Day}
	figure := func(id string, number func(s lossSpan, t task.Tally) Number) Figure {
		return Figure{Name: f.T.T("loss.figure." + id), Value: number(month, sum), Notes: []FigureNote{
			{f.T.T("loss.today"), number(daySpan(today), today.Tally)},
			{f.T.T("loss.in_all"), number(lossSpan{}, all)},
		}}
	}
	answer := func(id string, pick func(task.AnswerTimes) time.Duration) Figure {
		return Figure{Name: f.T.T("loss.figure." + id), Value: answerTime(sum.Answers, pick),
			Notes: []FigureNote{{f.T.T("loss.today"), answerTime(today.Answers, pick)}}}
	}
	return []Figure{
		figure("received", func(s lossSpan, t task.Tally) Number {
			return s.number(f, t.Received(), letIn()...)
		}),
		figure("refused", func(s lossSpan, t task.Tally) Number {
			return s.number(f, t.Refused+t.Unkept, task.Refused)
		}),
		figure("repaired", func(s lossSpan, t task.Tally) Number { return s.repaired(f, t.Repaired) }),
		figure("lost", func(s lossSpan, t task.Tally) Number { return s.number(f, t.Lost) }),
		answer("p50", func(a task.AnswerTimes) time.Duration { return a.P50 }),
		answer("p99", func(a task.AnswerTimes) time.Duration { return a.P99 }),
		answer("max", func(a task.AnswerTimes) time.Duration { return a.Max }),
	}
}

// answerTime is one of the answer times, nothing where none was measured.
func answerTime(a task.AnswerTimes, pick func(task.AnswerTimes) time.Duration) Number {
	if a.N == 0 {
		return Number{Text: "–", Zero: true}
	}
	return Number{Text: short(pick(a))}
}

// short prints a time of milliseconds or seconds with three digits at most. The units are the
// same in every language.
func short(d time.Duration) string {
	value, unit := float64(d)/float64(time.Millisecond), " ms"
	if d >= time.Second {
		value, unit = d.Seconds(), " s"
	}
	digits := 0
	switch {
	case value < 1:
		digits = 2
	case value < 10:
		digits = 1
	}
	return strconv.FormatFloat(value, 'f', digits, 64) + unit
}

// LossColumns lists the columns of the table by the ends of their messages' ids.
func LossColumns() []string {
	return []string{"received", "repaired", "share", "lost", "repeated", "conflicting",
		"not_understood", "refused", "unkept", "busy", "unknown_source", "p50", "p99", "max"}
}

func newLossDay(f Frame, d task.DayTally) LossDay {
	s := daySpan(d)
	share := Number{Text: "–", Zero: true}
	if d.Repaired > 0 {
		share = Number{Text: percent(d.RepairedShare())}
	}
	return LossDay{Key: d.Day.Format(time.DateOnly), Numbers: []Number{
		s.number(f, d.Received(), letIn()...),
		s.repaired(f, d.Repaired),
		share,
		s.number(f, d.Lost),
		s.number(f, d.Repeated, task.Repeated),
		s.number(f, d.Conflicting, task.Conflicting),
		s.number(f, d.NotUnderstood, task.NotUnderstood),
		s.number(f, d.Refused, task.Refused),
		s.number(f, d.Unkept),
		s.number(f, d.Busy),
		s.number(f, d.UnknownSource),
		answerTime(d.Answers, func(a task.AnswerTimes) time.Duration { return a.P50 }),
		answerTime(d.Answers, func(a task.AnswerTimes) time.Duration { return a.P99 }),
		answerTime(d.Answers, func(a task.AnswerTimes) time.Duration { return a.Max }),
	}}
}

// percent prints a share above nothing, which is never shown as nothing.
func percent(share float64) string {
	if share < 0.001 {
		return "< 0.1 %"
	}
	return strconv.FormatFloat(share*100, 'f', 1, 64) + " %"
}
