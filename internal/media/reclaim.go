package media

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
)

// Settle ends the commit of a key: its file is known by its path from now on.
func (f *Folder) Settle(key string) error {
	if !validKey(key) {
		return fmt.Errorf("settle: %w", ErrKey)
	}
	if !f.take(key) {
		return fmt.Errorf("settle: %w", ErrBusy)
	}
	defer f.give(key)
	if err := f.removeSideCar(key); err != nil {
		return fmt.Errorf("settle: %w", err)
	}
	return nil
}

// Reclaim makes a whole file a part again whose commit nobody settled, because its caller died in
// between: it need not be fetched another time. The part is whole, and the next attempt finds it
// so. A file that came from another link than the one given stays where it is.
func (f *Folder) Reclaim(key, link string) error {
	if !validKey(key) {
		return fmt.Errorf("reclaim: %w", ErrKey)
	}
	if !f.take(key) {
		return fmt.Errorf("reclaim: %w", ErrBusy)
	}
	defer f.give(key)
	v := f.readSideCar(key)
	final, err := localPath(v.Final)
	if err != nil || v.URL != link {
		return nil
	}
	if _, err := f.at().Lstat(partPath(key)); !errors.Is(err, fs.ErrNotExist) {
		return nil // the move never came about
	}
	info, err := f.at().Lstat(final)
	if err != nil || !info.Mode().IsRegular() || info.Size() != v.Total {
		return nil
	}
	if err := f.at().Rename(filepath.FromSlash(final), partPath(key)); err != nil {
		return fmt.Errorf("reclaim: %w", err)
	}
	return nil
}
