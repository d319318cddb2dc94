package task

import "slices"

// Provider is a company whose callbacks the program understands.
type Provider struct {
	Name     string
	Products []string // the most used first
}

// The warnings about a registration that nothing here can follow. It is taken all the same: a
// newer version may know the name.
const (
	WarnUnknownProvider Warning = "unknown_provider"
	WarnUnknownProduct  Warning = "unknown_product"
)

// UnknownTo returns what of a registration no provider is known for. Such a task waits for a
// callback that does not come, or is never asked about.
func (r *Registration) UnknownTo(providers []Provider) []Warning {
	at := slices.IndexFunc(providers, func(p Provider) bool { return p.Name == r.Provider })
	switch {
	case at < 0:
		return []Warning{WarnUnknownProvider}
	case !slices.Contains(providers[at].Products, r.Product):
		return []Warning{WarnUnknownProduct}
	}
	return nil
}
