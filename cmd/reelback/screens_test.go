package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

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
		"register": "/tasks/register", "404": "/tasks/kie/no-such-task"}
	for _, status := range []string{"saved", "failed", "saving", "partly_saved", "not_saved",
		"unconfirmed", "expired"} {
		var list struct{ Tasks []apiTask }
		p.get("/api/v1/tasks?limit=1&status="+status, &list)
		if len(list.Tasks) > 0 {
			pages["task-"+status] = "/tasks/kie/" + list.Tasks[0].TaskID
		}
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
	b := openBrowser(t)
	for _, width := range []int64{360, 1280, 2560} {
		for _, lang := range []string{"en", "zh-CN"} {
			for _, theme := range []string{"light", "dark"} {
				for name, path := range pages {
					b.shoot(origin+path, filepath.Join(dir,
						fmt.Sprintf("%s-%s-%s-%d.png", name, lang, theme, width)),
						lang, theme, width)
				}
			}
		}
	}
	b.complaints = nil // the page of a task that is not there is meant to be missing
}

func (b *browser) shoot(url, file, lang, theme string, width int64) {
	b.t.Helper()
	b.open(url + queryMark(url) + "lang=" + lang + "&theme=" + theme)
	height := max(width*9/16, 800)
	if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(width, height)); err != nil {
		b.t.Fatal(err)
	}
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
