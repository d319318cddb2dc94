package web

import (
	"context"
	"errors"

	"github.com/reelback/reelback/internal/mask"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views"
)

// Reader understands once more what has been kept as it came.
type Reader interface {
	// ReadDelivery reads a delivery to a source of the product, empty for one of every shape.
	ReadDelivery(product string, d task.Delivery) (task.Report, error)
	// ReadRecord reads a provider's record of a task of the product.
	ReadRecord(provider, product string, raw []byte) (task.Record, error)
}

// comparedDeliveries is how many of a task's first applied deliveries are looked at for one that
// the record contradicts. News of a run are applied as well, before its end.
const comparedDeliveries = 20

// record returns the provider's record of a task, its secrets masked, nil where none is kept.
// Where it disagrees with what was called back, it says in what.
func (s *Server) record(ctx context.Context, t task.Task) (*views.RecordInput, error) {
	raw, at, err := s.Store.FindRecord(ctx, t.Key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	in := &views.RecordInput{AskedAt: at, Body: []byte(mask.Text(string(raw)))}
	record, err := s.Reader.ReadRecord(t.Provider, t.Product, raw)
	if err != nil {
		return in, nil // it is shown as it came
	}
	in.Result, in.Credits = record.Report.Result, record.Report.Credits
	if t.CrossChecked == task.CheckDisagrees {
		err = s.compare(ctx, t, record.Report, in)
	}
	return in, err
}

// compare adds in what the record differs from the first delivery with a result that was applied;
// where the two agree, it was a later one that the record contradicted.
func (s *Server) compare(
	ctx context.Context, t task.Task, record task.Report, in *views.RecordInput,
) error {
	deliveries, err := s.Store.AppliedDeliveries(ctx, t.Key, comparedDeliveries)
	if err != nil {
		return err
	}
	for _, d := range deliveries {
		report, err := s.Reader.ReadDelivery(s.productOf(d.Source), d)
		ended := report.Result == task.ResultSucceeded || report.Result == task.ResultFailed
		if err != nil || !ended {
			continue
		}
		if in.Differences = task.Compare(t, report, record); len(in.Differences) > 0 {
			in.Delivery = d.ID
			break
		}
	}
	for i := range in.Differences {
		d := &in.Differences[i]
		d.Callback, d.Record = mask.Text(d.Callback), mask.Text(d.Record)
	}
	return nil
}

// productOf is the product of a source, empty for one of every shape.
func (s *Server) productOf(source string) string {
	for _, src := range s.Sources.Sources() {
		if src.Name == source {
			return src.Product
		}
	}
	return ""
}
