package live

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

func TestNewsReachesEveryViewer(t *testing.T) {
	t.Parallel()
	h := NewHub()
	h.Publish(News{Name: "nobody looks"})
	if h.Watching() {
		t.Error("somebody seems to be watching")
	}
	one, endOne := h.Watch()
	two, endTwo := h.Watch()
	if !h.Watching() {
		t.Error("nobody seems to be watching")
	}
	h.Publish(News{Name: "task", Data: 1})
	endOne()
	if !h.Watching() {
		t.Error("the second does not seem to be watching")
	}
	h.Publish(News{Name: "task", Data: 2})
	if got := fmt.Sprint(all(one)); got != "[1]" {
		t.Errorf("the first saw %s", got)
	}
	endTwo()
	if got := fmt.Sprint(all(two)); got != "[1 2]" {
		t.Errorf("the second saw %s", got)
	}
	if h.Watching() {
		t.Error("somebody still seems to be watching")
	}
}

// all returns the data of what is in a channel that has been closed.
func all(viewer <-chan News) (data []any) {
	for n := range viewer {
		data = append(data, n.Data)
	}
	return data
}

func TestSlowViewerMissesNewsAndHoldsUpNobody(t *testing.T) {
	t.Parallel()
	h := NewHub()
	slow, endSlow := h.Watch()
	quick, endQuick := h.Watch()
	const n = 5 * viewerBuffer
	for i := range n { // does not return if it waits for the slow one
		h.Publish(News{Data: i})
		if got := <-quick; got.Data != i {
			t.Fatalf("the quick one saw %v, want %d", got.Data, i)
		}
	}
	endSlow()
	endQuick()
	seen := all(slow)
	if len(seen) != viewerBuffer || seen[0] != 0 || seen[viewerBuffer-1] != viewerBuffer-1 {
		t.Errorf("the slow one saw %d: %v", len(seen), seen)
	}
}

func TestEndsMayComeTwiceAndAfterClose(t *testing.T) {
	t.Parallel()
	h := NewHub()
	viewer, end := h.Watch()
	_, other := h.Watch()
	end()
	end()
	h.Close()
	h.Close()
	end()
	other()
	if _, open := <-viewer; open {
		t.Error("the channel is open")
	}
	h.Publish(News{Name: "too late"})
	late, end := h.Watch()
	if _, open := <-late; open {
		t.Error("a channel of a closed hub is open")
	}
	end()
	if h.Watching() {
		t.Error("somebody seems to be watching")
	}
}

func TestCloseEndsEveryViewer(t *testing.T) {
	t.Parallel()
	h := NewHub()
	var viewers sync.WaitGroup
	for range 20 {
		viewer, _ := h.Watch()
		viewers.Go(func() { all(viewer) })
	}
	h.Close()
	viewers.Wait()
}

// TestEverythingAtOnce is for the race detector.
func TestEverythingAtOnce(t *testing.T) {
	t.Parallel()
	h := NewHub()
	var parts sync.WaitGroup
	var seen atomic.Int64
	for range 8 {
		parts.Go(func() {
			for range 200 {
				viewer, end := h.Watch()
				h.Publish(News{Name: "own"})
				if _, open := <-viewer; open {
					seen.Add(1)
				}
				end()
			}
		})
		parts.Go(func() {
			for range 500 {
				h.Publish(News{Name: "other"})
				h.Watching()
			}
		})
	}
	parts.Wait()
	if seen.Load() != 8*200 {
		t.Errorf("%d of %d viewers saw something", seen.Load(), 8*200)
	}
	for range 4 {
		parts.Go(h.Close)
		parts.Go(func() { _, end := h.Watch(); end() })
	}
	parts.Wait()
}
