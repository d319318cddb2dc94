package fetch

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/media"
)

const (
	longAgo = "Fri, 20 Nov 2026 01:00:00 GMT"
	half    = 300 << 10
)

func TestFetch_GoesOnAfterACut(t *testing.T) {
	t.Parallel()
	content := video(2*half, 1)
	tests := []struct {
		name    string
		headers []string
		rest    http.HandlerFunc
		ifRange string
	}{
		{"by its ETag", []string{"ETag", `"v1"`, "Last-Modified", longAgo},
			file(content, `"v1"`), `"v1"`},
		{"by its date", []string{"Last-Modified", longAgo}, dated(content, longAgo), longAgo},
		{"by its date beside a weak ETag", []string{"ETag", `W/"v1"`, "Last-Modified", longAgo},
			dated(content, longAgo), longAgo},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, nil)
			server := serve(t, cutAfter(content, half, tt.headers...), tt.rest)
			b.wantError(t, server.link(), Cut, half)
			b.reopen(t)
			b.wantWhole(t, server.link(), content)
			header := server.got()[1].Header
			if header.Get("Range") != "bytes=307200-" || header.Get("If-Range") != tt.ifRange {
				t.Errorf("the second request had %v", header)
			}
		})
	}
}

// dated serves a file that is known by its date alone.
func dated(content []byte, modified string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		at, err := http.ParseTime(modified)
		if err != nil {
			panic(err)
		}
		http.ServeContent(w, r, "a.mp4", at, bytes.NewReader(content))
	}
}

func TestFetch_GoesOnAfterManyCuts(t *testing.T) {
	t.Parallel()
	b, content := setup(t, nil), video(1<<20, 1)
	again := func(w http.ResponseWriter, r *http.Request) {
		file(content, `"v1"`)(&cutWriter{ResponseWriter: w, left: 200 << 10}, r)
	}
	server := serve(t, again)
	for i := 1; i <= 5; i++ {
		b.wantError(t, server.link(), Cut, i*200<<10)
		b.reopen(t)
	}
	b.wantWhole(t, server.link(), content)
}

// cutWriter ends the connection after some bytes of a body.
type cutWriter struct {
	http.ResponseWriter
	left int
}

func (w *cutWriter) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b[:min(len(b), w.left)])
	if w.left -= n; w.left == 0 {
		_ = http.NewResponseController(w.ResponseWriter).Flush()
		panic(http.ErrAbortHandler)
	}
	return n, err
}

func TestFetch_StartsAgainWhereGoingOnWouldMixFiles(t *testing.T) {
	t.Parallel()
	old, content := video(2*half, 1), video(2*half, 2)
	shorter := video(half+1000, 3)
	notPart := func(headers ...string) http.HandlerFunc {
		return plain(206, string(old[half:]), headers...)
	}
	tests := []struct {
		name    string
		cut     http.HandlerFunc
		answers []http.HandlerFunc // to the second attempt
		want    []byte
	}{
		{"changed ETag", cutAfter(old, half, "ETag", `"v1"`),
			[]http.HandlerFunc{file(content, `"v2"`)}, content},
		{"changed ETag and length", cutAfter(old, half, "ETag", `"v1"`),
			[]http.HandlerFunc{file(shorter, `"v2"`)}, shorter},
		{"no validator", cutAfter(old, half), []http.HandlerFunc{file(content, "")}, content},
		{"weak validator", cutAfter(old, half, "ETag", `W/"v1"`),
			[]http.HandlerFunc{file(content, `W/"v1"`)}, content},
		{"a date of the same second", cutAfter(old, half, "Last-Modified", longAgo, "Date", longAgo),
			[]http.HandlerFunc{dated(content, longAgo)}, content},
		{"range ignored", cutAfter(old, half, "ETag", `"v1"`),
			[]http.HandlerFunc{plain(200, string(content))}, content},
		{"wrong start", cutAfter(old, half, "ETag", `"v1"`), []http.HandlerFunc{
			notPart("Content-Range", "bytes 0-307199/614400"), file(content, `"v1"`)}, content},
		{"wrong total", cutAfter(old, half, "ETag", `"v1"`), []http.HandlerFunc{
			notPart("Content-Range", "bytes 307200-614399/614401"), file(content, `"v1"`)}, content},
		{"no range at all", cutAfter(old, half, "ETag", `"v1"`), []http.HandlerFunc{
			notPart(), file(content, `"v1"`)}, content},
		{"range of another length", cutAfter(old, half, "ETag", `"v1"`), []http.HandlerFunc{
			notPart("Content-Range", "bytes 307200-614399/614400", "Content-Length", "9"),
			file(content, `"v1"`)}, content},
		{"range of another version", cutAfter(old, half, "ETag", `"v1"`), []http.HandlerFunc{
			notPart("Content-Range", "bytes 307200-614399/614400", "ETag", `"v2"`),
			file(content, `"v2"`)}, content},
		{"range not satisfiable", cutAfter(old, half, "ETag", `"v1"`), []http.HandlerFunc{
			plain(416, "", "Content-Range", "bytes */1000"), file(content, `"v2"`)}, content},
		{"range not satisfiable, nothing said", cutAfter(old, half, "ETag", `"v1"`),
			[]http.HandlerFunc{plain(416, ""), file(content, `"v2"`)}, content},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, nil)
			server := serve(t, append([]http.HandlerFunc{tt.cut}, tt.answers...)...)
			b.wantError(t, server.link(), Cut, half)
			b.reopen(t)
			b.wantWhole(t, server.link(), tt.want)
			if asked := len(server.got()) - 1; asked != len(tt.answers) {
				t.Errorf("the second attempt asked %d times, want %d", asked, len(tt.answers))
			}
		})
	}
}

func TestFetch_KeepsThePartThroughErrorsOfTheServer(t *testing.T) {
	t.Parallel()
	b, content := setup(t, nil), video(2*half, 1)
	server := serve(t, cutAfter(content, half, "ETag", `"v1"`), plain(500, ""), plain(404, ""),
		plain(403, ""), file(content, `"v1"`))
	for _, kind := range []Kind{Cut, Status, Gone, Denied} {
		b.wantError(t, server.link(), kind, half)
	}
	b.wantWhole(t, server.link(), content)
	if got := server.got()[4].Header.Get("Range"); got == "" {
		t.Error("the last attempt began at zero")
	}
}

func TestFetch_RangeThatEndsEarlyIsACut(t *testing.T) {
	t.Parallel()
	b, content := setup(t, nil), video(2*half, 1)
	server := serve(t, cutAfter(content, half, "ETag", `"v1"`),
		plain(206, string(content[half:half+1000]), "Content-Range", "bytes 307200-308199/614400"),
		file(content, `"v1"`))
	b.wantError(t, server.link(), Cut, half)
	b.wantError(t, server.link(), Cut, half+1000)
	b.wantWhole(t, server.link(), content)
}

func TestFetch_PartThatIsWholeNeedsNoServer(t *testing.T) {
	t.Parallel()
	b, content := setup(t, nil), video(half, 1)
	server := serve(t, file(content, ""))
	b.wantWhole(t, server.link(), content)
	b.reopen(t) // the commit never came
	server.Close()
	b.wantWhole(t, server.link(), content)
}

func TestFetch_PartThatTheServerCallsWhole(t *testing.T) {
	t.Parallel()
	b, content := setup(t, nil), video(half, 1)
	const head = "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nConnection: close\r\n\r\n"
	server := serve(t, raw(head+string(content)),
		plain(416, "", "Content-Range", "bytes */307200"))
	b.wantError(t, server.link(), Cut, half) // it might have been
	b.wantWhole(t, server.link(), content)
}

func TestFetch_LimitHoldsForTheWholeFile(t *testing.T) {
	t.Parallel()
	b, content := setup(t, func(o *Options) { o.MaxBytes = half + 1 }), video(2*half, 1)
	chunks := raw("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nTransfer-Encoding: chunked\r\n\r\n4b000\r\n" +
		string(content[:half]) + "\r\n")
	server := serve(t, chunks, file(content, `"v1"`))
	b.wantError(t, server.link(), Cut, half)
	b.wantError(t, server.link(), TooLarge, 0)
}

func TestOffset(t *testing.T) {
	t.Parallel()
	const link = "https://a.example/x.mp4?sig=1"
	tests := []struct {
		name string
		size int
		v    media.Validator
		link string
		want int64
	}{
		{"the same link", 1000, media.Validator{URL: link, ETag: `"e"`}, link, 1000},
		{"the same link by date", 1000, media.Validator{URL: link, LastModified: longAgo}, link, 1000},
		{"signed anew", 1000, media.Validator{URL: link, ETag: `"e"`},
			"https://a.example/x.mp4?sig=2", 1000},
		{"signed anew, known by date", 1000, media.Validator{URL: link, LastModified: longAgo},
			"https://a.example/x.mp4?sig=2", 0},
		{"another path", 1000, media.Validator{URL: link, ETag: `"e"`}, "https://a.example/y.mp4", 0},
		{"another server", 1000, media.Validator{URL: link, ETag: `"e"`}, "https://b.example/x.mp4", 0},
		{"nothing known", 1000, media.Validator{}, link, 0},
		{"no validator", 1000, media.Validator{URL: link, Total: 2000}, link, 0},
		{"too little", media.SniffLen - 1, media.Validator{URL: link, ETag: `"e"`}, link, 0},
		{"too much", 1000, media.Validator{URL: link, ETag: `"e"`, Total: 999}, link, 0},
		{"no link", 1000, media.Validator{URL: "%zz", ETag: `"e"`}, ":", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			part := setup(t, nil).part
			if _, err := part.Write(make([]byte, tt.size)); err != nil {
				t.Fatal(err)
			}
			if err := part.SetValidator(tt.v); err != nil {
				t.Fatal(err)
			}
			if got := offset(part, tt.link); got != tt.want {
				t.Errorf("offset() = %d, want %d", got, tt.want)
			}
		})
	}
}

func TestParseRange(t *testing.T) {
	t.Parallel()
	tests := []struct {
		header string
		want   byteRange
		ok     bool
	}{
		{"bytes 5-9/10", byteRange{5, 9, 10}, true},
		{"Bytes 0-0/1", byteRange{0, 0, 1}, true},
		{"bytes 5-9/*", byteRange{5, 9, 0}, true},
		{"bytes */10", byteRange{-1, -1, 10}, true},
		{"", byteRange{}, false},
		{"bytes 5-9", byteRange{}, false},
		{"items 5-9/10", byteRange{}, false},
		{"bytes 9-5/10", byteRange{}, false},
		{"bytes 5-10/10", byteRange{}, false},
		{"bytes -5-9/10", byteRange{}, false},
		{"bytes 5/10", byteRange{}, false},
		{"bytes 5-9/-10", byteRange{}, false},
		{"bytes 5-9/99999999999999999999", byteRange{}, false},
	}
	for _, tt := range tests {
		got, ok := parseRange(tt.header)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("parseRange(%q) = %+v, %t, want %+v, %t", tt.header, got, ok, tt.want, tt.ok)
		}
	}
}

func TestRetryAfterOfAFetcherWithoutAClock(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.Now = nil })
	a := attempt{Fetcher: b.Fetcher}
	if got := a.retryAfter("Fri, 31 Dec 9999 23:59:59 GMT"); got < time.Hour {
		t.Errorf("retryAfter() = %v", got)
	}
}
