package work

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/fetch"
	"github.com/reelback/reelback/internal/sim"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/testkit"
)

// linkBench is a saver and a fake provider whose links die after a minute, by a clock of their own.
type linkBench struct {
	*testkit.Clock
	t     *testing.T
	store *store.Store
	saver *Saver
	sim   *httptest.Server
}

func newLinkBench(t *testing.T, relink func(b *linkBench, c store.Claimed) bool) *linkBench {
	t.Helper()
	b := &linkBench{t: t, Clock: testkit.NewClock(time.Now())}
	b.store = testkit.Store(t, store.Options{Now: b.Now})
	b.sim = httptest.NewUnstartedServer(nil)
	provider, err := sim.New(sim.Options{MediaURL: "http://" + b.sim.Listener.Addr().String(),
		Now: b.Now, Media: sim.MediaFaults{DieAfter: time.Minute}})
	if err != nil {
		t.Fatal(err)
	}
	b.sim.Config.Handler = provider
	b.sim.Start()
	t.Cleanup(b.sim.Close)
	fetcher := fetch.New(fetch.Options{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}})
	t.Cleanup(fetcher.Close)
	b.saver = newTestSaver(t, b.store, fetcher, func(o *SaverOptions) {
		o.Now = b.Now
		if relink != nil {
			o.Relink = func(_ context.Context, c store.Claimed) task.Relinked {
				if relink(b, c) {
					return task.RelinkFresh
				}
				return task.RelinkNone
			}
		}
	})
	return b
}

// taskOf lets a task of two files arrive whose links live a minute from now.
func (b *linkBench) taskOf(id string) {
	b.t.Helper()
	var files []task.ReportFile
	for i, name := range []string{"boat.mp4", "tea.mp4"} {
		files = append(files, task.ReportFile{Role: task.Video, Index: i, URL: b.link(name)})
	}
	_, err := b.store.CommitDeliveries(b.t.Context(), []store.Incoming{{
		Delivery: task.Delivery{Source: "veo3.1", ReceivedAt: b.Now(), Body: []byte("{}")},
		Report: task.Report{Provider: "kie", Product: "veo3.1", TaskID: id, Code: 200,
			Result: task.ResultSucceeded, CompletedAt: b.Now(), Files: files},
	}})
	if err != nil {
		b.t.Fatal(err)
	}
}

// link asks the provider for a living link to one of its files, as its API gives it.
func (b *linkBench) link(name string) string {
	b.t.Helper()
	res, err := http.Post(b.sim.URL+"/api/v1/common/download-url", "application/json",
		strings.NewReader(`{"url":"`+b.sim.URL+"/media/"+name+`"}`))
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var answer struct{ Data string }
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil || answer.Data == "" {
		b.t.Fatalf("no link to %s: %v", name, err)
	}
	return answer.Data
}

// save makes attempts until nothing waits, moving the clock to the next one that is due.
func (b *linkBench) save() (attempts int) {
	b.t.Helper()
	for ; attempts < 100; attempts++ {
		c, next, ok, err := b.store.ClaimAsset(b.t.Context(), lease)
		switch {
		case err != nil:
			b.t.Fatal(err)
		case ok:
			b.saver.hosts.take(c.Asset)
			b.saver.save(b.t.Context(), c)
		case next.IsZero():
			return attempts
		default:
			b.Add(next.Sub(b.Now()))
		}
	}
	b.t.Fatal("there is no end")
	return 0
}

// TestDeadLinksAreReplacedWhereSomebodyCanBeAsked lets every link die before its turn, and the
// first fresh one as well.
func TestDeadLinksAreReplacedWhereSomebodyCanBeAsked(t *testing.T) {
	t.Parallel()
	asked := 0
	b := newLinkBench(t, func(b *linkBench, c store.Claimed) bool {
		asked++
		name, _, _ := strings.Cut(strings.TrimPrefix(c.Asset.SourceURL, b.sim.URL+"/media/"), "?")
		fresh := b.link(name)
		if asked <= 2 {
			fresh = c.Asset.SourceURL + "0" // one that is dead on arrival
		}
		if err := b.store.RelinkAsset(b.t.Context(), c.Asset, fresh); err != nil {
			b.t.Error(err)
		}
		return true
	})
	for _, id := range []string{"t-1", "t-2"} {
		b.taskOf(id)
	}
	b.Add(30 * time.Minute)
	b.save()
	for _, id := range []string{"t-1", "t-2"} {
		got, err := b.store.FindTask(t.Context(), "kie", id)
		if err != nil || got.Status != task.Saved {
			t.Errorf("%s is %s, %v: %+v", id, got.Status, err, got.Assets)
		}
	}
	if asked < 4 {
		t.Errorf("%d fresh links were asked for", asked)
	}
}

// TestDeadLinksWithoutAKeyAreNamedAndCounted has nobody to ask: the links are tried for a day, then
// the files count as lost, with the reason.
func TestDeadLinksWithoutAKeyAreNamedAndCounted(t *testing.T) {
	t.Parallel()
	b := newLinkBench(t, nil)
	b.taskOf("saved")
	b.save()
	b.taskOf("lost")
	begun := b.Now()
	b.Add(30 * time.Minute)
	b.save()
	if took := b.Now().Sub(begun); took < 12*time.Hour {
		t.Errorf("it was given up after %v", took)
	}
	lost, err := b.store.FindTask(t.Context(), "kie", "lost")
	if err != nil || lost.Status != task.Expired || len(lost.Assets) != 2 {
		t.Fatalf("the task is %+v, %v", lost, err)
	}
	for _, a := range lost.Assets {
		if a.State != task.ExpiredAsset || a.Error != "the server answered 404" {
			t.Errorf("file %d is %s: %s", a.Index, a.State, a.Error)
		}
	}
	attempts, err := b.store.TaskAttempts(t.Context(), lost.Key)
	if err != nil || len(attempts) != 24 {
		t.Errorf("%d attempts are kept, %v", len(attempts), err)
	}
	counted, _, err := b.store.CountTasks(t.Context(), task.Filter{})
	if err != nil || counted[task.Expired] != 1 || counted[task.Saved] != 1 {
		t.Errorf("counted are %v, %v", counted, err)
	}
}
