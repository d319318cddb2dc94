// Package kie understands the callbacks of kie.ai: six shapes that differ in where the task id
// stands, how names are spelled and what success looks like, and one signature that does not cover
// the body. Each shape is a dialect in a file of its own. Client asks kie.ai for its own records,
// which are read with the dialects' helpers; it is the only part that knows a network. Nothing
// here decides what a report means for a task, judges a link, or says when to ask.
//
// Facts are from the provider's documentation unless a comment says that they were only seen in
// public code or are our guess.
package kie

import (
	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// Name is the provider's name in sources, tasks and reports.
const Name = "kie"

// The products.
const (
	RunwayExtend = "runway-extend"
	Runway       = "runway"
	Veo          = "veo3.1"
	Aleph        = "aleph"
	Market       = "market"
	Luma         = "luma"
)

// Dialects lists the dialects; between two that fit equally the earlier one reads.
func Dialects() []provider.Dialect {
	return []provider.Dialect{
		marketDialect{}, veo4KDialect{}, lumaDialect{},
		runwayDialect{}, veoDialect{}, alephDialect{},
	}
}

// Read reads a callback that arrived at a source of the given product, empty for a source that
// takes every shape. Another product's shape is read as that product's and noted. A document that
// names a task and is of no known shape makes a report with task.ResultUnclear. The error is a
// *provider.ShapeError: nothing could be read, not even a task id.
func Read(product string, body []byte) (task.Report, error) {
	doc, err := provider.Parse(body)
	if err != nil {
		return task.Report{}, err
	}
	return ReadDocument(product, doc)
}

// ReadDocument is Read for a body that is parsed already.
func ReadDocument(product string, doc provider.Document) (task.Report, error) {
	if env := open(doc); env.bareFailure() {
		return env.report(env.bareProduct(product))
	}
	own := func(shape string) bool { return family(product) == shape }
	dialect := provider.Pick(Dialects(), doc, own)
	if dialect == nil {
		report, err := open(doc).report(product)
		if err == nil {
			report.Result = task.ResultUnclear
		}
		return report, err
	}
	report, err := dialect.Read(doc)
	if err != nil {
		return task.Report{}, err
	}
	switch {
	case own(report.Product):
		report.Product = product
	case product != "":
		report.Note = task.NoteOtherProduct
	}
	return report, nil
}

// family returns the product under which a product's callbacks are read: an extension calls back
// in the very shape of a generation, and only the source can tell.
func family(product string) string {
	if product == RunwayExtend {
		return Runway
	}
	return product
}
