package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/web"
)

// connection is a response writer like the server's own: it takes files by ReadFrom, where the
// real one uses sendfile, and has deadlines.
type connection struct {
	header    http.Header
	status    int
	sent      []int64 // by each ReadFrom
	written   int64   // by Write
	files     int     // how many ReadFrom found a plain file
	deadlines []time.Time
	before    func() // each ReadFrom
}

func (c *connection) Header() http.Header { return c.header }

func (c *connection) WriteHeader(status int) { c.status = status }

func (c *connection) Write(b []byte) (int, error) {
	c.written += int64(len(b))
	return len(b), nil
}

func (c *connection) ReadFrom(src io.Reader) (int64, error) {
	if c.before != nil {
		c.before()
	}
	if limited, ok := src.(*io.LimitedReader); ok {
		if _, ok := limited.R.(*os.File); ok { // what sendfile needs
			c.files++
		}
	}
	n, err := io.Copy(io.Discard, src)
	c.sent = append(c.sent, n)
	return n, err
}

func (c *connection) SetWriteDeadline(t time.Time) error {
	c.deadlines = append(c.deadlines, t)
	return nil
}

// largeFile saves a file of the given size and returns its link and where it lies.
func largeFile(t *testing.T, size int64) (s *site, link, path string) {
	t.Helper()
	dir := t.TempDir()
	folder := must(media.OpenFolder(dir))
	t.Cleanup(func() { _ = folder.Close() })
	s = newSite(t, func(o *web.Options) { o.Files = folder })
	s.folder = folder
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "veo-1"))
	s.saveAll()
	asset := must(s.store.FindTask(t.Context(), "kie", "veo-1")).Assets[0]
	path = filepath.Join(dir, filepath.FromSlash(asset.Path))
	if err := os.Truncate(path, size); err != nil {
		t.Fatal(err)
	}
	return s, s.options.Links.Media(asset.Path), path
}

// TestFilesAreSentSliceBySlice sees each slice handed to the connection as a plain file, under a
// deadline of its own.
func TestFilesAreSentSliceBySlice(t *testing.T) {
	t.Parallel()
	const size = 9<<20 + 5
	s, link, _ := largeFile(t, size)
	for lines, want := range map[string][]int64{
		"":                             {4 << 20, 4 << 20, 1<<20 + 5},
		"Range: bytes=0-4194303":       {4 << 20},
		"Range: bytes=5-4194309":       {4 << 20, 1},
		"Range: bytes=9437184-9437188": {5},
	} {
		c := &connection{header: make(http.Header)}
		begun := time.Now()
		s.server.ServeHTTP(c, newRequest(http.MethodGet, link, "", lines))
		if fmt.Sprint(c.sent) != fmt.Sprint(want) || c.files != len(want) || c.written != 0 {
			t.Errorf("%q: sent %v, %d of them files, %d bytes written; want %v",
				lines, c.sent, c.files, c.written, want)
		}
		if len(c.deadlines) < len(want) {
			t.Errorf("%q: %d deadlines for %d slices", lines, len(c.deadlines), len(want))
		}
		for _, d := range c.deadlines {
			if d.Before(begun.Add(30*time.Second)) || d.After(time.Now().Add(2*time.Minute)) {
				t.Errorf("%q: a deadline in %v", lines, d.Sub(begun))
			}
		}
	}
}

// TestAFileThatShrinks is cut on disk while it is sent: the answer must not look whole.
func TestAFileThatShrinks(t *testing.T) {
	t.Parallel()
	s, link, path := largeFile(t, 9<<20)
	c := &connection{header: make(http.Header), before: func() {
		if err := os.Truncate(path, 5<<20); err != nil {
			t.Error(err)
		}
	}}
	s.server.ServeHTTP(c, newRequest(http.MethodGet, link, ""))
	if fmt.Sprint(c.sent) != fmt.Sprint([]int64{4 << 20, 1 << 20}) {
		t.Errorf("sent %v", c.sent)
	}
	server := httptest.NewServer(s.server)
	defer server.Close()
	res, err := http.Get(server.URL + link)
	if err != nil {
		t.Fatal(err)
	}
	if body := readAll(t, res); len(body) != 5<<20 || res.ContentLength != 5<<20 {
		t.Errorf("afterwards: %d of %d bytes", len(body), res.ContentLength)
	}
}

// TestAWriterWithoutReadFrom gets the file all the same, in plain writes.
func TestAWriterWithoutReadFrom(t *testing.T) {
	t.Parallel()
	s, link, _ := largeFile(t, 5<<20)
	w := httptest.NewRecorder()
	s.server.ServeHTTP(struct{ http.ResponseWriter }{w}, newRequest(http.MethodGet, link, ""))
	if w.Code != http.StatusOK || w.Body.Len() != 5<<20 {
		t.Errorf("%d with %d bytes", w.Code, w.Body.Len())
	}
}
