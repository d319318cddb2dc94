package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/reelback/reelback/internal/config"
)

// installed sees that there is an installation in the data folder, and makes nothing: a command
// with a mistyped folder would else work on one that nobody uses.
func installed(cfg config.Config) error {
	_, err := os.Stat(cfg.DatabasePath())
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("look for the database: %w", err)
	}
	if _, err := os.Stat(cfg.LockPath()); err == nil {
		lock, err := takeLock(cfg.LockPath())
		if errors.Is(err, errLocked) {
			return fmt.Errorf("%s is just being set up: try again in a second", cfg.DataDir)
		}
		if err == nil {
			_ = lock.release()
		}
	}
	return fmt.Errorf("there is no Reelback in %s: name its data folder with --data-dir, "+
		"or start the server there once, which makes one", cfg.DataDir)
}
