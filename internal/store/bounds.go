package store

import (
	"sync/atomic"
	"time"
)

// bounds keep what anybody can make grow from filling the disk or holding up the rest.
type bounds struct {
	refusedRows  int64 // refused deliveries that are kept
	refusedBytes int64 // their headers and bodies together
	refusedAge   time.Duration
	auditRows    int64 // lines of the audit trail
	counted      int   // tasks that CountTasks looks at one by one
	previewed    int64 // tasks that PreviewReplay rebuilds
	replayPage   int   // deliveries that a replay looks at in one step
	replayChunk  int   // tasks that a replay stores in one transaction
}

func defaultBounds() bounds {
	return bounds{refusedRows: 10_000, refusedBytes: 64 << 20, refusedAge: 30 * 24 * time.Hour,
		auditRows: 100_000, counted: 10_000, previewed: 10_000, replayPage: 2000, replayChunk: 100}
}

// growth is what has come to the refused deliveries since the last time they were cut back.
type growth struct{ rows, bytes atomic.Int64 }

func (g *growth) add(deliveries []deliveryRow, bodies []bodyRow) {
	g.rows.Add(int64(len(deliveries)))
	for i := range bodies {
		g.bytes.Add(int64(len(bodies[i].Headers) + len(bodies[i].Body)))
	}
}

func (g *growth) reset() {
	g.rows.Store(0)
	g.bytes.Store(0)
}

// tooMuch says whether waiting for the next round of the house-keeping could exceed the bounds
// by more than an eighth.
func (g *growth) tooMuch(b bounds) bool {
	return g.rows.Load() > b.refusedRows/8 || g.bytes.Load() > b.refusedBytes/8
}
