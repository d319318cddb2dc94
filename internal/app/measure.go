package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/tally"
)

// inboxCounts are the sums that the inbox keeps.
func (a *App) inboxCounts() map[tally.Kind]int64 {
	c := a.inbox.Counts()
	return map[tally.Kind]int64{tally.Unkept: c.RefusedLost, tally.UnknownSource: c.UnknownSource}
}

// closeBooks writes what has been counted since the last writing.
func (a *App) closeBooks() error {
	if a.inbox == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	return a.books.Write(ctx)
}

// registerTally publishes what becomes of callbacks and how fast they are answered.
func (a *App) registerTally(r prometheus.Registerer) {
	for _, k := range tally.Kinds() {
		opts := prometheus.CounterOpts{Name: "reelback_callbacks_total",
			Help:        "Callbacks answered since the start, by what became of them.",
			ConstLabels: prometheus.Labels{"outcome": k.String()}}
		switch k {
		case tally.Busy:
			opts = prometheus.CounterOpts{Name: "reelback_callbacks_busy_total",
				Help: "Callbacks answered 503 since the start: they could not be stored in time."}
		case tally.UnknownSource:
			continue // of no source of ours, and published under a name of its own
		}
		r.MustRegister(prometheus.NewCounterFunc(opts, func() float64 {
			return float64(a.books.Total(k))
		}))
	}
	r.MustRegister(answerTimes{a.books})
	if a.asker != nil {
		a.registerSilence(r)
	}
}

// registerSilence publishes what is known of the callbacks that did not come.
func (a *App) registerSilence(r prometheus.Registerer) {
	ask := func(read func(context.Context) (int64, error)) func() float64 {
		return func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			n, err := read(ctx)
			if err != nil {
				a.log.Warn("a metric could not be read", "err", err)
			}
			return float64(n)
		}
	}
	r.MustRegister(
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "reelback_tasks_silent",
			Help: "Tasks silent for too long, about which the provider is being asked."},
			ask(a.store.CountSilent)),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "reelback_callbacks_lost_total",
			Help: "Callbacks lost for good: the provider had no record any more. Of all time."},
			ask(func(ctx context.Context) (int64, error) {
				return a.store.Counter(ctx, store.CounterLost)
			})),
	)
}

// answerTimes publishes the histogram that the page shows, so that the two never disagree.
type answerTimes struct{ books *tally.Books }

func (answerTimes) desc() *prometheus.Desc {
	return prometheus.NewDesc("reelback_callback_duration_seconds",
		"Time from a callback's arrival until it was answered 200 or 503.", nil, nil)
}

// Describe implements prometheus.Collector.
func (t answerTimes) Describe(out chan<- *prometheus.Desc) { out <- t.desc() }

// Collect implements prometheus.Collector.
func (t answerTimes) Collect(out chan<- prometheus.Metric) {
	n, sum, below := t.books.Answers()
	out <- prometheus.MustNewConstHistogram(t.desc(), n, sum.Seconds(), below)
}
