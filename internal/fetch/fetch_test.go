package fetch

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/task"
)

func TestFetch_BringsAFileHome(t *testing.T) {
	t.Parallel()
	b, content := setup(t, nil), video(1<<20, 1)
	server := serve(t, file(content, `"v1"`))
	b.wantWhole(t, server.link(), content)
	header := server.got()[0].Header
	if header.Get("Accept-Encoding") != "identity" || header.Get("User-Agent") != "Reelback" ||
		header.Get("Range") != "" {
		t.Errorf("the request had %v", header)
	}
	path, err := b.folder.Commit(b.part, media.Name{Product: "runway", TaskID: "x",
		Role: task.Video, ContentType: "video/mp4", Month: time.Unix(0, 0)})
	if err != nil || path != "1970-01/runway_video_x_0.mp4" {
		t.Errorf("Commit() = %q, %v", path, err)
	}
}

func TestFetch_TellsItsProgress(t *testing.T) {
	t.Parallel()
	b, content := setup(t, nil), video(700<<10, 1)
	server := serve(t, cutAfter(content, 400<<10, "ETag", `"v1"`), file(content, `"v1"`))
	b.wantError(t, server.link(), Cut, 400<<10)
	var last int64
	_, err := b.Fetch(context.Background(), Request{URL: server.link(), Role: task.Video,
		Part: b.part, Progress: func(done, total int64) {
			if done < last || done < 400<<10 || total != int64(len(content)) {
				t.Errorf("progress %d of %d after %d", done, total, last)
			}
			last = done
		}})
	if err != nil || last != int64(len(content)) {
		t.Errorf("Fetch() = %v, progress ended at %d", err, last)
	}
}

func TestFetch_Answers(t *testing.T) {
	t.Parallel()
	content := video(10<<10, 1)
	whole := string(content)
	const head = "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\n"
	tests := []struct {
		name   string
		answer http.HandlerFunc
		kind   Kind
		left   int // bytes kept for the next attempt
		words  string
	}{
		{"gone", plain(404, ""), Gone, 0, "the server answered 404"},
		{"gone for good", plain(410, whole), Gone, 0, "the server answered 410"},
		{"denied", plain(403, "<Error>"), Denied, 0, "the server answered 403"},
		{"not let in", plain(401, ""), Denied, 0, "the server answered 401"},
		{"server down", plain(500, whole), Status, 0, "the server answered 500"},
		{"nothing to say", plain(204, ""), Empty, 0, "the server sent an empty file"},
		{"a part nobody asked for", plain(206, whole, "Content-Range", "bytes 0-9/10"), Status, 0,
			"the server answered with a part that was not asked for"},
		{"a redirect to nowhere", plain(304, ""), Status, 0, "the server answered 304"},
		{"zero bytes announced", raw(head + "Content-Length: 0\r\n\r\n"), Empty, 0,
			"the server sent an empty file"},
		{"zero bytes", raw(head + "Connection: close\r\n\r\n"), Empty, 0,
			"the server sent an empty file"},
		{"a length and nothing else", raw(head + "Content-Length: 9\r\n\r\n"), Cut, 0,
			"the connection was cut before the file was complete"},
		{"half of it", cutAfter(content, 5<<10, "ETag", `"v1"`), Cut, 5 << 10,
			"the connection was cut before the file was complete"},
		{"too little to know what it is", cutAfter(content, 100), Cut, 0,
			"the connection was cut before the file was complete"},
		{"less than announced", raw(head + "Content-Length: 99999\r\n\r\n" + whole), Cut, 10 << 10,
			"the connection was cut before the file was complete"},
		{"chunks without an end", raw(head + "Transfer-Encoding: chunked\r\n\r\n2800\r\n" + whole +
			"\r\n"), Cut, 10 << 10, "the connection was cut before the file was complete"},
		{"a cut that looks like an end", raw(head + "Connection: close\r\n\r\n" + whole), Cut, 10 << 10,
			"the connection was cut before the file was complete"},
		{"a page", plain(200, "<!doctype html><title>Sign in</title>", "Content-Type", "video/mp4"),
			WrongType, 0, "wrong type of file: an HTML page instead of a video"},
		{"an error in JSON", plain(200, `{"code":404}`), WrongType, 0,
			"wrong type of file: JSON data instead of a video"},
		{"an image", plain(200, "\x89PNG\r\n\x1a\n"+whole), WrongType, 0,
			"wrong type of file: an image instead of a video"},
		{"no HTTP", raw("hello\r\n\r\n"), Network, 0, "the connection failed"},
		{"no answer", raw(""), Network, 0, "the connection failed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := setup(t, nil).wantError(t, serve(t, tt.answer).link(), tt.kind, tt.left)
			if e.Error() != tt.words || e.Permanent() {
				t.Errorf("Fetch() = %q, permanent %t, want %q", e, e.Permanent(), tt.words)
			}
		})
	}
}

func TestFetch_KeepsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	server := serve(t, plain(200, "\x00\x01\x02 a format of next year", "Content-Type", "video/webm"))
	if got, err := b.fetch(t, server.link()); err != nil || got.ContentType != "video/webm" {
		t.Errorf("Fetch() = %+v, %v", got, err)
	}
}

func TestFetch_KeepsAFileOfUnknownLength(t *testing.T) {
	t.Parallel()
	tiny := ftyp + "\x00\x00\x00\x08moov"
	for name, answer := range map[string]http.HandlerFunc{
		"chunks": raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n" + tiny +
			"\r\n0\r\n\r\n"),
		"to the close": raw("HTTP/1.0 200 OK\r\n\r\n" + tiny),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			setup(t, nil).wantWhole(t, serve(t, answer).link(), []byte(tiny))
		})
	}
}

func TestFetch_StopsAtTheLimit(t *testing.T) {
	t.Parallel()
	limited := func(o *Options) { o.MaxBytes = 1 << 20 }
	endless := func(w http.ResponseWriter, r *http.Request) {
		for chunk := video(64<<10, 1); r.Context().Err() == nil; {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}
	announced := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1048577")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
	for name, answer := range map[string]http.HandlerFunc{"endless": endless, "announced": announced} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := setup(t, limited).wantError(t, serve(t, answer).link(), TooLarge, 0)
			if !e.Permanent() {
				t.Error("another attempt is thought to be worth while")
			}
		})
	}
	content := video(1<<20, 1)
	setup(t, limited).wantWhole(t, serve(t, file(content, "")).link(), content)
}

func TestFetch_StopsWhenNothingComes(t *testing.T) {
	t.Parallel()
	content := video(100<<10, 1)
	for name, sent := range map[string]int{"before the answer": 0, "in the middle": 50 << 10} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, func(o *Options) { o.IdleTimeout = 500 * time.Millisecond })
			e := b.wantError(t, serve(t, stall(content, sent)).link(), Stalled, sent)
			if e.Error() != "the server sent nothing for 500ms" {
				t.Errorf("Fetch() = %q", e)
			}
		})
	}
}

func TestFetch_WaitsForASlowServerThatSends(t *testing.T) {
	t.Parallel()
	content := video(4<<10, 1)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(content); i += 512 { // takes longer than the time-out in all
			<-tick.C
			_, _ = w.Write(content[i : i+512])
			_ = http.NewResponseController(w).Flush()
		}
	})
	b := setup(t, func(o *Options) { o.IdleTimeout = 600 * time.Millisecond })
	b.wantWhole(t, server.link(), content)
}

func TestFetch_EndsWithAServerThatTrickles(t *testing.T) {
	t.Parallel()
	content := video(4<<10, 1)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		for i := 0; ; i++ { // a byte well within every idle time-out
			select {
			case <-tick.C:
			case <-r.Context().Done():
				return
			}
			_, _ = w.Write(content[i%len(content) : i%len(content)+1])
			_ = http.NewResponseController(w).Flush()
		}
	})
	b := setup(t, func(o *Options) { o.IdleTimeout = 200 * time.Millisecond })
	_, err := b.Fetch(context.Background(), Request{URL: server.link(), Role: task.Video, Part: b.part})
	var e *Error
	if !errors.As(err, &e) || e.Kind != Stalled || e.Error() != "the server sends too slowly" {
		t.Errorf("Fetch() = %v", err)
	}
}

func TestFetch_DoesNotBlameTheServerForASlowDisk(t *testing.T) {
	t.Parallel()
	const idle = 200 * time.Millisecond
	b, content := setup(t, func(o *Options) { o.IdleTimeout = idle }), video(2*half, 1)
	server := serve(t, file(content, ""))
	_, err := b.Fetch(context.Background(), Request{URL: server.link(), Role: task.Video,
		Part: b.part, Progress: func(int64, int64) { <-time.After(2 * idle) }})
	if err != nil {
		t.Errorf("Fetch() = %v", err)
	}
}

func TestFetch_EndsWithItsCaller(t *testing.T) {
	t.Parallel()
	b, content := setup(t, nil), video(100<<10, 1)
	ctx, cancel := context.WithCancel(context.Background())
	server := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		_, _ = w.Write(content[:50<<10])
		_ = http.NewResponseController(w).Flush()
		cancel()
		<-r.Context().Done()
	}, file(content, `"v1"`))
	_, err := b.Fetch(ctx, Request{URL: server.link(), Role: task.Video, Part: b.part})
	var e *Error
	if !errors.As(err, &e) || e.Kind != Cancelled || !errors.Is(err, context.Canceled) {
		t.Fatalf("Fetch() = %v, want a cancelled attempt", err)
	}
	checkWords(t, err)
	b.reopen(t)
	if kept := b.part.Size(); kept > 50<<10 {
		t.Errorf("%d bytes kept", kept)
	}
	b.wantWhole(t, server.link(), content)
}

func TestFetch_DiskThatFails(t *testing.T) {
	t.Parallel()
	b := setup(t, nil)
	server := serve(t, file(video(1<<10, 1), ""))
	if err := b.part.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := b.fetch(t, server.link())
	var e *Error
	if !errors.As(err, &e) || e.Kind != Disk || !errors.Is(err, fs.ErrClosed) || e.Permanent() {
		t.Errorf("Fetch() = %v, want a failure of the disk", err)
	}
}

func TestFetch_LeavesTheReserveFree(t *testing.T) {
	t.Parallel()
	const size = 3 * roomStep
	server := serve(t, file(video(size, 1), ""))
	for name, test := range map[string]struct {
		free int64
		want error
		kept bool
	}{
		"too little for its length":    {size - 1, ErrNoRoom, false},
		"somebody else takes the room": {2 * size, syscall.ENOSPC, true},
	} {
		b := setup(t, nil)
		asked := 0
		_, err := b.Fetch(t.Context(), Request{URL: server.link(), Role: task.Video, Part: b.part,
			Room: func(more int64) bool {
				asked++
				return more <= test.free && asked < 3
			}})
		var e *Error
		if !errors.As(err, &e) || e.Kind != Disk || !errors.Is(err, test.want) ||
			e.Error() != task.ReasonDiskFull && !strings.Contains(e.Error(), task.ReasonDiskFull) {
			t.Errorf("%s: %v", name, err)
		}
		if kept := b.part.Size(); (kept > roomStep) != test.kept || kept >= size {
			t.Errorf("%s: %d bytes are kept", name, kept)
		}
	}
}

func TestFetch_PassesOnWhenToComeBack(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{
		"": 0, "nonsense": 0, "-1": 0, "120": 2 * time.Minute,
		"Sat, 21 Nov 2026 02:00:30 GMT": 30 * time.Second, "Sat, 21 Nov 2026 01:00:00 GMT": 0} {
		t.Run(header, func(t *testing.T) {
			t.Parallel()
			server := serve(t, plain(503, "", "Retry-After", header))
			if e := setup(t, nil).wantError(t, server.link(), Status, 0); e.RetryAfter != want {
				t.Errorf("RetryAfter = %v, want %v", e.RetryAfter, want)
			}
		})
	}
}

func TestFetch_NobodyThere(t *testing.T) {
	t.Parallel()
	server := serve(t, plain(200, ""))
	server.Close()
	e := setup(t, nil).wantError(t, server.link(), Network, 0)
	if !strings.Contains(e.Error(), "refused") {
		t.Errorf("Fetch() = %q", e)
	}
}
