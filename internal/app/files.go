package app

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/reelback/reelback/internal/live"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/work"
)

// buildFiles makes what watches over the saved files. It looks once before anything is saved, for
// what is written to the place of a disk that is not mounted is hidden later.
func (a *App) buildFiles(ctx context.Context) {
	a.files = work.NewFileWatch(work.FileWatchOptions{Shelves: a.store, Folder: a.folder,
		Log: a.log, Changed: a.tellGone, Told: a.tellAway})
	a.files.Look(ctx)
}

// away says whether the media folder is not there.
func (a *App) away() bool { return a.files.Away() != task.NotAway }

// tellGone passes on that a file of a task has gone, which is to be fetched anew, or has come back.
func (a *App) tellGone(t task.Task) {
	a.saver.Wake()
	a.tellSaved(t)
}

// tellAway passes on that the media folder has gone or come back.
func (a *App) tellAway(away task.Away) {
	a.hub.Publish(live.News{Name: "room", Data: struct{}{}})
	if away == task.NotAway && a.saver != nil {
		a.saver.Wake()
		a.covers.Wake()
	}
}

// registerFiles publishes whether the saved files are where they should be.
func (a *App) registerFiles(r prometheus.Registerer) {
	r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "reelback_media_away",
		Help: "1 while the media folder or most of the files in it are not there."},
		func() float64 {
			if a.away() {
				return 1
			}
			return 0
		}))
}
