package sim

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// receiver notes what it is sent and answers as the test says.
type receiver struct {
	*httptest.Server

	mu  sync.Mutex
	got []received
}

type received struct {
	method, path, body string
	header             http.Header
}

// newReceiver returns a receiver whose n-th answer, from 0, has the status answer(n); nil is 200
// for all.
func newReceiver(t *testing.T, answer func(n int) int) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			t.Errorf("read callback: %v", err)
		}
		r.mu.Lock()
		n := len(r.got)
		r.got = append(r.got, received{req.Method, req.URL.Path, string(body), req.Header})
		r.mu.Unlock()
		if answer != nil {
			w.Header().Set("Location", "/elsewhere") // must not be followed
			w.WriteHeader(answer(n))
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) requests() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]received{}, r.got...)
}

// transport is a receiver without a network, for tests in a bubble of fake time.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func answerWith(status int) *http.Response {
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader("{}"))}
}

// numbered is a scenario of n callbacks with the bodies "0", "1" …
func numbered(n int) Scenario {
	s := Scenario{Name: "numbered"}
	for i := range n {
		s.Callbacks = append(s.Callbacks, Callback{
			Product: "runway", TaskID: "task-" + strconv.Itoa(i), Body: strconv.Itoa(i),
		})
	}
	return s
}

func newProvider(t *testing.T, opt Options) *Provider {
	t.Helper()
	opt.MediaURL = "http://media.example"
	p, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// send sends s to r; without an Options.Wait of the test's own nothing pauses.
func send(t *testing.T, opt Options, r *receiver, s Scenario) Summary {
	t.Helper()
	if opt.Wait == nil {
		opt.Wait = new(pauses).wait
	}
	p := newProvider(t, opt)
	sum, err := p.Send(t.Context(), Target{"runway": r.URL + "/callbacks/runway/TOKEN"}, s)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}
