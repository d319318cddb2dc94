package app

import (
	"fmt"
	"io"

	"github.com/reelback/reelback/internal/route"
)

// greet says where the program is reached and what to give to the provider.
func (a *App) greet(out io.Writer, doors []*door) {
	origin := route.OriginAt(doors[0].listener.Addr().String(), "")
	fmt.Fprintf(out, "Reelback is listening on %s%s/\n", origin, a.links.Base())
	if len(doors) > 1 {
		public := route.OriginAt(doors[1].listener.Addr().String(), "")
		fmt.Fprintf(out, "At %s%s/ strangers reach callbacks, health and static files, "+
			"and nothing else.\n", public, a.links.Base())
	}
	fmt.Fprintln(out)
	links := a.links.WithOrigin(origin)
	a.greetFirst(out, links)
	fmt.Fprintln(out, "Callback addresses, one for each source (the last part is a secret):")
	_ = printSources(out, links, newest(a.Sources()), a.cfg.CallbackAuth == "open")
	fmt.Fprintln(out)
	for _, risk := range Risks(a.cfg) {
		fmt.Fprintf(out, "Note: %s\n", risk.Sentence(a.words))
	}
}
