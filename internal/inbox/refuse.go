package inbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// maxRefusedWait is how long an answer waits for a refused delivery to be on disk.
const maxRefusedWait = 2 * time.Second

// turnedAway is a refused delivery on its way to the disk; done is closed when it got there.
type turnedAway struct {
	delivery task.Delivery
	done     chan struct{}
}

// refuse keeps a delivery that is turned away and returns the refusal. It has a queue of its
// own and gives up early: only an accepted delivery is promised to be there.
func (in *Inbox) refuse(ctx context.Context, src task.Source, d task.Delivery, why error) error {
	refusal := &Refusal{Reason: why.Error()}
	in.refusedCount.Add(1)
	if !in.limits.allow(d.RemoteAddr) {
		in.refusedLost.Add(1)
		return refusal
	}
	d.Reason, d.Provider, d.Outcome = refusal.Reason, "", task.Refused
	// What it says it is about is found with the task, and trusted no further.
	if report, err := in.o.Readers[src.Provider].Read(src.Product, d.Body); err == nil {
		d.TaskID = report.TaskID
	}
	if d.Truncated {
		d.Body = bytes.Clone(d.Body[:min(len(d.Body), KeptOfTooLarge)])
	}
	away := turnedAway{delivery: d, done: make(chan struct{})}
	if !in.queueRefused(away) {
		in.refusedLost.Add(1)
		return refusal
	}
	ctx, cancel := context.WithTimeout(ctx, maxRefusedWait)
	defer cancel()
	select {
	case <-away.done:
	case <-ctx.Done():
	case <-in.stopped:
	}
	return refusal
}

// queueRefused says whether there was room in the queue, by number and by bytes.
func (in *Inbox) queueRefused(away turnedAway) bool {
	size := int64(len(away.delivery.Body))
	if in.refusedWaiting.Add(size) <= refusedQueueBytes {
		select {
		case in.refused <- away:
			return true
		default:
		}
	}
	in.refusedWaiting.Add(-size)
	return false
}

// keepRefused stores refused deliveries until the context ends and the queue is empty.
func (in *Inbox) keepRefused(ctx context.Context) {
	for {
		select {
		case away := <-in.refused:
			in.keep([]turnedAway{away})
		case <-ctx.Done():
			if len(in.refused) == 0 {
				return
			}
			in.keep(nil)
		}
	}
}

// keep stores the given refused deliveries with those that wait behind them.
func (in *Inbox) keep(batch []turnedAway) {
	for len(batch) < maxBatch && len(in.refused) > 0 {
		batch = append(batch, <-in.refused)
	}
	deliveries := make([]task.Delivery, len(batch))
	for i, away := range batch {
		deliveries[i] = away.delivery
		in.refusedWaiting.Add(-int64(len(away.delivery.Body)))
		defer close(away.done)
	}
	ctx, cancel := context.WithTimeout(context.Background(), maxWait)
	defer cancel()
	err := in.o.Keeper.KeepRefused(ctx, deliveries)
	if err != nil {
		err = errors.Join(fmt.Errorf("keep %d refused deliveries: %w", len(batch), err), ctx.Err())
	}
	in.o.Wrote(err)
	if err != nil {
		in.refusedLost.Add(int64(len(batch)))
		return
	}
	for _, d := range deliveries {
		in.o.Committed(d, store.Committed{ID: d.ID, Outcome: task.Refused, Reason: d.Reason})
	}
}

// Counts are sums since the start of the process.
type Counts struct {
	Refused       int64 // deliveries turned away
	RefusedLost   int64 // of these, not kept because too many came at once
	UnknownSource int64 // requests for a source that does not exist
}

// Counts returns the sums so far.
func (in *Inbox) Counts() Counts {
	return Counts{Refused: in.refusedCount.Load(), RefusedLost: in.refusedLost.Load(),
		UnknownSource: in.unknownSource.Load()}
}

// How many refused deliveries of one address are kept: so many a second, after a first burst.
const (
	refusedPerSecond = 20
	refusedBurst     = 60
)

// limits holds one limiter an address, or a network of IPv6 such as one customer gets. The map is
// emptied when it grows past its bound: an attacker with that many addresses gets a fresh burst,
// and memory stays bounded.
type limits struct {
	now func() time.Time

	mu sync.Mutex
	by map[string]*rate.Limiter
}

const maxAddresses = 10_000

func newLimits(now func() time.Time) *limits {
	return &limits{now: now, by: make(map[string]*rate.Limiter)}
}

func (l *limits) allow(addr string) bool {
	addr = network(addr)
	l.mu.Lock()
	defer l.mu.Unlock()
	limiter, ok := l.by[addr]
	if !ok {
		if len(l.by) >= maxAddresses {
			clear(l.by)
		}
		limiter = rate.NewLimiter(refusedPerSecond, refusedBurst)
		l.by[addr] = limiter
	}
	return limiter.AllowN(l.now(), 1)
}

// network returns what stands for an address: the first half of one of IPv6, else all of it.
func network(addr string) string {
	ip, err := netip.ParseAddr(addr)
	if err != nil || ip.Unmap().Is4() {
		return addr
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}
