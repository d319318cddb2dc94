package sim

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestMediaIsServedWholeAndInRanges(t *testing.T) {
	t.Parallel()
	server := serve(t, Options{})
	video, cover := file(t, "tea.mp4"), file(t, "tea.png")
	tests := []struct {
		name, path, asked string
		status            int
		contentType       string
		body              []byte
	}{
		{"a whole video", "tea.mp4", "", 200, "video/mp4", video},
		{"a whole cover", "tea.png", "", 200, "image/png", cover},
		{"the beginning", "tea.mp4", "bytes=0-9", 206, "video/mp4", video[:10]},
		{"the rest", "tea.mp4", "bytes=1000-", 206, "video/mp4", video[1000:]},
		{"the end", "tea.mp4", "bytes=-7", 206, "video/mp4", video[len(video)-7:]},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			res, body := get(t, server.URL+"/media/"+tc.path, "Range", tc.asked)
			if res.StatusCode != tc.status || res.Header.Get("Content-Type") != tc.contentType {
				t.Errorf("answers %d %s, want %d %s", res.StatusCode,
					res.Header.Get("Content-Type"), tc.status, tc.contentType)
			}
			if !bytes.Equal(body, tc.body) {
				t.Errorf("%d bytes, want %d, or other ones", len(body), len(tc.body))
			}
			if got := res.Header.Get("Content-Length"); got != strconv.Itoa(len(tc.body)) {
				t.Errorf("Content-Length is %s, want %d", got, len(tc.body))
			}
		})
	}
}

func TestMediaThatIsNotThereIsNotFound(t *testing.T) {
	t.Parallel()
	server := serve(t, Options{})
	for _, path := range []string{
		"/media/gone.mp4", "/media/", "/media/make.sh", "/", "/media/..%2fsim.go",
	} {
		if res, _ := get(t, server.URL+path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers %d, want 404", path, res.StatusCode)
		}
	}
}

func TestLinksAreSignedAndUnique(t *testing.T) {
	t.Parallel()
	p, server := provider(t, Options{})
	links := map[string]bool{}
	for _, taskID := range []string{"a", "b"} {
		for _, ref := range []string{"tea.mp4", "tea.mp4@2", "tea.png"} {
			link := p.links.link(ref, taskID)
			if links[link] {
				t.Errorf("%s was made twice", link)
			}
			links[link] = true
			if res, _ := get(t, server.URL+pathOf(t, link)); res.StatusCode != http.StatusOK {
				t.Errorf("%s answers %d, want 200", link, res.StatusCode)
			}
		}
	}
	changed := strings.Replace(pathOf(t, p.links.link("tea.mp4", "a")), "task=a", "task=b", 1)
	if res, _ := get(t, server.URL+changed); res.StatusCode != http.StatusForbidden {
		t.Errorf("a changed link answers %d, want 403", res.StatusCode)
	}
}

func TestLinksFollowFromTheSeed(t *testing.T) {
	t.Parallel()
	link := func(seed uint64) string {
		return newLinker(Options{MediaURL: "http://m", Seed: seed}).link("tea.mp4", "a")
	}
	if first, second := link(1), link(1); first != second {
		t.Error("the same seed makes other links; a second run would conflict with the first")
	}
	if link(1) == link(2) {
		t.Error("another seed makes the same links")
	}
}

func TestLinksDieWhenTheirTimeHasCome(t *testing.T) {
	t.Parallel()
	clock := newClock()
	p, server := provider(t, Options{Now: clock.now, Media: MediaFaults{DieAfter: time.Minute}})
	link := server.URL + pathOf(t, p.links.link("tea.mp4", "a"))
	for _, step := range []struct {
		pass   time.Duration
		status int
	}{
		{0, 200}, {time.Minute - time.Millisecond, 200}, {time.Millisecond, 404}, {time.Hour, 404},
	} {
		clock.pass(step.pass)
		if res, _ := get(t, link); res.StatusCode != step.status {
			t.Errorf("after another %v it answers %d, want %d", step.pass, res.StatusCode, step.status)
		}
	}
	longer := strings.Replace(link, "expires=", "expires=9", 1)
	if res, _ := get(t, longer); res.StatusCode != http.StatusForbidden {
		t.Errorf("a link with a longer life written into it answers %d, want 403", res.StatusCode)
	}
}

func TestTheFirstDownloadIsCutAndCanBeResumed(t *testing.T) {
	t.Parallel()
	const cut = 5000
	p, server := provider(t, Options{Media: MediaFaults{CutAfter: cut}})
	whole := file(t, "tea.mp4")
	link := server.URL + pathOf(t, p.links.link("tea.mp4", "a"))

	res, first := get(t, link)
	if len(first) != cut || res.ContentLength != int64(len(whole)) {
		t.Fatalf("the first answer has %d of %d bytes, want %d of %d",
			len(first), res.ContentLength, cut, len(whole))
	}
	res, rest := get(t, link, "Range", "bytes=5000-", "If-Range", res.Header.Get("ETag"))
	if res.StatusCode != http.StatusPartialContent {
		t.Fatalf("resuming answers %d, want 206", res.StatusCode)
	}
	if !bytes.Equal(append(first, rest...), whole) {
		t.Error("the two parts do not make the file")
	}
	other := server.URL + pathOf(t, p.links.link("tea.mp4", "b"))
	if _, body := get(t, other); len(body) != cut {
		t.Errorf("another link gives %d bytes at first, want %d", len(body), cut)
	}
}

func TestAFileNoLongerThanTheCutIsNotCut(t *testing.T) {
	t.Parallel()
	whole := file(t, "tea.png")
	server := serve(t, Options{Media: MediaFaults{CutAfter: int64(len(whole))}})
	if _, body := get(t, server.URL+"/media/tea.png"); !bytes.Equal(body, whole) {
		t.Errorf("%d of %d bytes arrive", len(body), len(whole))
	}
}

func TestSlowMediaTakesItsTime(t *testing.T) {
	t.Parallel()
	var waits pauses
	server := serve(t, Options{Wait: waits.wait, Media: MediaFaults{Rate: 10_000}})
	whole := file(t, "dunes.mp4")
	if _, body := get(t, server.URL+"/media/dunes.mp4"); !bytes.Equal(body, whole) {
		t.Fatalf("%d of %d bytes arrive", len(body), len(whole))
	}
	want := time.Duration(len(whole)) * time.Second / 10_000
	if got := waits.total(); got < want-time.Millisecond || got > want {
		t.Errorf("takes %v, want %v", got, want)
	}
	if len(waits.list()) < 10 {
		t.Errorf("comes in %d portions, want a steady flow", len(waits.list()))
	}
}

func TestSlowMediaStopsForWhoHasGone(t *testing.T) {
	t.Parallel()
	gone := errors.New("gone")
	f := &faultyWriter{
		ResponseWriter: httptest.NewRecorder(),
		ctx:            t.Context(),
		wait:           func(context.Context, time.Duration) error { return gone },
		rate:           100,
		left:           -1,
	}
	if n, err := f.Write(make([]byte, 1000)); n != 10 || !errors.Is(err, gone) {
		t.Errorf("writes %d bytes and returns %v, want 10 and %v", n, err, gone)
	}
}
