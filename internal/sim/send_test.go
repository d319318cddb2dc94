package sim

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/provider/kie"
)

func TestSendPostsAsTheProviderDoes(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, nil)
	sum := send(t, Options{}, r, numbered(1))
	if sum != (Summary{Callbacks: 1, Attempts: 1, Accepted: 1}) {
		t.Errorf("summary is %+v", sum)
	}
	got := r.requests()[0]
	if got.method != http.MethodPost || got.path != "/callbacks/runway/TOKEN" {
		t.Errorf("sends %s %s", got.method, got.path)
	}
	if ct := got.header.Get("Content-Type"); ct != "application/json" {
		t.Errorf("Content-Type is %q", ct)
	}
	if agent := got.header.Get("User-Agent"); !strings.HasPrefix(agent, "okhttp/") {
		t.Errorf("User-Agent is %q", agent)
	}
	if got.header.Get(kie.HeaderSignature) != "" {
		t.Error("is signed without a key")
	}
}

func TestSendSignsWithTheKey(t *testing.T) {
	t.Parallel()
	vectors := map[string]string{
		"rw_demo_0001":       "8nMMROIbWYo8e3E0fN1/86BaLwKTGxrxEF0aVC1y0hg=",
		"veo_task_demo_0001": "vsu7bb3uZ2bv8N9B9oA+XDK4q/SZaRJuRKgTRPrQNYg=",
	}
	for id, want := range vectors {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			r := newReceiver(t, func(n int) int { return []int{500, 200}[n] })
			opt := Options{HMACKey: "demo-hmac-key-0001", Now: newClock().now}
			send(t, opt, r, Scenario{Callbacks: []Callback{{Product: "runway", TaskID: id}}})
			for _, got := range r.requests() { // the retry repeats the signature
				if s := got.header.Get(kie.HeaderSignature); s != want {
					t.Errorf("signature is %q, want %q", s, want)
				}
				if ts := got.header.Get(kie.HeaderTimestamp); ts != "1790000000" {
					t.Errorf("timestamp is %q", ts)
				}
			}
		})
	}
}

func TestSendRetriesThreeTimesUntilTheAnswerIs200(t *testing.T) {
	t.Parallel()
	minutes := func(n ...time.Duration) (d []time.Duration) {
		for _, m := range n {
			d = append(d, m*time.Minute)
		}
		return d
	}
	tests := []struct {
		name    string
		answers []int
		waits   []time.Duration
		want    Summary
	}{
		{"accepted at once", []int{200}, nil, Summary{Attempts: 1, Accepted: 1}},
		{"once refused", []int{500, 200}, minutes(1), Summary{Attempts: 2, Retries: 1, Accepted: 1}},
		{"only 200 counts", []int{201, 204, 302, 200}, minutes(1, 5, 15),
			Summary{Attempts: 4, Retries: 3, Accepted: 1}},
		{"given up", []int{503, 404, 401, 500}, minutes(1, 5, 15),
			Summary{Attempts: 4, Retries: 3, GivenUp: 1}},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var waits pauses
			r := newReceiver(t, func(n int) int { return tc.answers[n] })
			tc.want.Callbacks = 1
			if sum := send(t, Options{Wait: waits.wait}, r, numbered(1)); sum != tc.want {
				t.Errorf("summary is %+v, want %+v", sum, tc.want)
			}
			if got := waits.list(); !slices.Equal(got, tc.waits) {
				t.Errorf("waits %v, want %v", got, tc.waits)
			}
			for _, got := range r.requests()[1:] {
				if got.body != r.requests()[0].body {
					t.Errorf("the retry says %s, not %s", got.body, r.requests()[0].body)
				}
			}
		})
	}
}

// A receiver that never answers takes 15 s an attempt and the documented pauses between them.
func TestSendGivesAReceiverItsDocumentedTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var attempts []Attempt
		p := newProvider(t, Options{
			Transport: transport(func(req *http.Request) (*http.Response, error) {
				<-req.Context().Done()
				return nil, req.Context().Err()
			}),
			OnAttempt: func(a Attempt) { attempts = append(attempts, a) },
		})
		start := time.Now()
		sum, err := p.Send(t.Context(), Target{"kie": "http://r/cb"}, numbered(1))
		if err != nil || sum.GivenUp != 1 || sum.Attempts != 4 {
			t.Errorf("summary is %+v, error %v", sum, err)
		}
		if took := time.Since(start); took != 4*15*time.Second+21*time.Minute {
			t.Errorf("takes %v, want 22m0s", took)
		}
		for i, a := range attempts {
			if !errors.Is(a.Err, context.DeadlineExceeded) || a.Took != 15*time.Second ||
				a.Number != i+1 || a.Of != 4 {
				t.Errorf("attempt %d is %+v", i+1, a)
			}
		}
	})
}

func TestSendTimesOutOnABlockedReceiver(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		<-release
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	p := newProvider(t, Options{Timeout: 20 * time.Millisecond, Retries: []time.Duration{0}})
	sum, err := p.Send(t.Context(), Target{"kie": server.URL}, numbered(1))
	if err != nil || sum != (Summary{Callbacks: 1, Attempts: 2, Retries: 1, GivenUp: 1}) {
		t.Errorf("summary is %+v, error %v", sum, err)
	}
}

func TestSendDoesNotLetARetryHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var lines []string
		p := newProvider(t, Options{
			Concurrency: 1,
			Pause:       time.Second,
			Retries:     []time.Duration{2500 * time.Millisecond},
			Transport: transport(func(req *http.Request) (*http.Response, error) {
				body, err := io.ReadAll(req.Body)
				if err != nil {
					return nil, err
				}
				at := time.Since(start).String()
				lines = append(lines, at+" "+string(body))
				if string(body) == "0" && at == "0s" {
					return answerWith(503), nil
				}
				return answerWith(200), nil
			}),
		})
		if _, err := p.Send(t.Context(), Target{"kie": "http://r/cb"}, numbered(4)); err != nil {
			t.Fatal(err)
		}
		want := []string{"0s 0", "1s 1", "2s 2", "2.5s 0", "3s 3"}
		if !slices.Equal(lines, want) {
			t.Errorf("sends %q, want %q", lines, want)
		}
	})
}

func TestSendKeepsToItsConcurrency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		now, most := 0, 0
		p := newProvider(t, Options{
			Concurrency: 3,
			Transport: transport(func(*http.Request) (*http.Response, error) {
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				time.Sleep(time.Second) // in the bubble: until all others wait as well
				mu.Lock()
				now--
				mu.Unlock()
				return answerWith(200), nil
			}),
		})
		if _, err := p.Send(t.Context(), Target{"kie": "http://r/cb"}, numbered(10)); err != nil {
			t.Fatal(err)
		}
		if most != 3 {
			t.Errorf("%d requests at once, want 3", most)
		}
	})
}

func TestSendEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r := newReceiver(t, func(int) int { cancel(); return 500 })
	p := newProvider(t, Options{Concurrency: 1})
	sum, err := p.Send(ctx, Target{"kie": r.URL}, numbered(5))
	if !errors.Is(err, context.Canceled) || len(r.requests()) != 1 || sum.GivenUp != 0 {
		t.Errorf("sends %d requests, summary %+v, error %v", len(r.requests()), sum, err)
	}
}

func TestSendRefusesATargetWithoutAnAddress(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, nil)
	s := numbered(2)
	s.Callbacks[1].Product = kie.Veo
	_, err := newProvider(t, Options{}).Send(t.Context(), Target{"runway": r.URL}, s)
	if err == nil || len(r.requests()) != 0 {
		t.Errorf("error is %v after %d requests, want one before any", err, len(r.requests()))
	}
}

func TestAttemptErrorsDoNotTellTheSecretOfTheAddress(t *testing.T) {
	t.Parallel()
	var got []error
	p := newProvider(t, Options{
		Retries:   []time.Duration{},
		Transport: transport(func(*http.Request) (*http.Response, error) { return nil, io.EOF }),
		OnAttempt: func(a Attempt) { got = append(got, a.Err) },
	})
	if _, err := p.Send(t.Context(), Target{"kie": "http://r/SECRET"}, numbered(1)); err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || !errors.Is(got[0], io.EOF) || strings.Contains(got[0].Error(), "SECRET") {
		t.Errorf("errors are %v", got)
	}
}
