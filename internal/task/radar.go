package task

import (
	"strconv"
	"time"
)

// Alarm is how near the death of a link is: the most pressing of three steps.
type Alarm string

// The alarms, from the first to the last.
const (
	Alarm72h Alarm = "72h"
	Alarm24h Alarm = "24h"
	Alarm2h  Alarm = "2h"
)

// Alarms lists the alarms, the most pressing first.
func Alarms() []Alarm { return []Alarm{Alarm2h, Alarm24h, Alarm72h} }

// Within is how long a link has at most that is warned of so.
func (w Alarm) Within() time.Duration {
	switch w {
	case Alarm2h:
		return 2 * time.Hour
	case Alarm24h:
		return 24 * time.Hour
	default:
		return SoonWithin
	}
}

// AlarmOf returns the alarm that a time left deserves, empty for more than three days.
func AlarmOf(left time.Duration) Alarm {
	for _, w := range Alarms() {
		if left < w.Within() {
			return w
		}
	}
	return ""
}

// Vanishing is a file not yet saved whose link has come within another step of its death.
type Vanishing struct {
	Task  Task // without its assets
	Asset Asset
	Alarm Alarm
}

// Standing is what is to be feared for a file, to filter tasks by.
type Standing string

// The standings.
const (
	StandingSoon Standing = "soon" // not yet saved, and its link dies within SoonWithin
	StandingDead Standing = "dead" // not yet saved, and the last attempt found its link dead
	StandingLost Standing = "lost" // given up
)

// Standings lists the standings in the order in which pages show them.
func Standings() []Standing { return []Standing{StandingSoon, StandingDead, StandingLost} }

// Answered is the reason of an attempt that met an answer other than the file.
func Answered(status int) string { return "the server answered " + strconv.Itoa(status) }

// DeadAnswers are the statuses with which servers speak of dead links.
func DeadAnswers() []int { return []int{401, 403, 404, 410} }

// DeadReasons are the reasons of attempts that found their link dead.
func DeadReasons() []string {
	reasons := make([]string, 0, len(DeadAnswers()))
	for _, status := range DeadAnswers() {
		reasons = append(reasons, Answered(status))
	}
	return reasons
}
