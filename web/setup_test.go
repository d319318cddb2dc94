package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/reelback/reelback/internal/diagnosis"
	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/live"
	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/tally"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/testkit"
	"github.com/reelback/reelback/internal/work"
	"github.com/reelback/reelback/static"
	"github.com/reelback/reelback/web"
)

// site is a whole server over a real database, inbox and folder, without a saver: files are
// where a test puts them.
type site struct {
	t       *testing.T
	options web.Options
	server  *web.Server
	store   *store.Store
	books   *tally.Books
	folder  *media.Folder
	sources *work.SourceWatch
	hub     *live.Hub
	clock   *testkit.Clock
	log     *testkit.Log
	tokens  map[string]string // by source
	wakes   atomic.Int32
	newer   atomic.Bool   // replays understand what the inbox did not
	ended   chan struct{} // gets a value at each step of a replay
}

func noon() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }

var (
	catalogue   = sync.OnceValues(i18n.Load)
	staticFiles = sync.OnceValues(static.New)
)

// must returns a value that cannot fail to be there.
func must[V any](v V, err error) V {
	if err != nil {
		panic(err)
	}
	return v
}

// newSite starts a site; change may alter the server's options before.
func newSite(t *testing.T, change ...func(*web.Options)) *site {
	t.Helper()
	s := &site{t: t, clock: testkit.NewClock(noon()), log: new(testkit.Log), hub: live.NewHub(),
		folder: testkit.Folder(t), tokens: make(map[string]string), ended: make(chan struct{}, 64)}
	s.store = testkit.Store(t, store.Options{Now: s.clock.Now,
		Rules: task.Rules{Lifetime: kie.Lifetime}})
	if err := s.store.EnsureSources(t.Context(), kie.Sources(), inbox.NewToken); err != nil {
		t.Fatal(err)
	}
	sources := must(s.store.ListSources(t.Context()))
	for _, src := range sources {
		s.tokens[src.Name] = src.Tokens[0].Token
	}
	in := inbox.New(inbox.Options{Keeper: s.store, Sources: sources, Log: s.log.Logger(),
		Readers:    map[string]inbox.Reader{kie.Name: kie.Reader{}},
		Categorise: diagnosis.Categorise, Now: s.clock.Now,
		Committed: func(d task.Delivery, c store.Committed) { s.books.Kept(c.Outcome, c.ID, d.ReceivedAt) }})
	s.books = tally.New(tally.Options{Counters: s.store, Now: s.clock.Now, Log: s.log.Logger()})
	s.start("inbox", in.Run)
	replays := s.newReplayer()
	s.start("replayer", replays.Run)
	s.sources = work.NewSourceWatch(work.SourceWatchOptions{Store: s.store, Door: in,
		Sources: sources, Now: s.clock.Now, Log: s.log.Logger()})
	s.options = web.Options{Store: s.store, Inbox: in, Replays: replays, Files: s.folder, Hub: s.hub,
		Static: must(staticFiles()), Catalogue: must(catalogue()), Sources: s.sources,
		Providers: []task.Provider{{Name: kie.Name, Products: kie.Products()}}, Reader: kept{},
		Covers: work.NewCovers(work.CoversOptions{Store: s.store, Folder: s.folder,
			Now: s.clock.Now}),
		Registry: prometheus.NewRegistry(), Wake: func() { s.wakes.Add(1) },
		Registered: func(task.Task) {}, Books: s.books, Now: s.clock.Now, Log: s.log.Logger()}
	for _, f := range change {
		f(&s.options)
	}
	s.server = web.New(s.options)
	return s
}

// start runs a part of the program until the test ends.
func (s *site) start(name string, run func(context.Context) error) {
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	s.t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			s.t.Errorf("the %s ended with %v", name, err)
		}
	})
}

// ask makes a request and returns the answer; lines are headers, "Name: value".
func (s *site) ask(method, target, body string, lines ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, newRequest(method, target, body, lines...))
	return w
}

func newRequest(method, target, body string, lines ...string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.RemoteAddr, r.Host = "127.0.0.1:40000", "reelback.test"
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		if name == "Host" {
			r.Host = value
			continue
		}
		r.Header.Add(name, value)
	}
	return r
}

// The header lines of people and of machines.
const (
	browser = "Accept: text/html,application/xhtml+xml,*/*;q=0.8"
	form    = "Content-Type: application/x-www-form-urlencoded"
)

// get asks for a page as a browser does and expects it to be there.
func (s *site) get(target string, lines ...string) string {
	s.t.Helper()
	w := s.ask(http.MethodGet, target, "", append([]string{browser}, lines...)...)
	if w.Code != http.StatusOK {
		s.t.Fatalf("GET %s: %d %s", target, w.Code, w.Body)
	}
	return w.Body.String()
}

// getJSON decodes an answer of the API.
func (s *site) getJSON(target string) map[string]any {
	s.t.Helper()
	w := s.ask(http.MethodGet, target, "")
	if w.Code != http.StatusOK {
		s.t.Fatalf("GET %s: %d %s", target, w.Code, w.Body)
	}
	return decode(s.t, w)
}

func decode(t *testing.T, w *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	var answer map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%v: %s", err, w.Body)
	}
	return answer
}

// deliver sends a callback to a source and expects it to be taken.
func (s *site) deliver(source, body string, lines ...string) {
	s.t.Helper()
	w := s.ask(http.MethodPost, s.callback(source), body, lines...)
	if w.Code != http.StatusOK {
		s.t.Fatalf("callback to %s: %d %s", source, w.Code, w.Body)
	}
}

func (s *site) callback(source string) string {
	return "/callbacks/" + source + "/" + s.tokens[source]
}

// Callbacks of the providers, with %s for the task's id.
const (
	runwayDone = `{"code":200,"msg":"All generated successfully.","data":{"task_id":"%s",
		"video_id":"v","video_url":"https://files.example.com/a.mp4?X-Amz-Signature=topsecret",
		"image_url":"https://files.example.com/a.png"}}`
	veoDone = `{"code":200,"msg":"Veo3.1 视频生成成功。","data":{"taskId":"%s","fallbackFlag":false,
		"info":{"resultUrls":["https://files.example.com/b.mp4"],"resolution":"1080p"}}}`
	veoFailed = `{"code":400,"msg":"Your prompt was flagged by Website as violating content ` +
		`policies.","data":{"taskId":"%s"}}`
)

// fill gives the site something of everything: a saved task, one that is being saved, a failed
// one, one that was not understood, and two deliveries that were refused.
func (s *site) fill() {
	s.t.Helper()
	s.deliver("runway-extend", fmt.Sprintf(runwayDone, "run-1"))
	s.saveAll()
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "veo-1"))
	s.deliver("veo3.1", fmt.Sprintf(veoFailed, "veo-2"))
	s.deliver("kie", `{"taskId":"odd-1","weather":"fine"}`)
	for target, want := range map[string]int{
		"/callbacks/veo3.1/wrong": http.StatusUnauthorized,
		s.callback("runway"):      http.StatusBadRequest,
	} {
		if w := s.ask(http.MethodPost, target, `{"code":200,`); w.Code != want {
			s.t.Fatalf("POST %s: %d %s", target, w.Code, w.Body)
		}
	}
}

// saveAll saves every asset that waits, with real files.
func (s *site) saveAll() {
	s.t.Helper()
	for {
		c, _, ok, err := s.store.ClaimAsset(s.t.Context(), time.Minute)
		if err != nil {
			s.t.Fatal(err)
		}
		if !ok {
			return
		}
		content, kind := testkit.Clip(s.t), "video/mp4"
		if c.Asset.Role == task.Cover {
			content, kind = testkit.Cover(s.t), "image/png"
		}
		s.save(c, content, kind)
	}
}

// save ends a claim with a file of the given type.
func (s *site) save(c store.Claimed, content []byte, kind string) task.Asset {
	s.t.Helper()
	a := c.Asset
	part := must(s.folder.Part(fmt.Sprintf("p%d-%s-%d", a.Task, a.Role, a.Index)))
	_ = must(part.Write(content))
	a.Path = must(s.folder.Commit(part, media.Name{Product: c.Task.Product, TaskID: c.Task.TaskID,
		Role: a.Role, Index: a.Index, Month: noon(), ContentType: kind}))
	a.State, a.Bytes, a.ContentType = task.SavedAsset, int64(len(content)), kind
	a.SHA256 = fmt.Sprintf("%064x", c.Asset.Task*10+int64(c.Asset.Index))
	a.Width, a.Height, a.Duration = 320, 180, 3*time.Second
	err := s.store.FinishAsset(s.t.Context(), a, task.Event{At: s.clock.Now(),
		Kind: task.EventAssetSaved, Role: a.Role, Index: a.Index, Detail: fmt.Sprint(a.Bytes)},
		task.Attempt{})
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}
