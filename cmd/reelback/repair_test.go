package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/sim"
)

const apiKey = "the-key-to-ask-with"

// startRecords starts a fake provider that can be asked for its records.
func startRecords(t *testing.T, change func(*sim.Options)) (p *sim.Provider, origin string) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	origin = "http://" + server.Listener.Addr().String()
	options := sim.Options{MediaURL: origin, APIKey: apiKey, Seed: 7}
	change(&options)
	provider, err := sim.New(options)
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = provider
	server.Start()
	t.Cleanup(server.Close)
	return provider, origin
}

// truth is what became of a task in the end, as the provider knows it.
type truth struct {
	status, product string
	files           int
}

func (want truth) holds(t apiTask) bool {
	return t.Status == want.status && t.Product == want.product && t.CrossChecked != "no" &&
		len(t.Assets) == want.files
}

// tale returns a day at the provider and the truth about its tasks. A result whose link is dead
// on arrival is left out: that nobody can save it takes minutes to be believed.
func tale() (sim.Scenario, map[string]truth) {
	day := sim.Day(7)
	day.Callbacks = slices.DeleteFunc(day.Callbacks, func(c sim.Callback) bool {
		return strings.Contains(c.Body, "gone.mp4")
	})
	truths := make(map[string]truth)
	for _, c := range day.Callbacks { // the last word on a task counts
		want := truth{status: "failed", product: c.Product}
		if strings.Contains(c.Body, `"code":200`) {
			want.status, want.files = "saved", strings.Count(c.Body, "{media:")
		}
		truths[c.TaskID] = want
	}
	return day, truths
}

// TestLostCallbacksAreRepaired registers a day's tasks and lets the provider drop a fifth of its
// callbacks, send a fifth twice and a tenth in the wrong order. In the end every task is right,
// and what was repaired is what was lost.
func TestLostCallbacksAreRepaired(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	arrived := make(map[string]bool)
	provider, origin := startRecords(t, func(o *sim.Options) {
		o.Faults = sim.Faults{Drop: 0.2, Duplicates: 0.2, OutOfOrder: 0.1}
		o.OnAttempt = func(a sim.Attempt) {
			mu.Lock()
			defer mu.Unlock()
			arrived[a.Callback.TaskID] = arrived[a.Callback.TaskID] || a.Accepted()
		}
	})
	p := start(t, t.TempDir(), "--fetch-allow", loopback, "--kie-base-url", origin,
		"--kie-api-key", apiKey, "--ask-after", "5s")
	token, err := p.command("token", "create", "--data-dir", p.dataDir, "--name", "shop")
	if err != nil {
		t.Fatal(token, err)
	}
	day, truths := tale()
	for id, want := range truths {
		body := fmt.Sprintf(`{"provider":"kie","product":%q,"task_id":%q}`, want.product, id)
		if status, answer := p.register(strings.TrimSpace(token), body); status != 201 {
			t.Fatalf("registering: %d %v", status, answer)
		}
	}
	sum, err := provider.Send(t.Context(), sim.Target(p.sources), day)
	if err != nil || sum.Dropped == 0 || sum.Duplicates == 0 || sum.GivenUp != 0 {
		t.Fatalf("sent %+v, %v", sum, err)
	}
	repaired := 0
	for id, want := range truths {
		p.await(id, want.holds)
		told := p.events(id, "repaired")
		if lost := !arrived[id]; told > 1 || lost != (told == 1) {
			t.Errorf("%s: its callback arrived: %v, repaired %d times", id, arrived[id], told)
		}
		repaired += told
	}
	lost := len(truths) - len(arrived)
	if repaired == 0 || repaired != lost {
		t.Errorf("%d repaired, %d lost", repaired, lost)
	}
	p.checkLoss(lost)
	t.Logf("%d tasks, %d callbacks, %d dropped, %d sent twice; %d tasks lost and repaired",
		len(truths), sum.Callbacks, sum.Dropped, sum.Duplicates, repaired)
}

// events counts the events of a kind in a task's timeline.
func (p *program) events(id, kind string) (n int) {
	p.t.Helper()
	var timeline struct {
		Events []struct{ Kind string }
	}
	p.get("/api/v1/tasks/kie/"+id+"/events", &timeline)
	for _, e := range timeline.Events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// text reads a path as it is.
func (p *program) text(path string) string {
	p.t.Helper()
	res, err := http.Get(p.origin + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

// forge sends a body of somebody else's under a signature that is the provider's own: it covers
// the task's id and the time, and nothing of the rest.
func (p *program) forge(id, link, timestamp, signature string) {
	p.t.Helper()
	body := fmt.Sprintf(`{"code":200,"msg":"All generated successfully.","data":{"task_id":%q,
		"video_id":"x","video_url":"%s/evil.mp4","image_url":""}}`, id, link)
	req, err := http.NewRequest(http.MethodPost, p.sources["runway"], strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set(kie.HeaderTimestamp, timestamp)
	req.Header.Set(kie.HeaderSignature, signature)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		p.t.Fatalf("the forged callback: %s", res.Status)
	}
}

// captured returns the time and the signature that the newest callback about a task came with. The
// API masks signatures, so that it is made again.
func (p *program) captured(key, id string) (timestamp, signature string) {
	p.t.Helper()
	var list struct{ Deliveries []struct{ ID int64 } }
	p.get("/api/v1/deliveries?task_id="+id, &list)
	if len(list.Deliveries) == 0 {
		p.t.Fatalf("no delivery of %s", id)
	}
	var newest struct{ Headers map[string]string }
	p.get(fmt.Sprintf("/api/v1/deliveries/%d", list.Deliveries[0].ID), &newest)
	seconds, err := strconv.ParseInt(newest.Headers[kie.HeaderTimestamp], 10, 64)
	if err != nil {
		p.t.Fatal(err)
	}
	return kie.Sign(key, id, time.Unix(seconds, 0))
}

// TestAForgedCallbackDoesNotWin sends other links, for one task under the signature captured from
// its true callback and for another under one of its own before that.
func TestAForgedCallbackDoesNotWin(t *testing.T) {
	t.Parallel()
	const key = "the-key-that-signs"
	provider, origin := startRecords(t, func(o *sim.Options) { o.HMACKey = key })
	evil, _, _ := serveFiles(t)
	p := start(t, t.TempDir(), "--fetch-allow", loopback, "--kie-base-url", origin,
		"--kie-api-key", apiKey, "--kie-hmac-key", key)
	callback := func(id string) sim.Scenario {
		return sim.Scenario{Name: id, Callbacks: []sim.Callback{{Product: kie.Runway, TaskID: id,
			Body: `{"code":200,"msg":"All generated successfully.","data":{"task_id":"` + id +
				`","video_id":"v","video_url":"{media:reef.mp4}","image_url":"{media:reef.png}"}}`}}}
	}
	clip, err := sim.File("reef.mp4")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(clip)
	genuine := func(check string) func(apiTask) bool {
		return func(t apiTask) bool {
			return saved(t) && t.CrossChecked == check && len(t.Assets) == 2 &&
				t.Assets[0].SHA256 == hex.EncodeToString(sum[:])
		}
	}

	if _, err := provider.Send(t.Context(), sim.Target(p.sources), callback("rw-1")); err != nil {
		t.Fatal(err)
	}
	before := p.await("rw-1", genuine("confirmed"))
	timestamp, signature := p.captured(key, "rw-1")
	p.forge("rw-1", evil, timestamp, signature)
	after := p.task("rw-1")
	before.Deliveries++
	if fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("the confirmed task was changed:\n%+v\n%+v", before, after)
	}
	var kept struct {
		Deliveries []struct{ Outcome, Reason string }
	}
	p.get("/api/v1/deliveries?task_id=rw-1", &kept)
	if d := kept.Deliveries; len(d) != 2 || d[0].Outcome != "conflicting" ||
		d[0].Reason != "signature_reused" {
		t.Errorf("kept are %+v", d)
	}

	provider.End(callback("rw-2"))
	timestamp, signature = kie.Sign(key, "rw-2", time.Now())
	p.forge("rw-2", evil, timestamp, signature)
	p.await("rw-2", genuine("disagrees"))
	if p.events("rw-2", "disagrees") != 1 {
		t.Error("the timeline does not say that the record disagrees")
	}
}
