package app

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/reelback/reelback/internal/live"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// The data of live news, as the pages' script expects it.
type (
	taskNews struct {
		Provider string `json:"provider"`
		TaskID   string `json:"task_id"`
	}
	deliveryNews struct {
		ID       int64        `json:"id"`
		Source   string       `json:"source"`
		Outcome  task.Outcome `json:"outcome"`
		Provider string       `json:"provider"`
		TaskID   string       `json:"task_id"`
	}
)

// tellDelivery passes on that a delivery is on disk, and wakes the saver where it brought work.
func (a *App) tellDelivery(d task.Delivery, c store.Committed) {
	a.books.Kept(c.Outcome, c.ID, d.ReceivedAt)
	a.radar.Stir()
	if c.Work {
		a.saver.Wake()
	}
	if c.Outcome != task.Refused {
		a.asker.Wake()
	}
	if !a.hub.Watching() {
		return
	}
	a.hub.Publish(live.News{Name: "delivery", Data: deliveryNews{ID: c.ID, Source: d.Source,
		Outcome: c.Outcome, Provider: d.Provider, TaskID: d.TaskID}})
	if c.Outcome != task.Refused {
		a.hub.Publish(live.News{Name: "task",
			Data: taskNews{Provider: d.Provider, TaskID: d.TaskID}})
	}
}

// tellTask passes on that a task has changed.
func (a *App) tellTask(t task.Task) {
	a.radar.Stir()
	a.hub.Publish(live.News{Name: "task", Data: taskNews{Provider: t.Provider, TaskID: t.TaskID}})
}

// tellSaved passes on that a file of a task has come out one way or the other, after which the
// task may want a cover.
func (a *App) tellSaved(t task.Task) {
	a.covers.Wake()
	a.tellTask(t)
}

// tellRegistered passes on that an application has told of a task, about which the provider may
// have to be asked.
func (a *App) tellRegistered(t task.Task) {
	a.asker.Wake()
	a.tellTask(t)
}

// tellChecked passes on that the provider's record has changed a task.
func (a *App) tellChecked(c store.Checked) {
	if c.Work {
		a.saver.Wake()
	}
	a.tellTask(c.Task)
}

// tellRoom passes on that saving pauses for want of room on the disk, or goes on.
func (a *App) tellRoom(bool) { a.hub.Publish(live.News{Name: "room", Data: struct{}{}}) }

// tellWrites passes on that nothing can be written any more, or that it can again.
func (a *App) tellWrites() { a.hub.Publish(live.News{Name: "room", Data: struct{}{}}) }

// register publishes the sums that are kept elsewhere.
func (a *App) register(r prometheus.Registerer) {
	sum := func(name, help string, value func() int64) {
		r.MustRegister(prometheus.NewCounterFunc(
			prometheus.CounterOpts{Name: name, Help: help},
			func() float64 { return float64(value()) }))
	}
	sum("reelback_deliveries_refused_total", "Deliveries turned away since the start.",
		func() int64 { return a.inbox.Counts().Refused })
	sum("reelback_deliveries_refused_unkept_total",
		"Of those, not kept because too many came at once.",
		func() int64 { return a.inbox.Counts().RefusedLost })
	if a.asker != nil {
		sum("reelback_callbacks_repaired_total",
			"Lost callbacks that the provider's record stood in for.", a.asker.Repaired)
	}
	r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "reelback_saving_paused",
		Help: "1 while saving pauses for want of room on the disk."}, func() float64 {
		if a.saver.Short() {
			return 1
		}
		return 0
	}))
	r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "reelback_storing_fails",
		Help: "1 while nothing can be written to the database, so that callbacks are answered 503."},
		func() float64 {
			if a.writes.Trouble() != task.NoTrouble {
				return 1
			}
			return 0
		}))
	sum("reelback_unknown_source_total", "Requests for a source that does not exist.",
		func() int64 { return a.inbox.Counts().UnknownSource })
	a.registerTally(r)
	a.registerRadar(r)
	a.registerFiles(r)
}
