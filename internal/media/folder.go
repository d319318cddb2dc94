// Package media keeps the files of assets: partial ones that outlive a cut, a restart or a kill,
// and whole ones under names a person can read. It also tells what a file is by looking into it.
// It knows a local folder and nothing of where files come from, of tasks' states or of HTTP, so
// that object storage can stand behind the same verbs.
package media

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
)

const (
	partsDir = ".parts"
	dirMode  = 0o750
	fileMode = 0o640
)

// The errors of a folder.
var (
	ErrPath = errors.New("not the path of a media file")
	ErrKey  = errors.New("not the key of a part")
	ErrBusy = errors.New("part is in use")
)

// Folder is a local folder of media files. It is safe for concurrent use by one process; two
// processes must not share one.
type Folder struct {
	dir  string
	root atomic.Pointer[os.Root] // holds every access inside, symbolic links included

	mu    sync.Mutex
	inUse map[string]bool // keys of open parts

	naming sync.Mutex // held while a final name is chosen and taken
}

// OpenFolder opens the folder, making it and its place for parts when they are missing.
func OpenFolder(dir string) (*Folder, error) {
	f := &Folder{dir: dir, inUse: make(map[string]bool)}
	if err := f.Remake(); err != nil {
		return nil, err
	}
	return f, nil
}

// Close lets go of the folder. Parts that are still open are closed by their owners.
func (f *Folder) Close() error { return f.at().Close() }

// Open opens a whole file by the path that Commit returned. A path that leaves the folder, names
// a part or a directory is ErrPath; a file that is gone is fs.ErrNotExist.
func (f *Folder) Open(name string) (*os.File, os.FileInfo, error) {
	local, err := localPath(name)
	if err != nil {
		return nil, nil, fmt.Errorf("open media file: %w", err)
	}
	file, err := f.at().Open(local)
	if err != nil {
		return nil, nil, fmt.Errorf("open media file: %w", err)
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = ErrPath
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open media file: %w", err), file.Close())
	}
	return file, info, nil
}

// Remove deletes a whole file. One that is gone already is no error, so that a clean-up which
// was interrupted can run again.
func (f *Folder) Remove(name string) error {
	local, err := localPath(name)
	if err != nil {
		return fmt.Errorf("remove media file: %w", err)
	}
	info, err := f.at().Lstat(local)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && info.IsDir():
		return fmt.Errorf("remove media file: %w", ErrPath)
	case err == nil:
		err = f.at().Remove(local)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove media file: %w", err)
	}
	return nil
}

// FreeBytes returns how much room the folder's file system has left for this process; it is
// errors.ErrUnsupported where the system cannot be asked.
func (f *Folder) FreeBytes() (int64, error) {
	free, _, err := f.Space()
	return free, err
}

// Space returns the room that FreeBytes does, and the size of the whole file system.
func (f *Folder) Space() (free, total int64, err error) {
	if free, total, err = diskSpace(f.dir); err != nil {
		return 0, 0, fmt.Errorf("ask for free space: %w", err)
	}
	return free, total, nil
}

// localPath turns a slash-separated path into one below the folder. Segments that begin with a
// dot are refused as a whole: that covers "..", the parts, and the parts in another case.
func localPath(name string) (string, error) {
	if name == "" || path.Clean(name) != name || strings.Contains(name, "\\") {
		return "", ErrPath
	}
	for segment := range strings.SplitSeq(name, "/") {
		if segment == "" || segment[0] == '.' {
			return "", ErrPath
		}
	}
	local, err := filepath.Localize(name)
	if err != nil {
		return "", ErrPath
	}
	return local, nil
}
