package work

import (
	"net/url"
	"sync"

	"github.com/reelback/reelback/internal/task"
)

// hosts counts the attempts under way at each host, so that one slow host does not take every
// worker and none is asked for more than it would give a browser.
type hosts struct {
	limit int

	mu  sync.Mutex
	now map[string]int
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
