//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/sim"
)

// attack makes trouble until its context ends, and says when it is in full swing.
type attack func(ctx context.Context, t *testing.T, p *program, ready func())

// The bounds that hold under every attack. They are wide: a callback usually takes 10 ms and the
// program some 60 MB, but the race detector multiplies both.
const (
	worstMedian = time.Second
	worstOfAll  = 10 * time.Second // the provider waits for 15
	mostMemory  = 1 << 30
)

// TestAttacksHoldUpNoCallback plays one attack after the other, all from this machine. Meanwhile
// a provider sends a day of callbacks, and each is taken at the first attempt. It is not parallel,
// so that nothing else is measured. The program may have 1,024 open files, as on many systems, so
// that connections are what it can run out of.
func TestAttacksHoldUpNoCallback(t *testing.T) {
	p := startUnder(t, []string{"sh", "-c", `ulimit -n 1024; exec "$@"`, "sh"}, t.TempDir(),
		"--fetch-allow", loopback, "--log-level", "error")
	for n, a := range []struct {
		name string
		run  attack
	}{
		{"nothing", func(_ context.Context, _ *testing.T, _ *program, ready func()) { ready() }},
		{"a byte at a time", both(
			dribble("POST /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: ", "a", 0),
			dribble("POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n", " ", 408))},
		{"idle connections", crowdIn},
		{"header bombs", bombs(headerBomb)},
		{"endless bodies", bombs(endlessBody)},
		{"chunked bodies", bombs(endlessChunks)},
		{"nested bodies", bombs(nestedBody)},
		{"refused callbacks", bombs(refusedCallback)},
		{"slow readers", slowReaders},
	} {
		t.Run(a.name, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			var attacker sync.WaitGroup
			underWay := make(chan struct{})
			ready := sync.OnceFunc(func() { close(underWay) })
			attacker.Go(func() {
				defer ready()
				a.run(ctx, t, p, ready)
			})
			<-underWay
			took := p.daySent(t, uint64(n+1))
			memory := p.memory(t)
			stop()
			attacker.Wait()
			slices.Sort(took)
			median, worst := took[len(took)/2], took[len(took)-1]
			t.Logf("%d callbacks: median %v, p99 %v, worst %v; %d MB", len(took), median,
				took[len(took)*99/100], worst, memory>>20)
			if median > worstMedian || worst > worstOfAll {
				t.Errorf("median %v, worst %v: callbacks were held up", median, worst)
			}
			if memory > mostMemory {
				t.Errorf("%d MB are in memory", memory>>20)
			}
		})
	}
}

// daySent has the provider send a day twice and returns how long each callback took.
func (p *program) daySent(t *testing.T, seed uint64) []time.Duration {
	t.Helper()
	var took []time.Duration
	provider, err := sim.New(sim.Options{MediaURL: "http://127.0.0.1:1", Seed: seed,
		Retries: []time.Duration{}, Pause: 15 * time.Millisecond,
		OnAttempt: func(a sim.Attempt) {
			took = append(took, a.Took)
			if !a.Accepted() {
				t.Errorf("a callback was answered %d, %v", a.Status, a.Err)
			}
		}})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time they are repeated
		if _, err := provider.Send(t.Context(), sim.Target(p.sources), sim.Day(seed)); err != nil {
			t.Fatal(err)
		}
	}
	return took
}

var resident = regexp.MustCompile(`VmRSS:\s+(\d+) kB`)

// memory is what the program has in memory, in bytes; 0 where the system does not tell.
func (p *program) memory(t *testing.T) int64 {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		t.Logf("the memory is not measured: %v", err)
		return 0
	}
	m := resident.FindSubmatch(text)
	if m == nil {
		t.Fatalf("no resident memory in:\n%s", text)
	}
	kilobytes, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}
