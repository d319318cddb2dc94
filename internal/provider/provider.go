// Package provider is what the dialects of all providers share: the Dialect interface, the parsed
// document they read, and the errors by which they say that a body cannot be read. A dialect turns
// a document into a task.Report and nothing else: it knows no clock, no network and no store.
package provider

import "github.com/reelback/reelback/internal/task"

// Dialect reads one shape in which a provider calls back.
type Dialect interface {
	// Name tells the dialect from the provider's others: "veo4k".
	Name() string
	// Product is the product of the tasks whose callbacks have this shape: "veo3.1".
	Product() string
	// Recognises says how well the document fits. It must be cheap: every dialect is asked.
	Recognises(doc Document) Fit
	// Read makes a report of a document that fits. The error is a *ShapeError.
	Read(doc Document) (task.Report, error)
}

// Fit is how well a document fits a dialect.
type Fit int

// The fits, from worst to best.
const (
	Foreign  Fit = iota // another dialect's, or nobody's
	Possible            // nothing contradicts, and nothing tells it from its neighbours
	Certain             // has a member that no neighbour has
)

// Pick returns the dialect the document fits best, nil when it fits none. Between equals the
// product for which own is true wins, then the earlier one: a bare failure looks the same in
// several products, and there the endpoint it arrived at is the best witness.
func Pick(dialects []Dialect, doc Document, own func(product string) bool) Dialect {
	var best Dialect
	bestFit, bestOwn := Foreign, false
	for _, d := range dialects {
		fit := d.Recognises(doc)
		if fit == Foreign || fit < bestFit {
			continue
		}
		isOwn := own(d.Product())
		if fit > bestFit || (isOwn && !bestOwn) {
			best, bestFit, bestOwn = d, fit, isOwn
		}
	}
	return best
}
