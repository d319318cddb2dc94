package app

import (
	"fmt"

	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/task"
)

// keptReader understands once more what has been kept, for the pages.
type keptReader struct{}

// ReadDelivery implements web.Reader.
func (keptReader) ReadDelivery(product string, d task.Delivery) (task.Report, error) {
	if d.Provider != kie.Name {
		return task.Report{}, fmt.Errorf("read delivery: unknown provider %q", d.Provider)
	}
	return kie.Read(product, d.Body)
}

// ReadRecord implements web.Reader. A task whose product has no records of its own was asked
// about everywhere, so that its record is tried in every shape.
func (keptReader) ReadRecord(provider, product string, raw []byte) (task.Record, error) {
	if provider != kie.Name {
		return task.Record{}, fmt.Errorf("read record: unknown provider %q", provider)
	}
	var first error
	for _, p := range append([]string{product}, kie.Products()...) {
		r, err := kie.ReadRecord(p, raw)
		if err == nil {
			return task.Record{Report: r.Report, Raw: r.Raw}, nil
		}
		if first == nil {
			first = err
		}
	}
	return task.Record{}, fmt.Errorf("read record: %w", first)
}
