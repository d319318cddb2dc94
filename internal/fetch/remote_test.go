package fetch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/task"
)

// secret is in every link of these tests and must never be in an error's words.
const secret = "sig=s3cret"

const ftyp = "\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41"

// video returns n bytes that begin like an MP4 file and are the same for the same seed.
func video(n int, seed byte) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b) // never fails
	copy(b, ftyp)
	return b
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// remote is a server that answers its first request with its first handler and so on; the last
// one answers all that follow.
type remote struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
}

func serve(t testing.TB, handlers ...http.HandlerFunc) *remote {
	t.Helper()
	r := &remote{}
	r.Server = httptest.NewServer(r.handler(handlers))
	t.Cleanup(r.Close)
	return r
}

func (r *remote) handler(handlers []http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		h := handlers[min(len(r.requests), len(handlers)-1)]
		r.requests = append(r.requests, req)
		r.mu.Unlock()
		h(w, req)
	})
}

func (r *remote) link() string { return r.URL + "/k/video.mp4?" + secret }

// got returns the requests so far.
func (r *remote) got() []*http.Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.requests
}

// file serves a file as a good server does: with its ETag, ranges and conditions.
func file(content []byte, etag string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if etag != "" {
			w.Header().Set("ETag", etag)
		}
		w.Header().Set("Content-Type", "video/mp4")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

// plain answers with a status, headers in pairs, and a body.
func plain(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // the client may be gone
	}
}

// cutAfter answers with the first n bytes and ends the connection; the length is announced
// unless the headers say otherwise.
func cutAfter(content []byte, n int, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		plain(http.StatusOK, string(content[:n]), headers...)(w, r)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// raw answers with bytes of its own and ends the connection.
func raw(answer string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		_, _ = io.WriteString(conn, answer)
		_ = conn.Close()
	}
}

// stall sends the first n bytes, then nothing until the client has gone.
func stall(content []byte, n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if n > 0 {
			w.Header().Set("ETag", `"v1"`)
			w.Header().Set("Content-Length", strconv.Itoa(len(content)))
			_, _ = w.Write(content[:n])
			_ = http.NewResponseController(w).Flush()
		}
		<-r.Context().Done()
	}
}

// bench is what most tests need: a fetcher that may speak to 127.0.0.1, and a part.
type bench struct {
	*Fetcher
	folder *media.Folder
	part   *media.Part
}

func setup(t testing.TB, change func(*Options)) *bench {
	t.Helper()
	options := Options{
		Allow:       []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")},
		IdleTimeout: 10 * time.Second,
		Now:         func() time.Time { return time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC) },
	}
	if change != nil {
		change(&options)
	}
	folder, err := media.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	part, err := folder.Part("t1-video-0")
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{Fetcher: New(options), folder: folder, part: part}
	t.Cleanup(func() {
		b.Close()
		if err := errors.Join(b.part.Close(), folder.Close()); err != nil {
			t.Error(err)
		}
	})
	return b
}

// fetch makes one attempt at a video and checks what holds for every error.
func (b *bench) fetch(t *testing.T, link string) (Result, error) {
	t.Helper()
	got, err := b.Fetch(context.Background(), Request{URL: link, Role: task.Video, Part: b.part})
	if err != nil {
		checkWords(t, err)
	}
	return got, err
}

func checkWords(t *testing.T, err error) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error %T is no *Error: %v", err, err)
	}
	for _, inside := range []string{"127.0.0.", "http://", "https://", "s3cret", "dial", "EOF",
		"context"} {
		if strings.Contains(e.Error(), inside) {
			t.Errorf("the error's words %q contain %q", e, inside)
		}
	}
}

// wantWhole checks that an attempt brought exactly these bytes home.
func (b *bench) wantWhole(t *testing.T, link string, want []byte) {
	t.Helper()
	got, err := b.fetch(t, link)
	if err != nil {
		t.Fatalf("Fetch() = %v", err)
	}
	if got.Bytes != int64(len(want)) || got.SHA256 != hashOf(want) ||
		got.ContentType != "video/mp4" {
		t.Errorf("Fetch() = %+v, want %d bytes with hash %s", got, len(want), hashOf(want))
	}
	if stored := b.stored(t); !bytes.Equal(stored, want) {
		t.Errorf("%d bytes stored differ from the %d wanted", len(stored), len(want))
	}
}

func (b *bench) stored(t *testing.T) []byte {
	t.Helper()
	stored, err := io.ReadAll(io.NewSectionReader(b.part, 0, b.part.Size()))
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

// wantError checks that an attempt fails with a kind and how many bytes it leaves.
func (b *bench) wantError(t *testing.T, link string, kind Kind, left int) *Error {
	t.Helper()
	got, err := b.fetch(t, link)
	var e *Error
	if !errors.As(err, &e) || e.Kind != kind || got != (Result{}) {
		t.Fatalf("Fetch() = %+v, %v, want kind %s", got, err, kind)
	}
	if b.part.Size() != int64(left) {
		t.Errorf("%d bytes are left in the part, want %d", b.part.Size(), left)
	}
	return e
}

// reopen closes the part and opens it anew, as the next attempt does.
func (b *bench) reopen(t *testing.T) {
	t.Helper()
	if err := b.part.Close(); err != nil {
		t.Fatal(err)
	}
	part, err := b.folder.Part("t1-video-0")
	if err != nil {
		t.Fatal(err)
	}
	b.part = part
}
