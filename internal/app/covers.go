package app

import (
	"os/exec"

	"github.com/reelback/reelback/internal/work"
)

// noFFmpeg is the value of --ffmpeg that leaves covers to browsers.
const noFFmpeg = "none"

// buildCovers looks for the program that makes covers once: what is installed later serves from
// the next start on.
func (a *App) buildCovers() {
	program := ""
	if name := a.cfg.FFmpeg; name != "" && name != noFFmpeg {
		found, err := exec.LookPath(name)
		if err != nil {
			a.log.Info("covers that the provider does not send are made by browsers", "err", err)
		} else {
			program = found
		}
	}
	a.covers = work.NewCovers(work.CoversOptions{
		Store: a.store, Folder: a.folder, FFmpeg: program, HasRoom: a.saver.HasRoom, Log: a.log,
		Changed: a.tellTask,
	})
}
