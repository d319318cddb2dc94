package work

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

const (
	// meterEvery is how often the traffic is told while there is any.
	meterEvery = 500 * time.Millisecond
	// meterMemory is how far back a speed looks: long enough to be read, short enough to be true.
	meterMemory = 3 * time.Second
	// meterStep is the least time a speed is measured over.
	meterStep = 200 * time.Millisecond
)

// Meter measures the files that are on their way here. It writes nothing down.
type Meter struct {
	now  func() time.Time
	told func(task.Traffic)

	mu      sync.Mutex
	begun   int64
	moving  map[string]*moving
	ticking bool
}

// moving is one file on its way.
type moving struct {
	task.Fetching
	number int64 // files keep the order in which they began
	seen   time.Time
	before int64 // the bytes there at that time
}

// NewMeter returns a meter that tells of the traffic at a bounded rate, and once of its end.
func NewMeter(now func() time.Time, told func(task.Traffic)) *Meter {
	if now == nil {
		now = time.Now
	}
	return &Meter{now: now, told: told, moving: make(map[string]*moving)}
}

// Moved notes how far the file of a claimed asset has come; total is 0 where it is not known.
func (m *Meter) Moved(c store.Claimed, done, total int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	f := m.moving[partKey(c.Asset)]
	if f == nil || done < f.Bytes { // it began anew
		m.begun++
		f = &moving{number: m.begun, seen: now, before: done, Fetching: task.Fetching{
			Provider: c.Task.Provider, TaskID: c.Task.TaskID, Role: c.Asset.Role,
			Index: c.Asset.Index}}
		m.moving[partKey(c.Asset)] = f
	}
	f.Bytes, f.Total = done, total
	f.measure(now)
	m.tick()
}

// Ended notes that the file of an asset is no longer on its way, whole or not.
func (m *Meter) Ended(c store.Claimed) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.moving, partKey(c.Asset))
}

// Traffic returns the files on their way, those that began first before the others.
func (m *Meter) Traffic() task.Traffic {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	all := make([]*moving, 0, len(m.moving))
	for _, f := range m.moving {
		f.measure(now) // a file that stands still has no speed, and nobody else says so
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *moving) int { return cmp.Compare(a.number, b.number) })
	traffic := make(task.Traffic, len(all))
	for i, f := range all {
		traffic[i] = f.Fetching
	}
	return traffic
}

// measure brings the speed up to now.
func (f *moving) measure(now time.Time) {
	passed := now.Sub(f.seen)
	if passed < meterStep || f.Speed == 0 && f.Bytes == f.before {
		return
	}
	speed := float64(f.Bytes-f.before) / passed.Seconds()
	if f.Speed > 0 {
		weight := 1 - math.Exp(-passed.Seconds()/meterMemory.Seconds())
		speed = f.Speed + weight*(speed-f.Speed)
	}
	f.Speed, f.seen, f.before = speed, now, f.Bytes
}

// tick has the traffic told from time to time until there is none.
func (m *Meter) tick() {
	if m.ticking {
		return
	}
	m.ticking = true
	time.AfterFunc(meterEvery, func() {
		traffic := m.Traffic()
		m.told(traffic)
		m.mu.Lock()
		defer m.mu.Unlock()
		m.ticking = false
		if len(traffic) > 0 {
			m.tick()
		}
	})
}
