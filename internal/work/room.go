package work

import (
	"log/slog"
	"sync"
	"time"
)

const (
	// largestReserve and reserveShare make the default reserve: the smaller of 2 GiB and a
	// twentieth of the disk.
	largestReserve = 2 << 30
	reserveShare   = 20
	// roomEvery is how often the space is looked at while there is too little, and only then.
	roomEvery = 2 * time.Second
	// blindPause is how long nothing is begun after the disk was full although the system says
	// that there is space: a quota has been used up, or it cannot be asked.
	blindPause = 30 * time.Second
)

// room keeps a reserve of the disk free for callbacks: below it no attempt is begun, and those
// under way stop where they are. Attempts go on by themselves once there is space.
type room struct {
	reserve int64 // in bytes; 0 is the default reserve, less is none
	space   func() (free, total int64, err error)
	now     func() time.Time
	log     *slog.Logger
	told    func(short bool) // of every change

	mu    sync.Mutex
	short bool
	until time.Time // end of a blind pause
	wary  bool      // nothing begins before twice the reserve is free
}

// wait returns how long to wait before looking again, 0 when attempts may begin.
func (r *room) wait() time.Duration {
	free, enough := r.look()
	r.mu.Lock()
	if r.wary {
		r.wary = !r.fits(free / 2) // half of it is no more than the reserve
		enough = enough && !r.wary
	}
	blind := r.until.Sub(r.now())
	short := !enough || blind > 0
	changed := short != r.short
	r.short = short
	r.mu.Unlock()
	if changed {
		r.tell(short, free)
	}
	switch {
	case !enough:
		return roomEvery
	case blind > 0:
		return blind
	}
	return 0
}

// look returns the space, and whether it leaves the reserve free. A disk that cannot be asked
// counts as empty: only writing tells then.
func (r *room) look() (free int64, enough bool) { return r.after(0) }

// fits says whether the disk can take so many bytes and leave the reserve free.
func (r *room) fits(more int64) bool {
	_, enough := r.after(more)
	return enough
}

// after is look with so many bytes more on the disk.
func (r *room) after(more int64) (free int64, enough bool) {
	free, total, err := r.space()
	if err != nil {
		return 0, true
	}
	return free, free-more >= r.least(total)
}

// least is the reserve on a disk of that size.
func (r *room) least(total int64) int64 {
	if r.reserve == 0 {
		return min(largestReserve, total/reserveShare)
	}
	return r.reserve
}

// kept is the reserve, 0 where the disk cannot be asked.
func (r *room) kept() int64 {
	_, total, err := r.space()
	if err != nil {
		return 0
	}
	return max(r.least(total), 0)
}

// full notes that the disk has refused a write.
func (r *room) full() {
	if _, enough := r.look(); enough {
		r.mu.Lock()
		r.until = r.now().Add(blindPause)
		r.mu.Unlock()
	}
	r.wait() // tells at once
}

// tight notes that a file has found too little room. Where less than twice the reserve is free, the
// others wait as well, until there is more; it says whether they do.
func (r *room) tight() bool {
	r.mu.Lock()
	r.wary = true
	r.mu.Unlock()
	return r.wait() > 0
}

// isShort says whether attempts are held back.
func (r *room) isShort() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.short
}

func (r *room) tell(short bool, free int64) {
	if short {
		r.log.Warn("saving pauses until the disk has room", "free", free)
	} else {
		r.log.Info("saving goes on: the disk has room again", "free", free)
	}
	r.told(short)
}
