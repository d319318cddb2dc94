package task

import "time"

// Fetching is a file on its way here.
type Fetching struct {
	Provider string
	TaskID   string
	Role     Role
	Index    int
	Bytes    int64   // here already
	Total    int64   // 0 where the server does not say
	Speed    float64 // in bytes a second, smoothed; 0 while it is not known
}

// Left returns how long the rest will take at this speed; false where that is not known.
func (f Fetching) Left() (time.Duration, bool) {
	if f.Total <= 0 || f.Speed <= 0 {
		return 0, false
	}
	return seconds(float64(max(f.Total-f.Bytes, 0)) / f.Speed), true
}

// Traffic are the files on their way here just now.
type Traffic []Fetching

// Find returns the file of an asset; false where it is not on its way.
func (t Traffic) Find(of Task, a Asset) (Fetching, bool) {
	for _, f := range t {
		if f.Provider == of.Provider && f.TaskID == of.TaskID && f.Role == a.Role &&
			f.Index == a.Index {
			return f, true
		}
	}
	return Fetching{}, false
}

// Speed is that of all together.
func (t Traffic) Speed() float64 {
	sum := 0.0
	for _, f := range t {
		sum += f.Speed
	}
	return sum
}

// Left returns how long the rest of all will take at the speed of all. It is not known where any
// file does not say how long it is.
func (t Traffic) Left() (time.Duration, bool) {
	rest := int64(0)
	for _, f := range t {
		if f.Total <= 0 {
			return 0, false
		}
		rest += max(f.Total-f.Bytes, 0)
	}
	speed := t.Speed()
	if len(t) == 0 || speed <= 0 {
		return 0, false
	}
	return seconds(float64(rest) / speed), true
}

// longestLeft bounds a time left, which for a stalled file grows beyond all measure.
const longestLeft = 99 * 24 * time.Hour

func seconds(s float64) time.Duration {
	if s >= longestLeft.Seconds() {
		return longestLeft
	}
	return time.Duration(s * float64(time.Second))
}
