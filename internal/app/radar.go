package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/reelback/reelback/internal/live"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/work"
)

// trafficNews are the files on their way, as the pages' script expects them.
type trafficNews struct {
	Files []progressNews `json:"files"`
	Speed float64        `json:"speed"` // in bytes a second
	Left  float64        `json:"left"`  // in seconds; below 0 where it is not known
}

type progressNews struct {
	Provider string    `json:"provider"`
	TaskID   string    `json:"task_id"`
	Role     task.Role `json:"role"`
	Index    int       `json:"index"`
	Bytes    int64     `json:"bytes"`
	Total    int64     `json:"total"` // 0 where it is not known
	Speed    float64   `json:"speed"`
	Left     float64   `json:"left"`
}

// buildRadar makes what tells how far saving has come.
func (a *App) buildRadar() {
	a.meter = work.NewMeter(time.Now, a.tellTraffic)
	a.radar = &work.Radar{Sky: a.store, Now: time.Now, Log: a.log,
		Warned:  func(v task.Vanishing) { a.tellTask(v.Task) },
		Changed: func() { a.hub.Publish(live.News{Name: "radar", Data: struct{}{}}) }}
}

// tellTraffic passes on how far the files on their way have come.
func (a *App) tellTraffic(t task.Traffic) {
	if !a.hub.Watching() {
		return
	}
	news := trafficNews{Files: make([]progressNews, len(t)), Speed: t.Speed(),
		Left: secondsLeft(t.Left())}
	for i, f := range t {
		news.Files[i] = progressNews{Provider: f.Provider, TaskID: f.TaskID, Role: f.Role,
			Index: f.Index, Bytes: f.Bytes, Total: f.Total, Speed: f.Speed,
			Left: secondsLeft(f.Left())}
	}
	a.hub.Publish(live.News{Name: "progress", Data: news})
}

func secondsLeft(d time.Duration, known bool) float64 {
	if !known {
		return -1
	}
	return d.Seconds()
}

// wake tells the saver that there may be work, which changes what there is to be seen.
func (a *App) wake() {
	a.radar.Stir()
	a.saver.Wake()
}

// registerRadar publishes what is not safe.
func (a *App) registerRadar(r prometheus.Registerer) {
	gauge := func(name, help string, labels prometheus.Labels, n func(task.Overview) int) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help,
			ConstLabels: labels}, func() float64 { return float64(n(a.look())) }))
	}
	gauge("reelback_assets_open", "Files still to be saved.", nil,
		func(o task.Overview) int { return o.Open })
	gauge("reelback_assets_link_dead", "Of those, files whose last attempt found the link dead.",
		nil, func(o task.Overview) int { return o.Dead })
	gauge("reelback_assets_lost", "Files given up.", nil,
		func(o task.Overview) int { return o.Lost })
	for alarm, n := range map[task.Alarm]func(task.Overview) int{
		task.Alarm72h: func(o task.Overview) int { return o.Soon },
		task.Alarm24h: func(o task.Overview) int { return o.Within24h },
		task.Alarm2h:  func(o task.Overview) int { return o.Within2h },
	} {
		gauge("reelback_assets_vanishing", "Files still to be saved whose link dies within a time.",
			prometheus.Labels{"within": string(alarm)}, n)
	}
}

// look is what the radar sees, for metrics.
func (a *App) look() task.Overview {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	o, err := a.radar.Look(ctx)
	if err != nil {
		a.log.Warn("a metric could not be read", "err", err)
	}
	return o
}
