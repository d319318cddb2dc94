package views

import (
	"time"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
)

// lossStories are the page of lost callbacks.
func lossStories() []story {
	one := func(name string, in func(f Frame) LossInput) story {
		return story{name, route.Loss, NavDeliveries, func(f Frame) templ.Component {
			return LossPage(f, NewLoss(f, in(f)))
		}}
	}
	return []story{
		one("loss", storyLoss),
		one("loss-none", func(f Frame) LossInput {
			in := storyLoss(f)
			in.Silent, in.Repairs = 0, nil
			in.Loss.Sum.Repaired, in.Loss.Sum.Lost = 0, 0
			for i := range in.Loss.Days {
				in.Loss.Days[i].Repaired, in.Loss.Days[i].Lost = 0, 0
			}
			return in
		}),
		one("loss-nokey", func(f Frame) LossInput {
			days := storyLoss(f).Loss.Days
			for i := range days {
				days[i].Tally = task.Tally{}
			}
			return LossInput{Loss: task.Loss{Days: days}, Limit: 50}
		}),
	}
}

// storyLoss is a month that began after a week, with more on some days and a bad day in it.
func storyLoss(f Frame) LossInput {
	in := LossInput{CanAsk: true, Limit: 50, Silent: 2, Repairs: storyRepairs(f.Now)}
	for i := range 30 {
		d := task.DayTally{Day: f.Now.UTC().Truncate(24*time.Hour).AddDate(0, 0, -i)}
		if i < 23 {
			n := int64(900 + 331*(i*7%5) - 20*i)
			d.Tally = task.Tally{Applied: n, Repeated: n / 9, Conflicting: int64(i % 3),
				Refused: int64(i * i % 13), Repaired: int64(i * 5 % 7),
				Answers: task.AnswerTimes{N: n, P50: 2900 * time.Microsecond,
					P99: time.Duration(21+i) * time.Millisecond,
					Max: time.Duration(40+13*i) * time.Millisecond}}
		}
		if i == 11 {
			d.Repaired, d.Lost, d.Busy, d.Answers.Max = 311, 12, 40, 10*time.Second
		}
		in.Loss.Days = append(in.Loss.Days, d)
		s := &in.Loss.Sum
		s.Applied, s.Repeated = s.Applied+d.Applied, s.Repeated+d.Repeated
		s.Conflicting, s.Refused = s.Conflicting+d.Conflicting, s.Refused+d.Refused
		s.Repaired, s.Lost, s.Busy = s.Repaired+d.Repaired, s.Lost+d.Lost, s.Busy+d.Busy
	}
	in.Loss.All = in.Loss.Sum
	in.Loss.Sum.Answers = task.AnswerTimes{N: 1, P50: 2900 * time.Microsecond,
		P99: 34 * time.Millisecond, Max: 10 * time.Second}
	return in
}
