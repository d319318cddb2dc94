package sim

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Summary counts what a Send did.
type Summary struct {
	Callbacks  int // in the scenario
	Dropped    int // of them never sent
	Duplicates int // sent a second time on purpose
	Attempts   int // requests made
	Retries    int // of them after a failed one
	Accepted   int // sendings answered with 200 in time, duplicates included
	GivenUp    int // sendings never accepted; like the provider, Send calls that no error
}

// Attempt is one request and its answer.
type Attempt struct {
	Callback  Callback
	Duplicate bool
	Number    int // 1 for the first
	Of        int // how many there can be
	Status    int // 0 without an answer
	Err       error
	Took      time.Duration
}

// Accepted says whether the provider counts the attempt as delivered: exactly 200.
func (a Attempt) Accepted() bool { return a.Err == nil && a.Status == 200 }

// Send sends the callbacks of a scenario as the provider does and returns when each has been
// accepted or given up. The error is ctx's, or says what is wrong with the target; nothing is
// sent then.
func (p *Provider) Send(ctx context.Context, to Target, s Scenario) (Summary, error) {
	addresses := make([]string, len(s.Callbacks))
	for i, c := range s.Callbacks {
		address, err := to.address(c.Product)
		if err != nil {
			return Summary{}, fmt.Errorf("send %s: %w", s.Name, err)
		}
		addresses[i] = address
	}
	steps, dropped := plan(len(s.Callbacks), p.opt.Faults, newRand(p.opt.Seed, "plan"))
	run := &run{
		provider: p,
		slots:    make(chan struct{}, p.opt.Concurrency),
		summary:  Summary{Callbacks: len(s.Callbacks), Dropped: dropped},
	}
	bodies := make([]string, len(s.Callbacks))
	story := p.begin(s, addresses)
	var wg sync.WaitGroup
	for n, step := range steps {
		if !run.turn(ctx, n) {
			break
		}
		c := s.Callbacks[step.index]
		story.reach(step.index + 1)
		if bodies[step.index] == "" { // a duplicate repeats the links of the first
			bodies[step.index] = c.render(addresses[step.index], p.links.link)
		}
		post := p.newPost(c, addresses[step.index], bodies[step.index])
		wg.Go(func() { run.deliver(ctx, post, step.repeat) })
	}
	if ctx.Err() == nil {
		story.reach(len(s.Callbacks))
	}
	wg.Wait()
	return run.summary, ctx.Err()
}

// run is one Send under way.
type run struct {
	provider *Provider
	slots    chan struct{} // a token for every request on its way

	mu      sync.Mutex
	summary Summary
}

// turn waits until the n-th step may go; false when ctx has ended.
func (r *run) turn(ctx context.Context, n int) bool {
	if n > 0 && r.provider.opt.Pause > 0 && r.provider.opt.Wait(ctx, r.provider.opt.Pause) != nil {
		return false
	}
	return r.acquire(ctx)
}

func (r *run) acquire(ctx context.Context) bool {
	if ctx.Err() != nil {
		return false
	}
	select {
	case r.slots <- struct{}{}:
		return true
	case <-ctx.Done():
		return false
	}
}

// deliver makes attempts until one is accepted or all are used up. It holds a slot on entry, and
// none while it waits, so that one callback waiting for its retry does not hold up the others.
func (r *run) deliver(ctx context.Context, post post, duplicate bool) {
	retries := r.provider.opt.Retries
	for number := 1; ; number++ {
		attempt := r.provider.try(ctx, post)
		<-r.slots
		attempt.Duplicate, attempt.Number, attempt.Of = duplicate, number, len(retries)+1
		if ctx.Err() != nil && !attempt.Accepted() {
			return // cut off by the end of the run: no answer of the receiver's
		}
		last := number > len(retries)
		r.count(attempt, last)
		if attempt.Accepted() || last {
			return
		}
		if r.provider.opt.Wait(ctx, retries[number-1]) != nil || !r.acquire(ctx) {
			return
		}
	}
}

func (r *run) count(a Attempt, last bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := &r.summary
	s.Attempts++
	switch {
	case a.Number > 1:
		s.Retries++
	case a.Duplicate:
		s.Duplicates++
	}
	switch {
	case a.Accepted():
		s.Accepted++
	case last:
		s.GivenUp++
	}
	r.provider.opt.OnAttempt(a)
}
