package media

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// maxNamesakes bounds the search for a free name.
const maxNamesakes = 100

// Commit makes a part the file of its asset: synced, then renamed, so that no power cut leaves
// half a file under a final name. It returns the file's path below the folder, with slashes. A
// name that is taken by other bytes gets a number; the same bytes are what an earlier commit
// left whose caller died, and are kept. The part is closed in any case. Once the path is stored
// where it will be found again, Settle ends the commit; before, Reclaim can take it back.
func (f *Folder) Commit(p *Part, name Name) (string, error) { return f.commitAs(p, name.Path()) }

func (f *Folder) commitAs(p *Part, wanted string) (string, error) {
	if p.file == nil {
		return "", fmt.Errorf("commit part: %w", fs.ErrClosed)
	}
	if p.size == 0 {
		return "", errors.Join(fmt.Errorf("commit part: %w", ErrEmpty), p.Close())
	}
	if err := p.file.Sync(); err != nil {
		// After a failed sync the kernel may have dropped the bytes and say yes next time.
		return "", errors.Join(fmt.Errorf("sync part: %w", err), p.Discard())
	}
	f.naming.Lock()
	defer f.naming.Unlock()
	final, err := f.settle(p, wanted)
	if err != nil {
		return "", errors.Join(fmt.Errorf("commit part: %w", err), p.Close())
	}
	return final, nil
}

// settle moves a synced part to the wanted path or the next free one and makes that durable.
func (f *Folder) settle(p *Part, wanted string) (string, error) {
	month := path.Dir(wanted)
	if err := f.makeMonth(month); err != nil {
		return "", err
	}
	final, ours, err := f.freeName(p, wanted)
	if err != nil {
		return "", err
	}
	if ours {
		return final, errors.Join(f.syncDir(month), p.Discard())
	}
	// Without this note a caller who dies now has to fetch the file again, and nothing worse.
	if p.validator.URL != "" {
		p.validator.Final, p.validator.Total = final, p.size
		_ = f.writeSideCar(p.key, p.validator)
	}
	// Closed before the rename, because Windows refuses to rename an open file, but the key is
	// given back after it, so that nobody opens the part in between.
	defer p.folder.give(p.key)
	if err := p.closeFiles(); err != nil {
		return "", err
	}
	if err := f.at().Rename(partPath(p.key), filepath.FromSlash(final)); err != nil {
		return "", err
	}
	if err := errors.Join(f.syncDir(month), f.syncDir(partsDir)); err != nil {
		return "", err
	}
	return final, nil
}

func (f *Folder) makeMonth(month string) error {
	err := f.at().Mkdir(month, dirMode)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return f.syncDir(".")
}

// freeName returns the first path nobody has, or, with ours true, one whose file has the part's
// bytes.
func (f *Folder) freeName(p *Part, wanted string) (final string, ours bool, err error) {
	ext := path.Ext(wanted)
	stem := strings.TrimSuffix(wanted, ext)
	for i := 1; i <= maxNamesakes; i++ {
		final = wanted
		if i > 1 {
			final = stem + "-" + strconv.Itoa(i) + ext
		}
		info, err := f.at().Lstat(filepath.FromSlash(final))
		if errors.Is(err, fs.ErrNotExist) {
			return final, false, nil
		}
		if err != nil {
			return "", false, err
		}
		if info.Mode().IsRegular() && info.Size() == p.size {
			if same, err := f.sameBytes(p, final); same || err != nil {
				return final, same, err
			}
		}
	}
	return "", false, fmt.Errorf("%s: %w", path.Base(wanted), fs.ErrExist)
}

// sameBytes says whether a file of the part's size has its bytes too.
func (f *Folder) sameBytes(p *Part, final string) (bool, error) {
	file, err := f.at().Open(filepath.FromSlash(final))
	if err != nil {
		return false, err
	}
	defer func() { _ = file.Close() }() // nothing was written to it
	mine, theirs := make([]byte, 64<<10), make([]byte, 64<<10)
	for off := int64(0); off < p.size; {
		want := min(int64(len(mine)), p.size-off)
		if _, err := io.ReadFull(io.NewSectionReader(p, off, want), mine[:want]); err != nil {
			return false, err
		}
		if _, err := io.ReadFull(file, theirs[:want]); err != nil {
			return false, err
		}
		if !bytes.Equal(mine[:want], theirs[:want]) {
			return false, nil
		}
		off += want
	}
	return true, nil
}

// syncDir makes the names in a folder durable, where the system has such a thing.
func (f *Folder) syncDir(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := f.at().Open(filepath.FromSlash(name))
	if err != nil {
		return err
	}
	err = dir.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil // some network file systems have no sync for folders
	}
	return errors.Join(err, dir.Close())
}

// IsFull says whether an error means that the disk, or the share of it we may use, is full.
func IsFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
