package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// retryAllowed lets files be fetched that were refused for their address and are not any more,
// because the program was started with another --fetch-allow.
func (a *App) retryAllowed(ctx context.Context) {
	allowed, err := a.cfg.Allowed()
	if err != nil {
		return // and the program does not start
	}
	names := make([]string, 0, len(allowed))
	for _, p := range allowed {
		names = append(names, fmt.Sprint(p))
	}
	slices.Sort(names)
	n, err := a.store.RetryAllowed(ctx, strings.Join(slices.Compact(names), " "))
	switch {
	case err != nil && ctx.Err() == nil:
		a.log.Error("files that may be fetched by now could not be tried again", "err", err)
	case n > 0:
		a.log.Info("files whose address is allowed by now are tried again", "assets", n)
	}
	if n > 0 {
		a.wake()
	}
}
