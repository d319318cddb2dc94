package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/reelback/reelback/internal/sim"
)

// engine is a browser that a test drives.
type engine interface {
	open(url string) error
	// holds evaluates an expression in the page, which has to be a bool.
	holds(expression string) (bool, error)
}

// engines are the browsers by name. What starts one returns nil where it is not installed.
func engines(m mount) map[string]func(t *testing.T) engine {
	return map[string]func(t *testing.T) engine{
		"Chromium": func(t *testing.T) engine { return chromium{openBrowser(t, m)} },
		"Firefox":  startFirefox, "WebKitGTK": startWebKit,
	}
}

// TestThePlayerSeeksInEveryEngine plays a film whose pictures lie behind 16 MiB of nothing, so that
// no browser gets anywhere without asking for ranges, and jumps about in it. It says which ran.
func TestThePlayerSeeksInEveryEngine(t *testing.T) {
	eachMount(t, seeksInEveryEngine)
}

func seeksInEveryEngine(t *testing.T, m mount) {
	film := farFilm(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "film.mp4", time.Time{}, bytes.NewReader(film))
	}))
	defer server.Close()
	p := startAt(t, m, "--fetch-allow", loopback, "--log-level", "debug")
	p.deliver("veo3.1", fmt.Sprintf(`{"code":200,"msg":"done","data":{"taskId":"film",
		"info":{"resultUrls":["%s/film.mp4"],"resolution":"270p"},"fallbackFlag":false}}`, server.URL))
	p.await("film", saved)
	for name, begin := range engines(m) {
		t.Run(name, func(t *testing.T) {
			e := begin(t)
			if e == nil {
				fmt.Printf("engines: %s is not installed here: make test-engines\n", name)
				t.Skip("not installed")
			}
			before := strings.Count(p.log.String(), "status=206")
			seeksAbout(t, e, p.origin+"/tasks/kie/film")
			ranges := strings.Count(p.log.String(), "status=206") - before
			if ranges == 0 {
				t.Error("no range was served")
			}
			fmt.Printf("engines: the player seeks in %s %s, which took %d ranges\n", name, m.name,
				ranges)
		})
	}
	// Whoever jumps about leaves many answers unread, and that is nobody's failure.
	for line := range strings.Lines(p.log.String()) {
		if strings.Contains(line, "level=ERROR") || strings.Contains(line, "level=WARN") {
			t.Errorf("the server complains: %s", line)
		}
	}
}

// seeksAbout goes to the middle, plays, and goes back.
func seeksAbout(t *testing.T, e engine, url string) {
	t.Helper()
	if err := e.open(url); err != nil {
		t.Fatal(err)
	}
	const v = `document.querySelector('video')`
	awaits(t, e, "the video's length is known", `(() => { const v = `+v+`;
		if (v) { v.muted = true; v.preload = 'auto'; }
		return !!v && v.readyState > 0 && v.duration > 9; })()`)
	awaits(t, e, "it can go anywhere", v+`.seekable.length === 1 && `+v+`.seekable.end(0) > 9`)
	for _, to := range []string{"5", "8", "1"} {
		awaits(t, e, "a jump to "+to, `(() => { const v = `+v+`;
			v.pause(); v.currentTime = `+to+`; return true; })()`)
		awaits(t, e, "it stands at "+to, `(() => { const v = `+v+`;
			return !v.seeking && !v.error && v.videoWidth === 480 && v.readyState > 1 &&
				Math.abs(v.currentTime - `+to+`) < 0.2 && (v.play(), true); })()`)
		awaits(t, e, "it plays on from "+to, v+`.currentTime > `+to+` + 0.3`)
	}
}

// awaits polls an expression until it holds.
func awaits(t *testing.T, e engine, what, expression string) {
	t.Helper()
	poll := time.NewTicker(50 * time.Millisecond)
	defer poll.Stop()
	for end := time.Now().Add(patience); ; <-poll.C {
		held, err := e.holds(expression)
		if held {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%s: it did not come to that: %v", what, err)
		}
	}
}

// farFilm is a clip of 10 seconds with 16 MiB between the tables and the pictures.
func farFilm(t *testing.T) []byte {
	t.Helper()
	const gap = 16 << 20
	clip, err := sim.File("aurora.mp4")
	if err != nil {
		t.Fatal(err)
	}
	film := bytes.Clone(clip)
	tables, pictures := bytes.Index(film, []byte("stco")), bytes.Index(film, []byte("mdat"))-4
	if tables < 0 || pictures < tables {
		t.Fatal("the clip is not what this was written for")
	}
	entries := film[tables+12:]
	for i := range binary.BigEndian.Uint32(film[tables+8:]) {
		entry := entries[4*i:]
		binary.BigEndian.PutUint32(entry, binary.BigEndian.Uint32(entry)+gap)
	}
	nothing := make([]byte, gap)
	binary.BigEndian.PutUint32(nothing, gap)
	copy(nothing[4:], "free")
	return append(append(film[:pictures:pictures], nothing...), film[pictures:]...)
}

// chromium is the browser of the other tests.
type chromium struct{ *browser }

func (c chromium) open(url string) error { return chromedp.Do(c.ctx, chromedp.Navigate(url)) }

func (c chromium) holds(expression string) (bool, error) {
	return chromedp.Run(c.ctx, chromedp.Evaluate[bool](expression))
}

// profileOf makes a folder for a browser, which may still write to it when the test ends.
func profileOf(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "reelback-"+name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
