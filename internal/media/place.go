package media

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// at is the folder that is in use.
func (f *Folder) at() *os.Root { return f.root.Load() }

// Check looks whether the folder is where it has always been. Another one that has come to that
// place, as when a disk is mounted there, is in use from then on. Without any the error is
// fs.ErrNotExist; none is made, for the disk may come back.
func (f *Folder) Check() (another bool, err error) {
	there, err := os.Stat(f.dir)
	if err != nil {
		return false, fmt.Errorf("look for the media folder: %w", err)
	}
	if here, err := f.at().Stat("."); err == nil && os.SameFile(here, there) {
		return false, nil
	}
	return true, f.enter()
}

// Remake makes the folder where it is missing, and uses it.
func (f *Folder) Remake() error {
	if err := os.MkdirAll(f.dir, dirMode); err != nil {
		return fmt.Errorf("make media folder: %w", err)
	}
	return f.enter()
}

// enter uses the folder that is there now. What was begun in another one fails, and is begun again.
func (f *Folder) enter() error {
	root, err := os.OpenRoot(f.dir)
	if err != nil {
		return fmt.Errorf("open media folder: %w", err)
	}
	if err := root.MkdirAll(partsDir, dirMode); err != nil {
		return errors.Join(fmt.Errorf("make folder of parts: %w", err), root.Close())
	}
	if before := f.root.Swap(root); before != nil {
		_ = before.Close() // nothing was written through it itself
	}
	return nil
}

// Stat tells of a whole file without opening it; one that is gone is fs.ErrNotExist.
func (f *Folder) Stat(name string) (fs.FileInfo, error) {
	local, err := localPath(name)
	if err != nil {
		return nil, fmt.Errorf("look at media file: %w", err)
	}
	info, err := f.at().Stat(local)
	if err != nil {
		return nil, fmt.Errorf("look at media file: %w", err)
	}
	return info, nil
}
