package work

import (
	"math"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// claimedFile is an asset of a task that somebody fetches.
func claimedFile(key int64) store.Claimed {
	return store.Claimed{Asset: task.Asset{Task: key, Role: task.Video},
		Task: task.Task{Provider: "kie", TaskID: "t"}}
}

func TestTheMeterTellsTwiceASecondAndOnceOfTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		news := make(chan task.Traffic, 100)
		m := NewMeter(nil, func(tr task.Traffic) { news <- tr })
		for i := range 100 { // ten seconds of 1,000 bytes each
			for key := range int64(3) {
				m.Moved(claimedFile(key), int64(i*100), 20_000)
			}
			time.Sleep(100 * time.Millisecond) // of the bubble
		}
		for key := range int64(3) {
			m.Ended(claimedFile(key))
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		close(news)
		told := drained(news)
		if len(told) < 19 || len(told) > 21 {
			t.Errorf("told %d times in ten seconds", len(told))
		}
		last := told[len(told)-1]
		if len(last) != 0 {
			t.Errorf("at the end there is %+v", last)
		}
		before := told[len(told)-2]
		left, known := before.Left()
		if len(before) != 3 || math.Abs(before.Speed()-3000) > 300 || !known ||
			left < 9*time.Second || left > 12*time.Second {
			t.Errorf("before, %+v at %v, %v left", before, before.Speed(), left)
		}
	})
}

func TestAFileThatStandsStillLosesItsSpeed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var news atomic.Pointer[task.Traffic]
		m := NewMeter(nil, func(tr task.Traffic) { news.Store(&tr) })
		m.Moved(claimedFile(1), 0, 0)
		time.Sleep(100 * time.Millisecond) // so that nothing moves at the very moment it is told of
		for i := range 11 {
			m.Moved(claimedFile(1), int64(i*1000), 0)
			time.Sleep(time.Second)
		}
		synctest.Wait()
		if f := (*news.Load())[0]; f.Total != 0 || math.Abs(f.Speed-1000) > 200 {
			t.Errorf("moving: %+v", f)
		}
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if f := (*news.Load())[0]; f.Speed > 1 || f.Bytes != 10_000 {
			t.Errorf("half a minute later: %+v", f)
		}
		m.Ended(claimedFile(1))
		time.Sleep(time.Second)
	})
}

func TestWhatIsThereFromBeforeIsNoSpeed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := NewMeter(nil, func(task.Traffic) {})
		m.Moved(claimedFile(1), 1<<30, 2<<30) // resumed
		if f := m.Traffic()[0]; f.Speed != 0 || f.Bytes != 1<<30 {
			t.Errorf("at the beginning: %+v", f)
		}
		time.Sleep(time.Second)
		m.Moved(claimedFile(1), 1<<30+500, 2<<30)
		if f := m.Traffic()[0]; f.Speed != 500 {
			t.Errorf("a second later: %+v", f)
		}
		m.Moved(claimedFile(1), 100, 2<<30) // the server could not go on
		if f := m.Traffic()[0]; f.Speed != 0 || f.Bytes != 100 {
			t.Errorf("from the beginning again: %+v", f)
		}
		m.Ended(claimedFile(1))
		time.Sleep(time.Second)
	})
}

// drained returns what is in a channel that is closed.
func drained(news <-chan task.Traffic) (told []task.Traffic) {
	for tr := range news {
		told = append(told, tr)
	}
	return told
}
