package work

import (
	"net/url"
	"sync"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// hosts counts the attempts under way at each host, so that one slow host does not take every
// worker and none is asked for more than it would give a browser.
type hosts struct {
	limit int

	mu      sync.Mutex
	now     map[string]int
	starved time.Time // when every file that was due was found to be of a busy host
}

// starvedFor is how long nothing is looked for again when only files of busy hosts are due, unless
// one of their places is given back. Callbacks may come by the thousand meanwhile, each with files
// of the same host, and looking holds up the one writer.
const starvedFor = 250 * time.Millisecond

// starve notes that nothing but files of busy hosts is due.
func (h *hosts) starve(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.starved = now
}

// feedsAt returns when it is worth looking for files again; the zero time means at once.
func (h *hosts) feedsAt(now time.Time) time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	if again := h.starved.Add(starvedFor); !h.starved.IsZero() && now.Before(again) {
		return again
	}
	return time.Time{}
}

func newHosts(limit int) *hosts { return &hosts{limit: limit, now: make(map[string]int)} }

// busy lists the hosts at which nothing more is to be begun.
func (h *hosts) busy() (list []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for host, n := range h.now {
		if n >= h.limit {
			list = append(list, host)
		}
	}
	return list
}

func (h *hosts) take(a task.Asset) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now[hostOf(a)]++
}

func (h *hosts) give(a task.Asset) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.starved = time.Time{}
	host := hostOf(a)
	if h.now[host]--; h.now[host] == 0 {
		delete(h.now, host)
	}
}

func hostOf(a task.Asset) string {
	u, err := url.Parse(a.SourceURL)
	if err != nil {
		return ""
	}
	return u.Host
}
