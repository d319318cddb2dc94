package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// bench is a shelf over a folder of its own that counts what it is asked for.
type bench struct {
	*shelf
	t              *testing.T
	dir            string
	queries, opens int
	handles        []*os.File
	rows           map[string]string // hashes by path
}

func newBench(t *testing.T) *bench {
	b := &bench{t: t, dir: t.TempDir(), rows: make(map[string]string)}
	b.shelf = &shelf{now: time.Now, all: make(map[string]*shelved),
		faulty: func(_ string, err error) error { return err }}
	b.find = func(_ context.Context, path string) (task.Asset, error) {
		b.queries++
		hash, known := b.rows[path]
		if !known {
			return task.Asset{}, store.ErrNotFound
		}
		return task.Asset{SHA256: hash, ContentType: "video/mp4"}, nil
	}
	b.open = func(path string) (*os.File, os.FileInfo, error) {
		b.opens++
		file, err := os.Open(filepath.Join(b.dir, path))
		if err != nil {
			return nil, nil, err
		}
		b.handles = append(b.handles, file)
		info, err := file.Stat()
		return file, info, err
	}
	return b
}

// save saves a file under a name, as the folder does: whole, by a rename.
func (b *bench) save(path, text string) {
	b.t.Helper()
	fresh := filepath.Join(b.dir, "fresh")
	err := os.WriteFile(fresh, []byte(text), 0o600)
	if err := errors.Join(err, os.Rename(fresh, filepath.Join(b.dir, path))); err != nil {
		b.t.Fatal(err)
	}
	b.rows[path] = "hash of " + text
}

// wants takes a file, sees what it says and that its hash goes with it, and gives it back.
func (b *bench) wants(path, text string) {
	b.t.Helper()
	f, err := b.take(context.Background(), path)
	if err != nil {
		b.t.Fatal(err)
	}
	defer b.giveBack(f)
	got := make([]byte, len(text)+1)
	n, err := f.ReadAt(got, 0)
	if string(got[:n]) != text || !errors.Is(err, io.EOF) {
		b.t.Errorf("%s says %q, %v, want %q", path, got[:n], err, text)
	}
	h := make(map[string][]string)
	setAll(h, f.headers)
	if got := h["Etag"][0]; got != `"hash of `+text+`"` {
		b.t.Errorf("the ETag of %q is %s", text, got)
	}
}

// unclosed counts the handles that are not closed.
func (b *bench) unclosed() (n int) {
	for _, file := range b.handles {
		if _, err := file.Stat(); err == nil {
			n++
		}
	}
	return n
}

// lies tells how much lies on the shelf.
func (b *bench) lies() (known, spare int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.all), b.spare
}

func TestShelf_PiecesOfAFilmCostOneQuery(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.save("a.mp4", "a film")
		for range 100 {
			b.wants("a.mp4", "a film")
		}
		if b.queries != 1 || b.opens != 1 {
			t.Errorf("%d queries, %d files opened", b.queries, b.opens)
		}
		time.Sleep(shelfTime)
		b.wants("a.mp4", "a film")
		if b.queries != 2 {
			t.Errorf("%d queries after a second", b.queries)
		}
		time.Sleep(4 * shelfTime)
		synctest.Wait()
		if known, spare := b.lies(); b.unclosed() != 0 || known != 0 || spare != 0 || b.sweeping {
			t.Errorf("left: %d handles, %d files, %d spare, sweeping %t", b.unclosed(), known,
				spare, b.sweeping)
		}
	})
}

// TestShelf_WhatHappensToAFileIsNoticed does things to a file whose handle lies on the shelf.
func TestShelf_WhatHappensToAFileIsNoticed(t *testing.T) {
	t.Parallel()
	t.Run("another under its name", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.save("a.mp4", "before")
		b.wants("a.mp4", "before")
		b.save("a.mp4", "after!") // as many bytes
		b.wants("a.mp4", "after!")
		b.wants("a.mp4", "after!")
		if b.queries != 2 || b.unclosed() != 1 {
			t.Errorf("%d queries, %d handles", b.queries, b.unclosed())
		}
	})
	t.Run("removed", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.save("a.mp4", "a film")
		b.wants("a.mp4", "a film")
		if err := os.Remove(filepath.Join(b.dir, "a.mp4")); err != nil {
			t.Fatal(err)
		}
		_, err := b.take(t.Context(), "a.mp4")
		if !errors.Is(err, fs.ErrNotExist) || !errors.Is(err, store.ErrNotFound) || b.unclosed() != 0 {
			t.Errorf("%v, with %d handles", err, b.unclosed())
		}
	})
	t.Run("longer than it was", func(t *testing.T) {
		t.Parallel()
		b := newBench(t)
		b.save("a.mp4", "a film")
		b.wants("a.mp4", "a film")
		b.rows["a.mp4"] = "hash of a film and more"
		err := os.WriteFile(filepath.Join(b.dir, "a.mp4"), []byte("a film and more"), 0o600)
		if err != nil {
			t.Fatal(err)
		}
		b.wants("a.mp4", "a film and more")
	})
	t.Run("no asset any more", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			b := newBench(t)
			b.save("a.mp4", "a film")
			b.wants("a.mp4", "a film")
			delete(b.rows, "a.mp4")
			time.Sleep(shelfTime)
			if _, err := b.take(t.Context(), "a.mp4"); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%v", err)
			}
			time.Sleep(3 * shelfTime)
		})
	})
}

func TestShelf_IsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		var all []*lent
		for i := range maxShelved + 10 {
			path := fmt.Sprintf("%d.mp4", i)
			b.save(path, path)
			b.wants(path, path)
		}
		if known, _ := b.lies(); known > maxShelved {
			t.Errorf("%d files are known", known)
		}
		for range 2 * maxSpare {
			f, err := b.take(t.Context(), "0.mp4")
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, f)
		}
		for _, f := range all {
			b.giveBack(f)
		}
		if _, spare := b.lies(); b.unclosed() > maxSpare || b.unclosed() != spare {
			t.Errorf("%d handles are open, %d on the shelf", b.unclosed(), spare)
		}
		time.Sleep(3 * shelfTime)
		synctest.Wait()
		if b.unclosed() != 0 {
			t.Errorf("%d handles are still open", b.unclosed())
		}
	})
}

// TestShelf_ManyAtOnce is for the race detector, and for handles that two would read from.
func TestShelf_ManyAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.save("a.mp4", "a film")
	var mu sync.Mutex // of what the bench counts
	find, open := b.find, b.open
	b.find = func(ctx context.Context, path string) (task.Asset, error) {
		mu.Lock()
		defer mu.Unlock()
		return find(ctx, path)
	}
	b.open = func(path string) (*os.File, os.FileInfo, error) {
		mu.Lock()
		defer mu.Unlock()
		return open(path)
	}
	inUse := make(map[*os.File]bool)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for range 200 {
				f, err := b.take(t.Context(), "a.mp4")
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if inUse[f.File] {
					t.Error("two have the same handle")
				}
				inUse[f.File] = true
				mu.Unlock()
				mu.Lock()
				delete(inUse, f.File)
				mu.Unlock()
				b.giveBack(f)
			}
		})
	}
	all.Wait()
}
