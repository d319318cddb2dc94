package web

import (
	"context"

	"github.com/reelback/reelback/internal/task"
)

// Radar knows the state of the whole, as it was a moment ago.
type Radar interface {
	Look(ctx context.Context) (task.Overview, error)
}

// storeRadar asks the store each time.
type storeRadar struct{ *Server }

// Look implements Radar.
func (r storeRadar) Look(ctx context.Context) (task.Overview, error) {
	return r.Store.Overview(ctx, r.Now())
}
