package app

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/reelback/reelback/internal/diagnosis"
	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/live"
	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// rereader reads what was kept as the inbox and the asker read what comes.
type rereader struct {
	sources map[string]task.Source
	readers map[string]inbox.Reader // by provider
}

func newRereader(sources []task.Source, readers map[string]inbox.Reader) rereader {
	r := rereader{sources: make(map[string]task.Source, len(sources)), readers: readers}
	for _, src := range sources {
		r.sources[src.Name] = src
	}
	return r
}

// Delivery implements store.Reader.
func (r rereader) Delivery(source string, body []byte) (task.Report, error) {
	src, known := r.sources[source]
	reader := r.readers[src.Provider]
	if !known || reader == nil {
		return task.Report{}, store.ErrSourceGone
	}
	report, err := reader.Read(src.Product, body)
	if err != nil {
		return task.Report{}, err
	}
	if report.TaskID == "" {
		return task.Report{}, errors.New(task.ReasonNoTaskID)
	}
	report.Provider = src.Provider
	categorise(&report)
	return report, nil
}

// clockSkew is how far ahead a provider's clock may be.
const clockSkew = 5 * time.Minute

// Record implements store.Reader. Which endpoint gave the answer is not kept: the one of the
// task's product comes first, and an answer that only tells that it is about the task comes last.
func (r rereader) Record(t task.Task, raw []byte, at time.Time) (task.Record, error) {
	var unclear *kie.Record
	for _, product := range slices.Compact([]string{t.Product, kie.Market, kie.Veo, kie.Runway,
		kie.Aleph, kie.Luma}) {
		record, err := kie.ReadRecord(product, raw)
		switch {
		case err != nil, record.Report.TaskID != t.TaskID:
		case record.Report.Result == task.ResultUnclear:
			if unclear == nil {
				unclear = &record
			}
		default:
			return keptRecord(t, record, at), nil
		}
	}
	if unclear != nil {
		return keptRecord(t, *unclear, at), nil
	}
	return task.Record{}, fmt.Errorf("read the record of task %s: none reads so", t.TaskID)
}

func keptRecord(t task.Task, r kie.Record, at time.Time) task.Record {
	report := r.Report
	report.Provider = t.Provider
	for _, moment := range []*time.Time{&report.CreatedAt, &report.CompletedAt} {
		if moment.After(at.Add(clockSkew)) {
			*moment = time.Time{} // its zone was misread, and none is better
		}
	}
	categorise(&report)
	return task.Record{Report: report, Raw: r.Raw}
}

// providers are whose tasks the program knows.
func providers() []task.Provider {
	return []task.Provider{{Name: kie.Name, Products: kie.Products()}}
}

// readers are those that understand callbacks, by provider.
func readers() map[string]inbox.Reader {
	return map[string]inbox.Reader{kie.Name: kie.Reader{}}
}

// categorise says why a reported failure failed.
func categorise(r *task.Report) {
	if r.Result == task.ResultFailed {
		r.Category = diagnosis.Categorise(r.Product, r.Code, r.Message)
	}
}

// toldAtOnce is of how many tasks viewers are told at once: any more would be lost on the way, and
// lists are read again at the first.
const toldAtOnce = 50

// tellReplayed passes on what a replay has changed, and how far it is.
func (a *App) tellReplayed(r store.Replayed) {
	a.radar.Stir()
	if r.Work {
		a.saver.Wake()
	}
	if len(r.Tasks) > 0 {
		a.asker.Wake()
	}
	if !a.hub.Watching() {
		return
	}
	a.hub.Publish(live.News{Name: "replay", Data: struct{}{}})
	for _, t := range r.Tasks[:min(len(r.Tasks), toldAtOnce)] {
		a.tellTask(t)
	}
}
