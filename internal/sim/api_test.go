package sim

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/provider/kie"
)

func TestTheAPIAsksForItsKey(t *testing.T) {
	t.Parallel()
	server := serve(t, Options{APIKey: "K"})
	for _, path := range []string{
		"/api/v1/runway/record-detail?taskId=x", "/api/v1/aleph/record-info?taskId=x",
		"/api/v1/veo/record-info?taskId=x", "/api/v1/jobs/recordInfo?taskId=x",
		"/api/v1/modify/record-info?taskId=x", "/api/v1/chat/credit",
	} {
		for header, want := range map[string]bool{"Bearer K": true, "Bearer k": false, "K": false,
			"Bearer ": false, "": false} {
			res, body := get(t, server.URL+path, "Authorization", header)
			if res.StatusCode != http.StatusOK || (codeOf(t, body) != 401) != want {
				t.Errorf("%s with %q: status %d, %s", path, header, res.StatusCode, body)
			}
		}
	}
	if res, _ := get(t, server.URL+"/media/tea.png"); res.StatusCode != http.StatusOK {
		t.Errorf("media answer %d: they need no key", res.StatusCode)
	}
	client := kie.NewClient(kie.Options{BaseURL: server.URL, Key: "another"})
	_, err := client.FreshLink(t.Context(), "http://media.example/media/tea.mp4")
	if !errors.Is(err, kie.ErrUnauthorized) {
		t.Errorf("got %v", err)
	}
}

func codeOf(t *testing.T, body []byte) int {
	t.Helper()
	var e struct{ Code int }
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	return e.Code
}

func TestTheAPIAnswersAsTheProviderDoes(t *testing.T) {
	t.Parallel()
	server := serve(t, Options{})
	for path, want := range map[string]string{
		"/api/v1/jobs/recordInfo?taskId=x": `{"code":422,"data":null,"msg":"recordInfo is null"}`,
		"/api/v1/jobs/recordInfo":          "taskId parameter is required",
		"/api/v1/chat/credit":              `{"code":200,"data":10000,"msg":"success"}`,
	} {
		res, body := get(t, server.URL+path)
		if res.StatusCode != http.StatusOK || !strings.Contains(string(body), want) ||
			res.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: status %d, %s", path, res.StatusCode, body)
		}
	}
	if res, _ := get(t, server.URL+"/api/v1/luma/record-info"); res.StatusCode != 404 {
		t.Errorf("an unknown endpoint answers %d", res.StatusCode)
	}
}

func TestTheAPIFailsAShareOfTheQuestions(t *testing.T) {
	t.Parallel()
	const questions = 400
	run := func(seed uint64) (codes string, count map[int]int, waits []time.Duration) {
		var slow pauses
		server := serve(t, Options{Seed: seed, Wait: slow.wait, API: APIFaults{
			RateLimited: 0.2, Errors: 0.1, Slow: 0.3, Delay: time.Minute,
		}})
		count = make(map[int]int)
		var order strings.Builder
		for range questions {
			_, body := get(t, server.URL+"/api/v1/veo/record-info?taskId=x")
			code := codeOf(t, body)
			count[code]++
			order.WriteByte(byte(code % 100))
		}
		return order.String(), count, slow.list()
	}
	codes, count, waits := run(1)
	between(t, "rate limited", count[429], 60, 100)
	between(t, "errors", count[500], 25, 55)
	between(t, "slow", len(waits), 95, 145)
	if count[429]+count[500]+count[422] != questions || waits[0] != time.Minute {
		t.Errorf("codes %v, first wait %v", count, waits[0])
	}
	if again, _, _ := run(1); again != codes {
		t.Error("the same seed fails other questions")
	}
	if other, _, _ := run(2); other == codes {
		t.Error("another seed fails the same questions")
	}
}

func TestRecordsAreForgotten(t *testing.T) {
	t.Parallel()
	clock := newClock()
	p, client := asker(t, Options{Now: clock.now, API: APIFaults{Forget: time.Hour}})
	day := Day(1)
	p.Begin(day)
	clock.pass(2 * time.Hour)
	id := day.Callbacks[0].TaskID
	mustAsk(t, client, kie.Runway, id) // what runs is not forgotten
	p.End(day)
	clock.pass(time.Hour - time.Second)
	mustAsk(t, client, kie.Runway, id)
	clock.pass(time.Second)
	if _, err := client.Query(t.Context(), kie.Runway, id); !errors.Is(err, kie.ErrRecordGone) {
		t.Errorf("got %v", err)
	}
}

func TestRecordsHaveFreshLinksWhenLinksDie(t *testing.T) {
	t.Parallel()
	clock := newClock()
	p, server := provider(t, Options{Now: clock.now, Media: MediaFaults{DieAfter: time.Minute}})
	client := kie.NewClient(kie.Options{BaseURL: server.URL, Now: clock.now})
	day := Day(1)
	p.End(day)
	status := func(link string) int {
		res, _ := get(t, server.URL+pathOf(t, link))
		return res.StatusCode
	}
	first := mustAsk(t, client, kie.Runway, day.Callbacks[0].TaskID).Report.Files[0].URL
	clock.pass(time.Minute)
	second := mustAsk(t, client, kie.Runway, day.Callbacks[0].TaskID).Report.Files[0].URL
	if status(first) != 404 || status(second) != 200 {
		t.Errorf("the first link answers %d, the second %d", status(first), status(second))
	}
	fresh, err := client.FreshLink(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	clock.pass(freshFor - time.Second)
	if got := status(fresh); got != 200 {
		t.Errorf("the fresh link answers %d within its 20 minutes", got)
	}
	clock.pass(time.Second)
	if got := status(fresh); got != 404 {
		t.Errorf("the fresh link answers %d after its 20 minutes", got)
	}
}

func TestFreshLinksAreMadeForTheProvidersOwnFilesOnly(t *testing.T) {
	t.Parallel()
	p, client := asker(t, Options{})
	own := p.links.link("tea.mp4@2", "a")
	if fresh, err := client.FreshLink(t.Context(), own); err != nil || fresh == own ||
		!strings.Contains(fresh, "v=2") || !strings.Contains(fresh, "task=a") {
		t.Errorf("got %s, %v for %s", fresh, err, own)
	}
	for _, link := range []string{
		"http://elsewhere.example/media/tea.mp4", "http://media.example/media/gone.mp4",
		strings.Replace(own, "task=a", "task=b", 1), "http://media.example.evil/media/tea.mp4",
		"", "not a link", "http://media.example/media/", "http://media.example/media/../tea.mp4",
	} {
		if got, err := client.FreshLink(t.Context(), link); !errors.Is(err, kie.ErrForeignLink) {
			t.Errorf("%q: got %q, %v", link, got, err)
		}
	}
}

func TestCreditsAreSpentOnWhatSucceeds(t *testing.T) {
	t.Parallel()
	p, client := asker(t, Options{})
	credits := func() float64 {
		left, err := client.Credits(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return left
	}
	s := others()
	p.Begin(s)
	if got := credits(); got != balance {
		t.Errorf("%v credits before anything has ended", got)
	}
	p.End(s)
	if got := credits(); got != balance-110-55-12 {
		t.Errorf("%v credits after one success of Aleph, a job and Luma", got)
	}
}

func TestAPIFaultsAreChecked(t *testing.T) {
	t.Parallel()
	for want, faults := range map[string]APIFaults{
		"rate limited 2":         {RateLimited: 2},
		"errors -1":              {Errors: -1},
		"slow 1.5":               {Slow: 1.5},
		"faults of the API 1.25": {RateLimited: 0.75, Errors: 0.5},
		"delay -1s":              {Delay: -time.Second},
		"forget -1s":             {Forget: -time.Second},
	} {
		_, err := New(Options{MediaURL: "http://m", API: faults})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error is %v, want %q", err, want)
		}
	}
}

func TestCommandTellsOfRecordsWhoHasTheKey(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, nil)
	ctx, interrupt := context.WithCancel(t.Context())
	c := parse(t, "--to="+r.URL, "--listen=127.0.0.1:0", "--rate=0s", "--api-key=K", "--drop=0.5")
	out := newScreen("serving media until interrupted")
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx, out) }()
	<-out.seen
	base, _, _ := strings.Cut(strings.TrimPrefix(out.String(), "media at "), mediaPath)
	client := kie.NewClient(kie.Options{BaseURL: base, Key: "K", Rate: 1000, Burst: 100})
	for _, c := range Day(1).Callbacks {
		mustAsk(t, client, c.Product, c.TaskID)
	}
	stranger := kie.NewClient(kie.Options{BaseURL: base, Key: "L"})
	if _, err := stranger.Credits(t.Context()); !errors.Is(err, kie.ErrUnauthorized) {
		t.Errorf("got %v", err)
	}
	interrupt()
	if err := <-done; err != nil {
		t.Errorf("ends with %v", err)
	}
}
