package inbox

import (
	"errors"
	"testing"
	"testing/synctest"

	"github.com/reelback/reelback/internal/store"
)

func TestEveryOutcomeOfAWriteIsTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("no room")
		k := &keeper{fail: func([]store.Incoming) error { return full }, failRefused: full}
		var told []error
		b := setup(t, k, func(o *Options) { o.Wrote = func(err error) { told = append(told, err) } })
		b.run()
		<-b.receive(request(body(0)))
		<-b.receive(refusable(body(1)))
		synctest.Wait()
		k.mu.Lock()
		k.fail, k.failRefused = nil, nil
		k.mu.Unlock()
		<-b.receive(request(body(2)))
		<-b.receive(refusable(body(3)))
		synctest.Wait()
		if len(told) != 4 || !errors.Is(told[0], full) || !errors.Is(told[1], full) ||
			told[2] != nil || told[3] != nil {
			t.Errorf("told of %v", told)
		}
	})
}
