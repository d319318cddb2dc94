package web_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/testkit"
)

// TestConditionsOnAFile asks for it as those do who have it, or a part of it, already.
func TestConditionsOnAFile(t *testing.T) {
	t.Parallel()
	s, link, etag := mediaSite(t)
	date := s.ask(http.MethodGet, link, "").Header().Get("Last-Modified")
	at, err := http.ParseTime(date)
	if err != nil {
		t.Fatal(err)
	}
	before := at.Add(-time.Hour).Format(http.TimeFormat)
	after := at.Add(time.Hour).Format(http.TimeFormat)
	const some, past, since = "Range: bytes=0-1", "Range: bytes=99999999-", "If-Modified-Since: "
	for name, tt := range map[string]struct {
		lines []string
		code  int
	}{
		"If-Range with the ETag":            {[]string{some, "If-Range: " + etag}, 206},
		"If-Range with another ETag":        {[]string{some, `If-Range: "other"`}, 200},
		"If-Range with a weak ETag":         {[]string{some, "If-Range: W/" + etag}, 200},
		"If-Range with the date":            {[]string{some, "If-Range: " + date}, 206},
		"If-Range with an earlier date":     {[]string{some, "If-Range: " + before}, 200},
		"If-Range with a later date":        {[]string{some, "If-Range: " + after}, 200},
		"If-Range with nonsense":            {[]string{some, "If-Range: yesterday"}, 200},
		"If-Range, open, with the ETag":     {[]string{"Range: bytes=9-", "If-Range: " + etag}, 206},
		"If-Range where no range is":        {[]string{"If-Range: " + etag}, 200},
		"If-Range past the end":             {[]string{past, "If-Range: " + etag}, 416},
		"If-Range past the end, changed":    {[]string{past, `If-Range: "other"`}, 200},
		"If-None-Match":                     {[]string{"If-None-Match: " + etag}, 304},
		"If-None-Match, weak":               {[]string{"If-None-Match: W/" + etag}, 304},
		"If-None-Match, one of several":     {[]string{`If-None-Match: "a", ` + etag}, 304},
		"If-None-Match with a range":        {[]string{some, "If-None-Match: " + etag}, 304},
		"If-None-Match before the date":     {[]string{`If-None-Match: "a"`, since + date}, 200},
		"If-Modified-Since the date":        {[]string{since + date}, 304},
		"If-Modified-Since an earlier date": {[]string{since + before}, 200},
		"If-Unmodified-Since the date":      {[]string{"If-Unmodified-Since: " + date}, 200},
		"If-Unmodified-Since before it":     {[]string{"If-Unmodified-Since: " + before}, 412},
	} {
		w := s.ask(http.MethodGet, link, "", tt.lines...)
		if w.Code != tt.code || tt.code == 304 && w.Body.Len() > 0 {
			t.Errorf("%s: %d with %d bytes, want %d", name, w.Code, w.Body.Len(), tt.code)
		}
		if got := w.Header().Get("ETag"); tt.code < 400 && got != etag {
			t.Errorf("%s: the ETag is %q", name, got)
		}
	}
}

// TestHeadTellsWhatGetTells compares all headers of both.
func TestHeadTellsWhatGetTells(t *testing.T) {
	t.Parallel()
	s, link, _ := mediaSite(t)
	for _, lines := range [][]string{nil, {"Range: bytes=0-1"}, {"Range: bytes=-10"},
		{"Range: bytes=99999999-"}, {"If-None-Match: *"}} {
		get, head := s.ask(http.MethodGet, link, "", lines...).Header(),
			s.ask(http.MethodHead, link, "", lines...).Header()
		for _, name := range slices.Sorted(maps.Keys(get)) {
			if name != "X-Request-Id" && !slices.Equal(get[name], head[name]) {
				t.Errorf("%v: %s is %q for GET, %q for HEAD", lines, name, get[name], head[name])
			}
		}
		if get.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%v: browsers may guess a type", lines)
		}
	}
}

// TestSetsOfRangesAreBounded asks for more than a reader of films does.
func TestSetsOfRangesAreBounded(t *testing.T) {
	t.Parallel()
	s, link, _ := mediaSite(t)
	size := len(testkit.Clip(t))
	for name, tt := range map[string]struct {
		ranges string
		code   int
	}{
		"a few":                     {"0-1,10-11,20-21", 206},
		"as many as there may be":   {"0-0" + strings.Repeat(",9-9", 15), 206},
		"one more":                  {"0-0" + strings.Repeat(",9-9", 16), 200},
		"thousands":                 {"0-0" + strings.Repeat(",9-9", 9000), 200},
		"the whole, twice":          {"0-,0-", 200},
		"overlapping a little":      {"0-9,5-14", 206},
		"one of them past the end":  {"0-1,99999999-", 206},
		"all of them past the end":  {"99999998-,99999999-", 416},
		"nonsense in between":       {"0-1,b-a", 416},
		"nothing between commas":    {"0-1,,", 206},
		"numbers without an end":    {strings.Repeat("9", 30) + "-", 416},
		"backwards":                 {"9-0", 416},
		"a suffix of nothing":       {"-0", 416},
		"a suffix of more than all": {"-99999999", 206},
	} {
		w := s.ask(http.MethodGet, link, "", "Range: bytes="+tt.ranges)
		if w.Code != tt.code || w.Body.Len() > size+8<<10 {
			t.Errorf("%s: %d with %d bytes, want %d", name, w.Code, w.Body.Len(), tt.code)
		}
	}
}

// TestHabitsOfBrowsers sends what each sends for a video, over one connection as they do.
func TestHabitsOfBrowsers(t *testing.T) {
	t.Parallel()
	s, link, etag := mediaSite(t)
	server := httptest.NewServer(s.server)
	t.Cleanup(server.Close)
	clip := testkit.Clip(t)
	size := len(clip)
	whole := fmt.Sprintf("bytes 0-%d/%d", size-1, size)
	tail := fmt.Sprintf("bytes 100-%d/%d", size-1, size)
	for name, asks := range map[string][]struct {
		lines string
		code  int
		cover string
	}{
		// Safari plays nothing whose first two bytes come without a range and a total.
		"Safari": {
			{"Range: bytes=0-1\r\nX-Playback-Session-Id: 1\r\nAccept-Encoding: identity", 206,
				fmt.Sprintf("bytes 0-1/%d", size)},
			{fmt.Sprintf("Range: bytes=0-%d\r\nIf-Range: %s", size-1, etag), 206, whole},
			{"Range: bytes=100-199", 206, fmt.Sprintf("bytes 100-199/%d", size)},
		},
		"Chromium": {
			{"Range: bytes=0-\r\nAccept-Encoding: identity;q=1, *;q=0", 206, whole},
			{"Range: bytes=100-\r\nIf-Range: " + etag, 206, tail},
		},
		"Firefox": {
			{"Range: bytes=0-\r\nAccept: video/webm,video/ogg,video/*;q=0.9,*/*;q=0.5", 206, whole},
			{"Range: bytes=100-\r\nIf-Range: " + etag, 206, tail},
			{"Accept-Encoding: gzip, deflate, br", 200, ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			in := bufio.NewReader(conn)
			for _, ask := range asks {
				_, _ = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n\r\n", link, ask.lines)
				res, err := http.ReadResponse(in, nil)
				if err != nil {
					t.Fatal(err)
				}
				body, h := readAll(t, res), res.Header
				if res.StatusCode != ask.code || h.Get("Content-Range") != ask.cover ||
					h.Get("ETag") != etag || h.Get("Accept-Ranges") != "bytes" ||
					h.Get("Content-Type") != "video/mp4" || h.Get("Content-Encoding") != "" ||
					h.Get("Content-Length") != fmt.Sprint(len(body)) {
					t.Errorf("%s: %d with %d bytes, %v", ask.lines, res.StatusCode, len(body), h)
				}
				if !bytes.Contains(clip, []byte(body)) {
					t.Errorf("%s: that is not of the file", ask.lines)
				}
			}
		})
	}
}

// TestAReaderWhoLeavesIsNoFailure jumps about as Chromium and Firefox do: each jump leaves an
// answer of many megabytes unread.
func TestAReaderWhoLeavesIsNoFailure(t *testing.T) {
	t.Parallel()
	s, link, path := largeFile(t, 64<<20)
	server := httptest.NewServer(s.server)
	for i := range 20 {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\nRange: bytes=%d-\r\n\r\n", link,
			i<<20)
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil || res.StatusCode != http.StatusPartialContent {
			t.Fatalf("%v, %v", res, err)
		}
		if _, err := io.CopyN(io.Discard, res.Body, 1000); err != nil {
			t.Fatal(err)
		}
		_ = conn.Close()
	}
	server.Close() // waits until all have been answered
	for line := range strings.Lines(s.log.String()) {
		if strings.Contains(line, "level=WARN") || strings.Contains(line, "level=ERROR") {
			t.Errorf("the log complains: %s", line)
		}
	}
	families, err := s.options.Registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, m := range family.Metric {
			for _, label := range m.Label {
				if label.GetName() == "status" && label.GetValue() >= "400" {
					t.Errorf("%s counts a %s", family.GetName(), label.GetValue())
				}
			}
		}
	}
	if err := os.Remove(path); err != nil { // and nothing holds it
		t.Error(err)
	}
}
