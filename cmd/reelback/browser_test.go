package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/reelback/reelback/internal/sim"
)

// browser is a tab of headless Chromium whose complaints fail the test.
type browser struct {
	t     testing.TB
	ctx   context.Context
	below string // the path that every page it is sent to lies below; empty for any

	mu         sync.Mutex
	complaints []string
}

// openBrowser starts Chromium at one of the mounts of eachMount. It is sent to pages of the program
// behind the proxy there, and to no others.
func openBrowser(t testing.TB, m mount) *browser {
	t.Helper()
	if m.name == "" {
		t.Fatal("a browser opens at a mount: have eachMount run the test")
	}
	b := openWindow(t)
	b.below = m.path + "/"
	return b
}

// openWindow starts Chromium with an empty profile that talks to nobody but the pages.
func openWindow(t testing.TB) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Fatal("there is no Chromium: run make test, which installs it, or install it yourself")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("mute-audio", true),
		chromedp.UserDataDir(t.TempDir()))
	ctx, cancel := context.WithTimeout(context.Background(), 8*patience)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, c := range b.complaints {
			t.Errorf("the browser complains: %s", c)
		}
	})
	return b
}

// listen notes script errors, and what the browser logs as an error: a refused inline style, a
// file that is not there.
func (b *browser) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, exception(e.ExceptionDetails))
	case *page.EventJavascriptDialogOpening:
		b.complaints = append(b.complaints, "a dialog: "+e.Message)
		go func() { // or the page would wait for ever
			_, _ = chromedp.Call(b.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{})
		}()
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			b.complaints = append(b.complaints, e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

func exception(d *runtime.ExceptionDetails) string {
	text := fmt.Sprintf("%s (%s line %d)", d.Text, d.URL, d.LineNumber+1)
	if d.Exception != nil {
		text += ": " + d.Exception.Description
	}
	return text
}

func (b *browser) open(address string) {
	b.t.Helper()
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(u.Path, b.below) {
		b.t.Fatalf("the browser is sent to %s, which is not below %s: %v", address, b.below, err)
	}
	if err := chromedp.Do(b.ctx, chromedp.Navigate(address)); err != nil {
		b.t.Fatalf("open %s: %v", address, err)
	}
}

// leave closes the page that is open.
func (b *browser) leave() {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, chromedp.Navigate("about:blank")); err != nil {
		b.t.Fatalf("leave the page: %v", err)
	}
}

// at is the expression that is true on a page of the program, given without the mount's path.
func (b *browser) at(path string) string {
	return "location.pathname === '" + strings.TrimSuffix(b.below, "/") + path + "'"
}

// wait polls an expression in the page until it is true, over changes of the page.
func (b *browser) wait(what, expression string) {
	b.t.Helper()
	poll := chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(patience))
	_, err := chromedp.Run(b.ctx, poll)
	for leaving(err) {
		_, err = chromedp.Run(b.ctx, poll)
	}
	if err != nil {
		b.t.Fatalf("wait until %s: %v", what, err)
	}
}

// leaving says whether the browser could not answer because it was going to another page.
func leaving(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "target navigated") ||
		strings.Contains(err.Error(), "Cannot find context"))
}

func eval[T any](b *browser, expression string) T {
	b.t.Helper()
	value, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		b.t.Fatalf("evaluate %s: %v", expression, err)
	}
	return value
}

// startProvider starts the fake provider; its links lead to this machine.
func startProvider(t *testing.T) *sim.Provider {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	provider, err := sim.New(sim.Options{MediaURL: "http://" + server.Listener.Addr().String(),
		Pause: time.Millisecond, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = provider
	server.Start()
	t.Cleanup(server.Close)
	return provider
}

// TestAVideoOnTheScreen lets the fake provider send its day and follows the callbacks to what a
// person sees.
func TestAVideoOnTheScreen(t *testing.T) {
	eachProxy(t, seesAVideo)
}

func seesAVideo(t *testing.T, m mount) {
	provider := startProvider(t)
	p := startAt(t, m, "--fetch-allow", loopback)
	b := openBrowser(t, m)

	b.open(p.origin + "/setup")
	b.wait("the page waits for the first callback", `!!document.querySelector('.waiting')`)
	sum, err := provider.Send(t.Context(), sim.Target(p.sources), sim.Day(1))
	if err != nil || sum.GivenUp > 0 {
		t.Fatalf("the provider's day: %v, %v", sum, err)
	}
	b.wait("the page links to the first callback's task",
		`!!document.querySelector('main a[href*="/tasks/kie/"]')`)

	extended := p.findTask("product=runway-extend&fallback=unknown", "succeeded")
	fellBack := p.findTask("fallback=yes", "succeeded")
	refused := p.findTask("category=likeness", "failed")
	p.await(extended, saved)
	p.await(fellBack, saved)
	b.seesGallery(p)
	b.playsVideo(p.origin + "/tasks/kie/" + extended)
	b.seesControls()
	b.seesFallback(p.origin + "/tasks/kie/" + fellBack)
	b.seesAdvice(p.origin + "/tasks/kie/" + refused)
}

// findTask returns the id of a task that matches a query and came out one way or the other.
func (p *program) findTask(query, result string) string {
	p.t.Helper()
	var list struct {
		Tasks []apiTask `json:"tasks"`
	}
	p.get("/api/v1/tasks?"+query, &list)
	for _, t := range list.Tasks {
		if (t.Status == "failed") == (result == "failed") {
			return t.TaskID
		}
	}
	p.t.Fatalf("no %s task matches %s", result, query)
	return ""
}

func (b *browser) seesGallery(p *program) {
	b.t.Helper()
	b.open(p.origin + "/")
	b.wait("the cover is drawn", `[...document.querySelectorAll('.frame img')].some((i) =>
		i.complete && i.naturalWidth > 100 && i.getBoundingClientRect().width > 100)`)
	// Frames move as pictures load and files are saved, so the pointer follows until one plays.
	for tries := 0; ; tries++ {
		at := eval[struct{ X, Y float64 }](b, `(() => {
			const pic = document.querySelector('.frame .pic:has(video)');
			pic.scrollIntoView({block: 'center', behavior: 'instant'});
			const box = pic.getBoundingClientRect();
			return {X: box.x + box.width / 2, Y: box.y + box.height / 2}; })()`)
		move := chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, at.X, at.Y)
		if err := chromedp.Do(b.ctx, move); err != nil {
			b.t.Fatal(err)
		}
		_, err := chromedp.Run(b.ctx, chromedp.Poll[bool](
			`document.querySelector('.pic.live video')?.currentTime > 0.1`,
			chromedp.WithPollingTimeout(patience/20)))
		if err == nil {
			return
		}
		if tries == 20 {
			b.t.Fatalf("no card plays under the pointer: %v", err)
		}
	}
}

func (b *browser) playsVideo(url string) {
	b.t.Helper()
	b.open(url)
	b.wait("the video's length is known", `document.querySelector('video')?.duration > 1`)
	b.wait("the poster is the cover", `!!document.querySelector('video').poster`)
	eval[bool](b, `(() => { const v = document.querySelector('video');
		v.muted = true; v.currentTime = v.duration / 2; v.play(); return true; })()`)
	b.wait("the video plays on from its middle", `(() => {
		const v = document.querySelector('video');
		return !v.seeking && v.videoWidth > 0 && v.currentTime > v.duration / 2 + 0.3; })()`)
}

func (b *browser) seesFallback(url string) {
	b.t.Helper()
	b.open(url + "?lang=en")
	b.wait("the fallback badge is there", `[...document.querySelectorAll('.badge.line')].some(
		(e) => /fallback/i.test(e.textContent) && e.checkVisibility())`)
}

func (b *browser) seesAdvice(url string) {
	b.t.Helper()
	for lang, words := range map[string][]string{
		"en":    {"well-known", "Creator", "fallback", "Will fail again"},
		"zh-CN": {"知名", "创作者", "备用模型", "仍会失败"},
	} {
		b.open(url + "?lang=" + lang)
		b.wait("the slate is there", `!!document.querySelector('.slate h2')`)
		text := eval[string](b, `document.querySelector('main').innerText`)
		for _, word := range words {
			if !strings.Contains(strings.ToLower(text), strings.ToLower(word)) {
				b.t.Errorf("the advice in %s lacks %q:\n%s", lang, word, text)
			}
		}
	}
}
