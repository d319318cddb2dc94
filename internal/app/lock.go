package app

import (
	"errors"
	"fmt"
	"os"
)

// errLocked says that another process holds the data folder.
var errLocked = errors.New("the data folder is in use")

// lock is held by the one process that may write to a data folder. The operating system frees
// it when the process ends, however it does.
type lock struct{ file *os.File }

func takeLock(path string) (*lock, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o640)
	if err != nil {
		return nil, fmt.Errorf("open the lock of the data folder: %w", err)
	}
	if err := lockFile(file); err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("%w by another Reelback: stop that one or give another --data-dir",
			errLocked)
	}
	return &lock{file: file}, nil
}

func (l *lock) release() error { return l.file.Close() }
