// Package live tells those who are looking that something changed. It carries news, not pages:
// each viewer has its own language and filter and reads again what it shows.
package live

import "sync"

// News is one message to the viewers.
type News struct {
	Name string // of the event: "task", "delivery", "progress", "replay", "room", "radar"
	Data any    // marshals to a JSON object
}

// viewerBuffer is how much news may wait for one viewer before some is left out.
const viewerBuffer = 64

// Hub passes news on to every viewer. It never waits for one.
type Hub struct {
	mu      sync.Mutex
	viewers map[chan News]struct{}
	closed  bool
}

// NewHub returns a hub without viewers.
func NewHub() *Hub { return &Hub{viewers: make(map[chan News]struct{})} }

// Watching says whether anybody is looking, so that costly news need not be gathered for nobody.
func (h *Hub) Watching() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.viewers) > 0
}

// Publish passes news on. A viewer that is too slow misses it and reads again at the next.
func (h *Hub) Publish(n News) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for viewer := range h.viewers {
		select {
		case viewer <- n:
		default:
		}
	}
}

// Watch returns a channel of news and a function that ends it. The channel is closed when the
// watching or the hub ends.
func (h *Hub) Watch() (<-chan News, func()) {
	viewer := make(chan News, viewerBuffer)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(viewer)
		return viewer, func() {}
	}
	h.viewers[viewer] = struct{}{}
	return viewer, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		if _, watching := h.viewers[viewer]; watching {
			delete(h.viewers, viewer)
			close(viewer)
		}
	}
}

// Close ends the watching of every viewer.
func (h *Hub) Close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for viewer := range h.viewers {
		delete(h.viewers, viewer)
		close(viewer)
	}
}
