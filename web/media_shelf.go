package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

const (
	// shelfTime is how long the database is taken at its last word on a file, and about how long
	// a file that nobody asks for stays open. A player that seeks, or loads a film in pieces, asks
	// for the same one many times a second.
	shelfTime  = time.Second
	maxShelved = 512 // files that something is known of
	maxSpare   = 64  // handles that lie open without being used
)

// shelf keeps within reach what was served a moment ago, so that a range of a film costs neither
// a query nor the opening of a file. What is known counts for the very file that it was asked
// about: one that has gone, been cut, or come under the same name since is noticed at once.
type shelf struct {
	find func(ctx context.Context, path string) (task.Asset, error)
	open func(path string) (*os.File, os.FileInfo, error)
	// faulty is told of a file that is not there, or not as long as it should be, with the error
	// to be answered, if any; it returns the one that is.
	faulty func(path string, err error) error
	now    func() time.Time

	mu       sync.Mutex
	all      map[string]*shelved
	spare    int // handles on the shelf
	sweeping bool
}

// shelved is what the answers about a file say of it, and handles that nobody uses just now.
type shelved struct {
	headers []header
	size    int64 // that it should have
	info    os.FileInfo
	until   time.Time // it is to be believed
	used    bool      // since the last sweep
	spare   []*os.File
}

// lent is a file for one answer.
type lent struct {
	*os.File
	path    string
	info    os.FileInfo
	headers []header
}

func (s *Server) newShelf() *shelf {
	return &shelf{find: s.Store.FindMedia, open: s.Options.Files.Open, faulty: s.reportFile,
		now: s.Now, all: make(map[string]*shelved)}
}

// take returns the saved file at a path. It has to be given back.
func (s *shelf) take(ctx context.Context, path string) (*lent, error) {
	if f := s.takeSpare(path); f != nil {
		return f, nil
	}
	k, err := s.know(ctx, path, s.known(path))
	if err != nil {
		return nil, err
	}
	file, info, err := s.open(path)
	if errors.Is(err, fs.ErrNotExist) {
		err = s.faulty(path, fmt.Errorf("%w: %w", store.ErrNotFound, err))
	}
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if k.info != nil && !sameFile(k.info, info) {
		if k, err = s.know(ctx, path, nil); err != nil {
			_ = file.Close()
			return nil, err
		}
	}
	if k.info == nil {
		k.info = info
		s.put(path, k)
		if info.Size() != k.size {
			_ = s.faulty(path, nil)
		}
	}
	return &lent{file, path, info, k.headers}, nil
}

// takeSpare returns a handle from the shelf, nil where there is none or it is out of date.
func (s *shelf) takeSpare(path string) *lent {
	s.mu.Lock()
	k := s.all[path]
	if k == nil || len(k.spare) == 0 || !s.now().Before(k.until) {
		s.mu.Unlock()
		return nil
	}
	file := k.spare[len(k.spare)-1]
	k.spare, k.used = k.spare[:len(k.spare)-1], true
	s.spare--
	s.mu.Unlock()
	info, err := file.Stat()
	if err != nil || !sameFile(k.info, info) || !hasName(info) {
		_ = file.Close()
		return nil
	}
	return &lent{file, path, info, k.headers}
}

// known returns what is still believed of a file, nil for nothing.
func (s *shelf) known(path string) *shelved {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := s.all[path]; k != nil && s.now().Before(k.until) {
		k.used = true
		return k
	}
	return nil
}

// know asks the database about a file where nothing is known.
func (s *shelf) know(ctx context.Context, path string, k *shelved) (*shelved, error) {
	if k != nil {
		return k, nil
	}
	// What one asker learns others use, also when that asker has gone.
	asset, err := s.find(context.WithoutCancel(ctx), path)
	if err != nil {
		return nil, err
	}
	return &shelved{headers: mediaHeaders(asset), size: asset.Bytes, until: s.now().Add(shelfTime), used: true}, nil
}

// put keeps what is newly known of a file. Its handles stay: each is looked at before it is used.
func (s *shelf) put(path string, k *shelved) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.all[path]; old != nil {
		k.spare = old.spare
	} else if len(s.all) >= maxShelved {
		for path := range s.all {
			s.remove(path) // all come back at the price of one query each
		}
	}
	s.all[path] = k
	s.sweepLater()
}

// giveBack puts a file on the shelf, or closes it where it cannot be of use.
func (s *shelf) giveBack(f *lent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.all[f.path]
	if k == nil || s.spare >= maxSpare || !sameFile(k.info, f.info) {
		_ = f.Close()
		return
	}
	k.spare = append(k.spare, f.File)
	s.spare++
}

// sweepLater has the shelf looked through in a while. The caller holds the lock.
func (s *shelf) sweepLater() {
	if !s.sweeping {
		s.sweeping = true
		time.AfterFunc(shelfTime, s.sweep)
	}
}

// sweep takes away what nobody has asked for since the last sweep.
func (s *shelf) sweep() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for path, k := range s.all {
		if !k.used {
			s.remove(path)
		}
		k.used = false
	}
	s.sweeping = false
	if len(s.all) > 0 {
		s.sweepLater()
	}
}

// remove closes what lies at a path. The caller holds the lock.
func (s *shelf) remove(path string) {
	for _, file := range s.all[path].spare {
		_ = file.Close()
		s.spare--
	}
	delete(s.all, path)
}

// sameFile says whether nothing has happened to a file in between.
func sameFile(a, b os.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}
