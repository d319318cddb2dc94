package app

import (
	"fmt"
	"io"
)

// greet says where the program is reached and what to give to the provider: the addresses at the
// last door, which is the public one where there are two.
func (a *App) greet(out io.Writer, doors []*door) {
	origin := localOrigin(doors[0].listener.Addr().String())
	fmt.Fprintf(out, "Reelback is listening on %s%s/\n", origin, a.links.Base())
	public := localOrigin(doors[len(doors)-1].listener.Addr().String())
	if public != origin {
		fmt.Fprintf(out, "At %s%s/ strangers reach callbacks, health and static files, "+
			"and nothing else.\n", public, a.links.Base())
	}
	fmt.Fprintln(out)
	a.greetFirst(out, a.links.WithOrigin(origin))
	fmt.Fprintln(out, "Callback addresses, one for each source (the last part is a secret):")
	links := a.links.WithOrigin(public)
	_ = printSources(out, links, newest(a.Sources()), a.cfg.CallbackAuth == "open")
	fmt.Fprintln(out)
	for _, risk := range Risks(a.cfg) {
		fmt.Fprintf(out, "Note: %s\n", risk.Sentence(a.words))
	}
}
