package inbox

import (
	"sync/atomic"

	"github.com/reelback/reelback/internal/store"
)

// A batch that has been committed is answered once it is on disk. The writer does not wait for
// that: it commits the next batch meanwhile, and one sync brings down whatever has been committed
// before it. On a slow disk the two take as long as each other.

// flight is a batch that is committed and on its way to the disk.
type flight struct {
	batch     []*waiting
	committed []store.Committed
}

// flights are the batches on their way, from the writer to who syncs and answers.
type flights struct {
	under  chan flight   // bounded: a disk that does not come back holds the writer up
	count  *atomic.Int64 // of those that have not landed
	landed chan struct{} // has room for one: some have landed
}

// maxFlights is how many batches may be on their way before the writer waits.
const maxFlights = 8

func newFlights() flights {
	return flights{under: make(chan flight, maxFlights), count: new(atomic.Int64),
		landed: make(chan struct{}, 1)}
}

// start is the writer's.
func (f flights) start(one flight) {
	f.count.Add(1)
	f.under <- one
}

// next returns all that have started, and none at the end.
func (f flights) next() []flight {
	first, ok := <-f.under
	if !ok {
		return nil
	}
	all := []flight{first}
	for len(f.under) > 0 { // nobody else takes any
		all = append(all, <-f.under)
	}
	return all
}

// land says that n have landed.
func (f flights) land(n int) {
	f.count.Add(-int64(n))
	select {
	case f.landed <- struct{}{}:
	default: // the writer has been told and has not looked yet
	}
}

// landAll brings batches to the disk and answers them until there will be no more.
func (in *Inbox) landAll() {
	for {
		all := in.flights.next()
		if len(all) == 0 {
			return
		}
		err := in.o.Keeper.Sync()
		in.o.Wrote(err)
		for _, one := range all {
			if err != nil {
				giveUp(one.batch, err)
				continue
			}
			in.answer(one)
		}
		in.flights.land(len(all))
	}
}

// answer tells the rest of the program first, so that whoever has its answer finds it counted.
func (in *Inbox) answer(one flight) {
	for i, w := range one.batch {
		d, c := w.in.Delivery, one.committed[i]
		d.ID, d.Outcome, d.Reason = c.ID, c.Outcome, c.Reason
		d.TaskID, d.Code = w.in.Report.TaskID, w.in.Report.Code
		in.o.Committed(d, c)
	}
	for i, w := range one.batch {
		w.done <- result{committed: one.committed[i]}
	}
}
