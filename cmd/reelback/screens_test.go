package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestScreens takes pictures of every page of a running server, in both languages and themes and
// at three widths, into the folder REELBACK_SCREENS for eyes to look at. The server is the one at
// REELBACK_SCREENS_OF, for instance that of `make demo`.
func TestScreens(t *testing.T) {
	dir, origin := os.Getenv("REELBACK_SCREENS"), os.Getenv("REELBACK_SCREENS_OF")
	if dir == "" || origin == "" {
		return // nobody wants to look
	}
	p := &program{t: t, origin: origin}
	pages := map[string]string{"gallery": "/", "tasks": "/tasks", "deliveries": "/deliveries",
		"setup": "/setup", "tokens": "/setup?source=veo3.1",
		"loss": "/deliveries/loss", "nothing": "/tasks?q=nothing-like-it",
		"replay": "/deliveries/replay", "replays": "/deliveries/replays",
		"register": "/tasks/register", "lost": "/tasks/lost",
		"settings": "/settings", "settings-elsewhere": "/settings#group-elsewhere",
		"settings-callbacks": "/settings#group-callbacks",
		"settings-storage":   "/settings#group-storage", "audit": "/settings/audit", "users": "/settings/users",
		"api-tokens": "/settings/tokens", "404": "/tasks/kie/no-such-task"}
	for _, status := range []string{"saved", "failed", "saving", "partly_saved", "not_saved",
		"unconfirmed", "expired"} {
		var list struct{ Tasks []apiTask }
		p.get("/api/v1/tasks?limit=1&status="+status, &list)
		if len(list.Tasks) > 0 {
			pages["task-"+status] = "/tasks/kie/" + list.Tasks[0].TaskID
		}
	}
	var filmed struct{ Tasks []apiTask }
	p.get("/api/v1/tasks?limit=1&status=saved&product=veo3.1", &filmed) // whose cover is made here
	if len(filmed.Tasks) > 0 {
		pages["task-made-cover"] = "/tasks/kie/" + filmed.Tasks[0].TaskID
	}
	if res, err := http.Head(origin + "/deliveries/replays/1"); err == nil {
		_ = res.Body.Close()
		if res.StatusCode == http.StatusOK {
			pages["replay-1"] = "/deliveries/replays/1"
		}
	}
	var refused struct{ Deliveries []struct{ ID int64 } }
	p.get("/api/v1/deliveries?limit=1", &refused)
	if len(refused.Deliveries) > 0 {
		pages["delivery"] = fmt.Sprintf("/deliveries/%d", refused.Deliveries[0].ID)
	}
	b := openCamera(t)
	for name, path := range pages {
		pages[name] = origin + path
	}
	b.shootAll(dir, pages)
	b.complaints = nil // the page of a task that is not there is meant to be missing
}

// TestScreensOfTheDoor takes pictures of the pages about signing in, of a server of its own.
func TestScreensOfTheDoor(t *testing.T) {
	dir := os.Getenv("REELBACK_SCREENS")
	if dir == "" {
		return // nobody wants to look
	}
	p := startClosed(t, t.TempDir(), "--fetch-allow", "0.0.0.0/0", "--trusted-proxies", "::/0")
	b := openCamera(t)
	b.shootAll(dir, map[string]string{"door-welcome": p.welcome, "door-first": p.origin + "/sign-in"})
	p.person().send(p.welcome, "name", "anna", "password", rightPassword, "again", rightPassword)
	if out, err := p.commandWith(rightPassword, "user", "create", "berta-with-a-long-name", "--role",
		"viewer"); err != nil {
		t.Fatal(out, err)
	}
	b.shootAll(dir, map[string]string{"door-ended": p.origin + "/sign-in?why=ended",
		"door-late": p.welcome, "door-404": p.origin + "/nothing"})
	b.complaints = nil // the first is gone, and the last was never there
	for _, name := range []string{"berta-with-a-long-name", "anna"} {
		b.open(p.origin + "/sign-in")
		b.fill("name", name)
		b.fill("password", rightPassword)
		b.press(".ask-in form button")
		b.wait("somebody is in", `!!document.querySelector('.person')`)
		b.shootAll(dir, map[string]string{name + "-account": p.origin + "/account",
			name + "-audit":      p.origin + "/settings/audit",
			name + "-users":      p.origin + "/settings/users?user=1",
			name + "-settings":   p.origin + "/settings",
			name + "-tokens":     p.origin + "/settings/tokens",
			name + "-setup":      p.origin + "/setup",
			name + "-deliveries": p.origin + "/deliveries"})
		b.open(p.origin + "/tasks")
		b.signOut()
		b.wait("the door is there", b.at("/sign-in"))
		b.complaints = nil // a page is not for viewers
	}
}

// TestScreensOfRefusals takes pictures of what people see who are not let in.
func TestScreensOfRefusals(t *testing.T) {
	dir := os.Getenv("REELBACK_SCREENS")
	if dir == "" {
		return // nobody wants to look
	}
	p := startClosed(t, t.TempDir())
	if out, err := p.commandWith(rightPassword, "user", "create", "anna", "--role", "admin"); err != nil {
		t.Fatal(out, err)
	}
	b := openCamera(t)
	wrong := 0
	refuse := func(address string) {
		wrong++
		b.open(address)
		b.fill("name", fmt.Sprint("anna-", wrong)) // each name has a few attempts
		b.fill("password", "not the words")
		b.press(".ask-in form button")
		b.wait("it is refused", `!!document.querySelector('.note.err')`)
	}
	b.shootEach(dir, "door-wrong", func(choices string) { refuse(p.origin + "/sign-in?" + choices) })
	for wrong < 20 {
		p.person().signIn(fmt.Sprint("bert-", wrong), "not the words")
		wrong++
	}
	b.shootEach(dir, "door-locked", func(choices string) { refuse(p.origin + "/sign-in?" + choices) })
	b.complaints = nil // all of them are meant
}

// TestScreensOfTroubles takes pictures of a disk without room, and of a name that is not the
// server's.
func TestScreensOfTroubles(t *testing.T) {
	dir := os.Getenv("REELBACK_SCREENS")
	if dir == "" {
		return // nobody wants to look
	}
	p := start(t, t.TempDir(), "--fetch-allow", loopback, "--disk-reserve", "900TiB")
	p.deliver("veo3.1", `{"code":200,"msg":"ok","data":{"taskId":"k-1",
		"info":{"resultUrls":["http://127.0.0.1:9/v.mp4"]}}}`)
	p.awaitPage("/tasks?lang=en", func(html string) bool {
		return strings.Contains(html, "Saving is paused")
	})
	u, err := url.Parse(p.origin)
	if err != nil {
		t.Fatal(err)
	}
	foreign := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(u)
		r.Out.Host = "videos.example.com"
	}})
	t.Cleanup(foreign.Close)
	b := openCamera(t)
	b.shootAll(dir, map[string]string{"room": p.origin + "/tasks", "421": foreign.URL + "/tasks"})
	b.complaints = nil // the name is not the server's
}

// openCamera starts a browser in which no page fades into the next, so that none is taken halfway.
func openCamera(t *testing.T) *browser {
	t.Helper()
	b := openWindow(t)
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// shootEach takes pictures of what somebody comes to, in both languages and themes and at three
// widths. The way there begins with an address that has these choices in its query.
func (b *browser) shootEach(dir, name string, come func(choices string)) {
	b.t.Helper()
	for _, width := range []int64{360, 1280, 2560} {
		for _, lang := range []string{"en", "zh-CN"} {
			for _, theme := range []string{"light", "dark"} {
				b.size(width)
				come("lang=" + lang + "&theme=" + theme)
				b.capture(filepath.Join(dir, fmt.Sprintf("%s-%s-%s-%d.png", name, lang, theme, width)),
					width)
			}
		}
	}
}

func (b *browser) shootAll(dir string, pages map[string]string) {
	b.t.Helper()
	for name, url := range pages {
		b.shootEach(dir, name, func(choices string) {
			address, section, _ := strings.Cut(url, "#")
			b.open(address + queryMark(address) + choices + "#" + section)
		})
	}
}

// size gives the window a width, with the height that belongs to it.
func (b *browser) size(width int64) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(width, max(width*9/16, 800))); err != nil {
		b.t.Fatal(err)
	}
}

// capture takes a picture of the page that is open, which must not be wider than the window.
func (b *browser) capture(file string, width int64) {
	b.t.Helper()
	b.wait("pictures are drawn", `document.readyState === 'complete' &&
		[...document.images].every((i) => i.complete || i.loading === 'lazy')`)
	if wide := eval[int64](b, `document.documentElement.scrollWidth`); wide > width {
		b.t.Errorf("%s is %d px wide at %d px", filepath.Base(file), wide, width)
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(file, picture, 0o600)
	}
	if err != nil {
		b.t.Fatal(err)
	}
}

func queryMark(url string) string {
	for _, r := range url {
		if r == '?' {
			return "&"
		}
	}
	return "?"
}
