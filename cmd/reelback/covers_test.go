package main

import (
	"context"
	"fmt"
	"image"
	_ "image/jpeg"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// madeCover is a cover made here, as the API tells of it.
type madeCover struct {
	URL, Maker, SHA256 string
	Width, Height      int
}

func (p *program) madeCover(id string) madeCover {
	p.t.Helper()
	var t struct {
		MadeCover madeCover `json:"made_cover"`
	}
	p.get("/api/v1/tasks/kie/"+id, &t)
	return t.MadeCover
}

// awaitCover waits until a task has a made cover other than the one given, and looks at it.
func (p *program) awaitCover(id, not string) madeCover {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	news := p.watch(ctx)
	c := p.madeCover(id)
	for c.URL == "" || c.URL == not {
		select {
		case <-news:
		case <-ctx.Done():
			p.t.Fatalf("no cover of %s was made", id)
		}
		c = p.madeCover(id)
	}
	origin, err := url.Parse(p.origin)
	if err != nil {
		p.t.Fatal(err)
	}
	res, err := http.Get(origin.ResolveReference(&url.URL{Path: c.URL}).String())
	if err != nil {
		p.t.Fatal(err)
	}
	img, format, err := image.Decode(bufferFrom(res))
	if err != nil || format != "jpeg" || img.Bounds().Dx() != c.Width || c.Width > 640 ||
		img.Bounds().Dy() != c.Height || res.Header.Get("Content-Type") != "image/jpeg" {
		p.t.Errorf("%+v is a %s, %v", c, format, err)
	}
	return c
}

// coverless sends a task whose provider sends no cover, and waits until its video is saved.
func (p *program) coverless(t *testing.T) {
	t.Helper()
	origin, _, _ := serveFiles(t)
	p.deliver("veo3.1", fmt.Sprintf(veoDocument, origin))
	p.await(veoID, saved)
}

// TestABrowserMakesTheCover follows a task of a provider that sends no cover, without ffmpeg:
// the first page that shows it makes one, and a person chooses another.
func TestABrowserMakesTheCover(t *testing.T) {
	eachMount(t, func(t *testing.T, m mount) {
		p := startAt(t, m, "--fetch-allow", loopback, "--ffmpeg", "none")
		p.coverless(t)
		if c := p.madeCover(veoID); c.URL != "" {
			t.Fatalf("there is a cover before anybody looked: %+v", c)
		}
		b := openBrowser(t, m)
		b.open(p.origin + "/")
		first := p.awaitCover(veoID, "")
		if first.Maker != "browser" {
			t.Errorf("made by %q", first.Maker)
		}
		b.wait("the page shows it by itself", `[...document.querySelectorAll('.frame img')].some(
			(i) => i.complete && i.naturalWidth > 100 && i.src.includes('_made-'))`)

		b.open(p.origin + "/tasks/kie/" + veoID + "?lang=en")
		b.wait("the cover is marked as made", `document.querySelector('main').innerText.includes(
			'Cover made here from the video, by a browser')`)
		b.wait("another frame is there", `(() => { const v = document.querySelector('video');
			if (v.readyState < 2) { v.preload = 'auto'; return false; }
			if (v.currentTime < 2) { if (!v.seeking) v.currentTime = 3; return false; }
			return !v.seeking; })()`)
		eval[bool](b, `(document.querySelector('[data-do="cover"]').click(), true)`)
		chosen := p.awaitCover(veoID, first.URL)
		if chosen.Maker != "operator" {
			t.Errorf("made by %q", chosen.Maker)
		}
		b.wait("the page says so", `document.querySelector('main').innerText.includes(
			'picture chosen by hand')`)
		p.awaitGone(first.URL)
	})
}

// awaitGone waits until a file is no longer on disk.
func (p *program) awaitGone(url string) {
	p.t.Helper()
	_, name, _ := strings.Cut(url, "/media/")
	file := filepath.Join(p.dataDir, "media", filepath.FromSlash(name))
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if _, err := os.Stat(file); os.IsNotExist(err) {
			return
		}
	}
	p.t.Errorf("%s is still there", file)
}

// TestFFmpegMakesTheCover needs nobody to look.
func TestFFmpegMakesTheCover(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("ffmpeg"); err != nil {
		t.Skip("there is no ffmpeg")
	}
	p := start(t, t.TempDir(), "--fetch-allow", loopback)
	p.coverless(t)
	first := p.awaitCover(veoID, "")
	if first.Maker != "server" {
		t.Errorf("made by %q", first.Maker)
	}
	p.stop()
	p = start(t, p.dataDir, "--fetch-allow", loopback)
	if again := p.madeCover(veoID); again != first {
		t.Errorf("after a restart it is %+v, before %+v", again, first)
	}
}
