package main

import (
	"fmt"
	"testing"
	"time"
)

// rounds is how often the parties of a comparison take turns; the median of each counts. Ratios
// hold when the machine's speed drifts.
const rounds = 3

// BenchmarkCallbacks prints how many callbacks a second are on disk and answered, beside a
// handler that only decodes, and at 64 and 256 connections beside one that stores each callback
// in a transaction of its own.
func BenchmarkCallbacks(b *testing.B) {
	c := comparison{length: 2 * time.Second, links: stallingServer(b),
		decoding: startYardstick(b, decoding), storing: startYardstick(b, storing),
		program: start(b, b.TempDir(), "--fetch-allow", loopback, "--log-level", "error")}
	c.head()
	for _, connections := range []int{1, 16, 64, 256} {
		c.run(b, connections, connections >= 64)
	}
}

// comparison drives the program and its yardsticks in turns.
type comparison struct {
	length            time.Duration // of one turn
	links             string        // where the videos are said to be
	decoding, storing string        // addresses of the yardsticks; empty for none
	program           *program
}

func (c comparison) head() {
	fmt.Printf("\n%11s  %10s %10s %10s  %7s %7s   %22s  %22s  %5s\n", "connections",
		"decoding/s", "reelback/s", "gorm/s", "ratio", "× gorm", "decoding p50/p99 ms",
		"reelback p50/p99 ms", "p99 ×")
}

func (c comparison) run(b *testing.B, connections int, withStoring bool) {
	b.Helper()
	var bare, ours, each []load
	for range rounds {
		if c.decoding != "" {
			bare = append(bare, drive(b, c.decoding, connections, c.length, c.links))
		}
		ours = append(ours, drive(b, c.program.sources["veo3.1"], connections, c.length, c.links))
		if withStoring {
			each = append(each, drive(b, c.storing, connections, c.length, c.links))
		}
	}
	x, y, z := median(bare), median(ours), median(each)
	fmt.Printf("%11d  %10.0f %10.0f %10.0f  %7.2f %7.1f   %10.1f /%10.1f  %10.1f /%10.1f  %5.1f\n",
		connections, x.rate, y.rate, z.rate, y.rate/x.rate, y.rate/z.rate, x.p50, x.p99,
		y.p50, y.p99, y.p99/x.p99)
	if c.decoding != "" {
		b.ReportMetric(y.rate/x.rate, fmt.Sprintf("ratio@%d", connections))
	}
	if withStoring {
		b.ReportMetric(y.rate/z.rate, fmt.Sprintf("×gorm@%d", connections))
	}
}
