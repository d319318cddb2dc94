package work

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/fetch"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/testkit"
)

// handler answers the n-th request, from 0.
type handler func(n int, w http.ResponseWriter, r *http.Request)

// good serves a file as a good server does.
func good(content []byte, etag string) handler {
	return func(_ int, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", etag)
		w.Header().Set("Content-Type", "video/mp4")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

// first lets some requests be answered otherwise before the rest.
func first(times int, bad, rest handler) handler {
	return func(n int, w http.ResponseWriter, r *http.Request) {
		if n < times {
			bad(n, w, r)
			return
		}
		rest(n, w, r)
	}
}

// bytesOf announces a length and sends some bytes, whatever their number; then it waits for the
// end of the connection or makes it.
func bytesOf(content []byte, announced int, etag string, wait bool) handler {
	return func(_ int, w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			panic(err)
		}
		defer func() { _ = conn.Close() }()
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nConnection: close\r\n"+
			"Content-Type: video/mp4\r\nETag: %s\r\nContent-Length: %d\r\n\r\n", etag, announced)
		_, _ = conn.Write(content)
		if wait {
			_, _ = io.Copy(io.Discard, conn) // until the other side has enough
		}
	}
}

func status(code int, body string, headers ...string) handler {
	return func(_ int, w http.ResponseWriter, _ *http.Request) {
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}
}

// endless sends a file that has no end.
func endless(content []byte) handler {
	return func(_ int, w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(content); err != nil {
				return
			}
		}
	}
}

// forbidden is a listener on an address that nobody may speak to.
func forbidden(t *testing.T) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.2:0")
	if err != nil {
		t.Skipf("this system has one loopback address only: %v", err)
	}
	var visits atomic.Int32
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			visits.Add(1)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		if n := visits.Load(); n > 0 {
			t.Errorf("%d connections were made to the forbidden address", n)
		}
	})
	return listener.Addr().String()
}

// end is how the saving of a file comes out: after how many attempts, and why the first failed.
type end struct {
	state    task.AssetState
	attempts int
	reason   string // of the first attempt
}

// TestEveryHostileServerComesToTheRightEnd saves one file from each server, attempt after attempt
// without their pauses, with nothing faked but the server and the clock of the pauses.
func TestEveryHostileServerComesToTheRightEnd(t *testing.T) {
	t.Parallel()
	clip, private := testkit.Clip(t), forbidden(t)
	half, other := len(clip)/2, append(bytes.Clone(clip), make([]byte, 9)...)
	copy(other[len(clip):], "\x00\x00\x00\x09free") // the same movie with a box more
	serve := good(clip, `"v1"`)
	cutHalf := bytesOf(clip[:half], len(clip), `"v1"`, false)
	const cut = "the connection was cut before the file was complete"
	tests := map[string]struct {
		serve handler
		want  []byte // in the end; nil for nothing
		end   end
		names []string // that the server's name stands for, one after another; none for its address
	}{
		"cuts at 50 %": {first(1, cutHalf, serve), clip, end{task.SavedAsset, 2, cut}, nil},
		"cuts at 50 %, then knows no ranges": {first(1, cutHalf, bytesOf(clip, len(clip), `"v1"`, false)),
			clip, end{task.SavedAsset, 2, cut}, nil},
		"stalls": {first(1, bytesOf(clip[:half], len(clip), `"v1"`, true), serve), clip,
			end{task.SavedAsset, 2, "the server sent nothing for 400ms"}, nil},
		"stalls before it answers": {first(1, func(_ int, _ http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
		}, serve), clip, end{task.SavedAsset, 2, "the server sent nothing for 400ms"}, nil},
		"announces less than it has": {first(1, bytesOf(clip, half, `"v1"`, false), serve), clip,
			end{task.SavedAsset, 2, "the file ends before its own end"}, nil},
		"announces more than it has": {first(1, bytesOf(clip, len(clip)+100, `"v1"`, false),
			good(clip, `"v2"`)), clip, end{task.SavedAsset, 2, cut}, nil},
		"changes its ETag between attempts": {first(1, cutHalf, good(other, `"v2"`)), other,
			end{task.SavedAsset, 2, cut}, nil},
		"answers 206 with the wrong range": {first(1, cutHalf, first(2, status(206, "xxxxxxxxxx",
			"Content-Range", "bytes 0-9/"+strconv.Itoa(len(clip))), serve)), clip,
			end{task.SavedAsset, 2, cut}, nil},
		"answers 206 to no range": {status(206, "xxxxxxxxxx", "Content-Range", "bytes 0-9/10"), nil,
			end{task.Pending, 20, "the server answered with a part that was not asked for"}, nil},
		"redirects to a private address": {status(302, "", "Location", "http://"+private+"/x.mp4"),
			nil, end{task.FailedAsset, 1, "the address is not public"}, nil},
		"redirects in circles": {func(_ int, w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/again", http.StatusFound)
		}, nil, end{task.Pending, 20, "the server redirects too often"}, nil},
		"redirects to a file": {status(302, "", "Location", "file:///etc/passwd"), nil,
			end{task.FailedAsset, 1, "the link is neither http nor https"}, nil},
		"sends HTML with 200": {status(200, "<!doctype html><title>Sign in</title>",
			"Content-Type", "video/mp4"), nil, end{task.FailedAsset, 12,
			"wrong type of file: an HTML page instead of a video"}, nil},
		"sends zero bytes": {status(200, ""), nil,
			end{task.FailedAsset, 12, "the server sent an empty file"}, nil},
		"sends without end": {endless(clip), nil,
			end{task.FailedAsset, 1, "the file is larger than the limit"}, nil},
		"says 404": {status(404, ""), nil, end{task.ExpiredAsset, 12, "the server answered 404"}, nil},
		"says 403 for an hour": {first(5, status(403, ""), serve), clip,
			end{task.SavedAsset, 6, "the server answered 403"}, nil},
		"is down for a while": {first(15, status(503, ""), serve), clip,
			end{task.SavedAsset, 16, "the server answered 503"}, nil},
		"has a name that leads to a private address the second time": {cutHalf, nil,
			end{task.FailedAsset, 2, cut}, []string{"127.0.0.1", "127.0.0.2"}},
		"always announces too little": {bytesOf(clip, half, `"v1"`, false), clip[:half],
			end{task.SavedAsset, 12, "the file ends before its own end"}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				tt.serve(int(requests.Add(1))-1, w, r)
			}))
			t.Cleanup(server.Close)
			link, names := server.URL+"/x.mp4", (*net.Resolver)(nil)
			if len(tt.names) > 0 {
				var answers []netip.Addr
				for _, text := range tt.names {
					answers = append(answers, netip.MustParseAddr(text))
				}
				link = strings.Replace(link, "127.0.0.1", "files.example", 1)
				names = testkit.Names(t, answers...)
			}
			saveTillTheEnd(t, link, names, tt.want, tt.end)
		})
	}
}

// saveTillTheEnd makes up to twenty attempts at a file and checks how it came out.
func saveTillTheEnd(t *testing.T, link string, names *net.Resolver, want []byte, end end) {
	t.Helper()
	fetcher := fetch.New(fetch.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")},
		IdleTimeout: 400 * time.Millisecond, MaxBytes: 1 << 20, Resolver: names})
	defer fetcher.Close()
	q := newQueue(task.Asset{Task: 1, SourceURL: link})
	s := newTestSaver(t, q, fetcher)
	for range 20 {
		q.assets[0].NextTryAt = time.Time{} // as if the pause were over
		s.save(t.Context(), claim(t, q))
		if a := q.asset(0); !a.Open() {
			break
		}
	}
	a := q.asset(0)
	if a.State != end.state || len(q.tried) != end.attempts || q.tried[0].Reason != end.reason {
		t.Errorf("%s after %d attempts, the first: %q; want %+v", a.State, len(q.tried),
			q.tried[0].Reason, end)
	}
	if want == nil {
		if a.Path != "" || a.Bytes != 0 {
			t.Errorf("something was saved: %+v", a)
		}
		return
	}
	file, _, err := s.o.Folder.Open(a.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	if got, err := io.ReadAll(file); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes are saved, %v; want %d", len(got), err, len(want))
	}
	if left := parts(t, s.o.Folder); len(left) != 0 || strings.Contains(a.Error, "http") {
		t.Errorf("left are %v, the error is %q", left, a.Error)
	}
}
