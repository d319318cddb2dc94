package media

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	maxKey = 64
	// writeBackEvery is measured: started while bytes arrive, write-back makes the last sync
	// short and the whole fetch about twice as fast as one sync at the end.
	writeBackEvery = 8 << 20
	// All but small files go straight to the disk, but for the first megabyte, which a player asks
	// for first. Measured: the copy through the page cache is half of what saving costs, and the
	// memory is worth more to whoever else wants it.
	directTotal = 8 << 20
	directFrom  = 1 << 20
	directAlign = 4 << 10 // where blocks have to lie
)

// Part is the file of an asset that has not arrived whole. It stays on disk until Commit or
// Discard, so that the next attempt goes on where this one ended. One goroutine uses it.
type Part struct {
	folder    *Folder
	key       string
	file      *os.File // nil once closed
	direct    *os.File // the same for large writes; nil while there is none
	indirect  bool     // that cannot be had
	size      int64
	started   int64 // write-back has been started up to here
	validator Validator
}

// Part opens the part of a key, making an empty one when there is none. A key has up to 64
// letters a-z, digits, '-' and '_' and begins with a letter or digit; another one is ErrKey. A
// part that is open already is ErrBusy: two writers would make a mixture of it.
func (f *Folder) Part(key string) (*Part, error) {
	if !validKey(key) {
		return nil, fmt.Errorf("open part: %w", ErrKey)
	}
	if !f.take(key) {
		return nil, fmt.Errorf("open part: %w", ErrBusy)
	}
	p, err := f.openPart(key)
	if err != nil {
		f.give(key)
		return nil, fmt.Errorf("open part: %w", err)
	}
	return p, nil
}

// PartKeys lists the keys of the parts on disk, for a clean-up of those nobody waits for.
func (f *Folder) PartKeys() ([]string, error) {
	entries, err := fs.ReadDir(f.at().FS(), partsDir)
	if err != nil {
		return nil, fmt.Errorf("list parts: %w", err)
	}
	var keys []string
	for _, e := range entries {
		if key, ok := strings.CutSuffix(e.Name(), ".part"); ok && validKey(key) {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

func (f *Folder) openPart(key string) (*Part, error) {
	file, err := f.at().OpenFile(partPath(key), os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	p := &Part{folder: f, key: key, file: file, size: info.Size(), started: info.Size()}
	if p.size > 0 { // a side-car without bytes is left over from a commit
		p.validator = f.readSideCar(key)
	}
	return p, nil
}

// Size returns how many bytes have been written.
func (p *Part) Size() int64 { return p.size }

// Validator returns what SetValidator kept; the zero value when nothing is known.
func (p *Part) Validator() Validator { return p.validator }

// SetValidator keeps what the next attempt needs to go on, beside the part and across restarts.
func (p *Part) SetValidator(v Validator) error {
	if p.file == nil {
		return fmt.Errorf("keep validator: %w", fs.ErrClosed)
	}
	if err := p.folder.writeSideCar(p.key, v); err != nil {
		return fmt.Errorf("keep validator: %w", err)
	}
	p.validator = v
	return nil
}

// Write appends.
func (p *Part) Write(b []byte) (int, error) {
	if p.file == nil {
		return 0, fmt.Errorf("write part: %w", fs.ErrClosed)
	}
	n := p.writeDirect(b)
	p.size += int64(n)
	if n == len(b) {
		return n, nil
	}
	m, err := p.file.WriteAt(b[n:], p.size)
	n += m
	p.size += int64(m)
	if p.size-p.started >= writeBackEvery {
		startWriteBack(p.file, p.started, p.size-p.started)
		p.started = p.size
	}
	if err != nil {
		return n, fmt.Errorf("write part: %w", err)
	}
	return n, nil
}

// writeDirect writes a block past the page cache and returns how much of it; what is left has to
// be written the usual way, which also finds out why.
func (p *Part) writeDirect(b []byte) int {
	if p.indirect || max(p.validator.Total, p.size) < directTotal || p.size < directFrom ||
		len(b) == 0 || p.size%directAlign != 0 || len(b)%directAlign != 0 {
		return 0
	}
	if p.direct == nil {
		if p.direct = openDirect(p.folder.at(), partPath(p.key)); p.direct == nil {
			p.indirect = true
			return 0
		}
		startWriteBack(p.file, p.started, p.size-p.started)
	}
	n, err := p.direct.WriteAt(b, p.size)
	p.started = p.size + int64(n)
	p.indirect = err != nil
	return n
}

// closeFiles lets go of the file however it was opened.
func (p *Part) closeFiles() error {
	err := p.file.Close()
	if p.direct != nil {
		err = errors.Join(err, p.direct.Close())
	}
	p.file, p.direct = nil, nil
	return err
}

// ReadAt reads what has been written, as io.ReaderAt asks.
func (p *Part) ReadAt(b []byte, off int64) (int, error) {
	if p.file == nil {
		return 0, fmt.Errorf("read part: %w", fs.ErrClosed)
	}
	return p.file.ReadAt(b, off) // unwrapped: readers compare with io.EOF
}

// Reset makes the part empty and forgets its validator.
func (p *Part) Reset() error {
	if p.file == nil {
		return fmt.Errorf("reset part: %w", fs.ErrClosed)
	}
	// The side-car goes first: bytes without a validator are never continued.
	if err := p.folder.removeSideCar(p.key); err != nil {
		return fmt.Errorf("reset part: %w", err)
	}
	p.validator = Validator{}
	if err := p.file.Truncate(0); err != nil {
		return fmt.Errorf("reset part: %w", err)
	}
	p.size, p.started = 0, 0
	return nil
}

// Close lets go of the part and keeps what has arrived. Closing twice is no error.
func (p *Part) Close() error {
	if p.file == nil {
		return nil
	}
	err := p.closeFiles()
	p.folder.give(p.key)
	if err != nil {
		return fmt.Errorf("close part: %w", err)
	}
	return nil
}

// Discard closes the part and deletes it. After Commit or Close it does nothing.
func (p *Part) Discard() error {
	if p.file == nil {
		return nil
	}
	err := errors.Join(p.folder.removeSideCar(p.key), p.folder.at().Remove(partPath(p.key)))
	err = errors.Join(err, p.Close())
	if err != nil {
		return fmt.Errorf("discard part: %w", err)
	}
	return nil
}

func (f *Folder) take(key string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.inUse[key] {
		return false
	}
	f.inUse[key] = true
	return true
}

func (f *Folder) give(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.inUse, key)
}

func partPath(key string) string { return filepath.Join(partsDir, key+".part") }

func validKey(key string) bool {
	if key == "" || len(key) > maxKey || key[0] == '-' || key[0] == '_' {
		return false
	}
	for _, c := range []byte(key) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
