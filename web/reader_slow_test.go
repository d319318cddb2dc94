package web_test

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/reelback/reelback/internal/live"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/testkit"
	"github.com/reelback/reelback/static"
	"github.com/reelback/reelback/web"
)

// film is a store and a folder with one large file and nothing else.
type film struct {
	brokenStore
	brokenFiles
	path string
}

func (f film) FindMedia(context.Context, string) (task.Asset, error) {
	return task.Asset{ContentType: "video/mp4", SHA256: "0"}, nil
}

func (f film) Open(string) (*os.File, os.FileInfo, error) {
	file, err := os.Open(f.path)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	return file, info, err
}

// readFrom starts a server over a pipe, inside a bubble of time, and asks it for a path.
func readFrom(t *testing.T, f film, path string) (*http.Response, func()) {
	t.Helper()
	server := &http.Server{Handler: web.New(web.Options{Store: f, Files: f, Hub: live.NewHub(),
		Static: must(staticFiles()), Catalogue: must(catalogue()), Now: time.Now,
		Registry: prometheus.NewRegistry(), Log: testkit.Quiet()})}
	listener := pipes{conns: make(chan net.Conn)}
	go func() { _ = server.Serve(listener) }()
	here, there := net.Pipe()
	listener.conns <- there
	go func() { _, _ = io.WriteString(here, "GET "+path+" HTTP/1.1\r\nHost: localhost\r\n\r\n") }()
	res, err := http.ReadResponse(bufio.NewReaderSize(here, 16), nil)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%v, %v", res, err)
	}
	return res, func() {
		_ = here.Close()
		close(listener.conns)
		_ = server.Close()
	}
}

// TestASlowDownloadOfAnHourArrives reads a film piece by piece with long pauses. One who pauses
// too long is taken for gone, and so is one who takes his time over a page.
func TestASlowDownloadOfAnHourArrives(t *testing.T) {
	t.Parallel()
	const piece = 4 << 20
	path := filepath.Join(t.TempDir(), "film.mp4")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 80*piece); err != nil {
		t.Fatal(err)
	}
	sheet := "/static/" + must(staticFiles()).Name(static.Sheet)
	for name, test := range map[string]struct {
		path   string
		piece  int64
		pause  time.Duration
		arrive bool
	}{
		"a film in an hour":        {"/media/a.mp4", piece, 50 * time.Second, true},
		"a film at once":           {"/media/a.mp4", piece, 0, true},
		"a film nobody reads":      {"/media/a.mp4", 1000, 2 * time.Minute, false},
		"a sheet in half a minute": {sheet, 8 << 10, time.Second, true},
		"a sheet drop by drop":     {sheet, 100, 10 * time.Second, false},
		"a sheet nobody reads":     {sheet, 100, 2 * time.Minute, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				res, end := readFrom(t, film{path: path}, test.path)
				defer end()
				begun := time.Now()
				var total int64
				var err error
				for err == nil && total < res.ContentLength {
					time.Sleep(test.pause)
					var n int64
					n, err = io.CopyN(io.Discard, res.Body, min(test.piece, res.ContentLength-total))
					total += n
				}
				if arrived := err == nil; arrived != test.arrive {
					t.Errorf("%d of %d bytes in %v, %v", total, res.ContentLength, time.Since(begun), err)
				}
				if test.pause == 50*time.Second && time.Since(begun) < time.Hour {
					t.Errorf("that took only %v", time.Since(begun))
				}
			})
		})
	}
}
