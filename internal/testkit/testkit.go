// Package testkit is what the tests of several packages share: real stores and folders that live
// as long as a test, real small files, a clock that is told the time and a log that can be read.
// It knows no HTTP and decides nothing; what one package alone needs stays in its own tests.
package testkit

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/sim"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/testkit/master"
)

// Quiet returns a logger that says nothing.
func Quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// copyEmpty puts a database with nothing in it at a path. To make its tables anew would take longer
// than most tests do, half a second each under the race detector.
var copyEmpty = master.Copies(func(path string) error {
	s, err := store.Open(context.Background(), store.Options{Path: path, Log: Quiet()})
	if err != nil {
		return err
	}
	return s.Close()
})

// Store opens a database of its own for a test. Without a path it lies in a new folder.
func Store(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	if o.Path == "" {
		o.Path = filepath.Join(t.TempDir(), "reelback.db")
		copyEmpty(t, o.Path)
	}
	if o.Log == nil {
		o.Log = Quiet()
	}
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return s
}

// Folder opens a media folder of its own for a test.
func Folder(t testing.TB) *media.Folder {
	t.Helper()
	f, err := media.OpenFolder(filepath.Join(t.TempDir(), "media"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// Clip returns a short MP4 video that every player plays.
func Clip(t testing.TB) []byte { return file(t, "boat.mp4") }

// Cover returns a PNG picture.
func Cover(t testing.TB) []byte { return file(t, "boat.png") }

func file(t testing.TB, name string) []byte {
	t.Helper()
	content, err := sim.File(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// Clock is a time that moves when it is told to. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that shows the given time.
func NewClock(at time.Time) *Clock { return &Clock{now: at} }

// Now returns the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Add moves the clock forward.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Log collects what is logged. It is safe for concurrent use.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Logger returns a logger that writes everything into the log, debugging included.
func (l *Log) Logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// Write adds to the log.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// String returns what has been logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
