package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/reelback/reelback/internal/config"
)

// installed sees that there is an installation in the data folder, or an empty folder that somebody
// has made for one: whoever sets a server up may make users and tokens before its first start. A
// command with a mistyped folder would else work on an installation that nobody uses.
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
	if isEmpty(cfg.DataDir) {
		return nil
	}
	return fmt.Errorf("there is no Reelback in %s: name its data folder with --data-dir, "+
		"or start the server there once, which makes one", cfg.DataDir)
}

// isEmpty says whether a folder is there and holds nothing but hidden files, such as the ones that
// keep it in a repository.
func isEmpty(dir string) bool {
	entries, err := os.ReadDir(dir)
	return err == nil && !slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return !strings.HasPrefix(e.Name(), ".")
	})
}
