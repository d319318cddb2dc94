package kie

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const apiKey = "kie-secret-key-0001"

// script is a transport that answers in order, the last answer for ever, and notes what was asked.
type script struct {
	mu      sync.Mutex
	answers []reply
	asked   []string
	at      []time.Time
}

// reply is one scripted answer; a status of 0 is 200, an err is no answer at all.
type reply struct {
	status int
	body   string
	header http.Header
	err    error
	hang   bool // until the asker has gone
}

func (s *script) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	r := s.answers[min(len(s.asked), len(s.answers)-1)]
	s.asked = append(s.asked, req.Method+" "+req.URL.RequestURI())
	s.at = append(s.at, time.Now())
	s.mu.Unlock()
	if r.hang {
		<-req.Context().Done()
		return nil, req.Context().Err()
	}
	if r.err != nil {
		return nil, r.err
	}
	if r.status == 0 {
		r.status = http.StatusOK
	}
	if r.header == nil {
		r.header = http.Header{}
	}
	return &http.Response{
		StatusCode: r.status, Header: r.header, Body: io.NopCloser(strings.NewReader(r.body)),
		Request: req,
	}, nil
}

// scripted returns a client that gets these answers, and their script.
func scripted(opt Options, answers ...reply) (*Client, *script) {
	s := &script{answers: answers}
	opt.HTTP, opt.Key = &http.Client{Transport: s, Timeout: 20 * time.Second}, apiKey
	if opt.Rate == 0 {
		opt.Rate, opt.Burst = 1e6, 1000
	}
	return NewClient(opt), s
}

func okRecord(id string) string {
	return `{"code":200,"msg":"success","data":{"taskId":"` + id + `","successFlag":0}}`
}

func TestClient_everyErrorByItsKind(t *testing.T) {
	t.Parallel()
	coded := func(code int, msg string) reply {
		return reply{body: fmt.Sprintf(`{"code":%d,"msg":%q,"data":null}`, code, msg)}
	}
	for name, c := range map[string]struct {
		reply reply
		want  error
		words string
	}{
		"unknown":         {coded(422, "recordInfo is null"), ErrNoRecord, "recordInfo is null"},
		"unknown, Veo":    {coded(422, "record is null"), ErrNoRecord, "code 422"},
		"too old":         {coded(422, "Temporarily supports records within 14 days"), ErrRecordGone, ""},
		"not found":       {coded(404, "Task not found"), ErrNoRecord, ""},
		"404 all round":   {reply{status: 404, body: `{"code":404,"msg":"m"}`}, ErrNoRecord, ""},
		"null record":     {coded(200, "success"), ErrNoRecord, ""},
		"no such route":   {reply{status: 404, body: `{"status":404}`}, ErrUnavailable, "endpoint"},
		"wrong key":       {coded(401, "You do not have access permissions"), ErrUnauthorized, "401"},
		"gateway's 401":   {reply{status: 401, body: "no"}, ErrUnauthorized, "status 401"},
		"gateway's 403":   {reply{status: 403, body: "<html>1010"}, ErrUnavailable, "status 403"},
		"too often":       {coded(429, "Rate limit exceeded"), ErrRateLimited, ""},
		"gateway's 429":   {reply{status: 429}, ErrRateLimited, "status 429"},
		"sub-key":         {coded(433, "limit"), ErrRateLimited, "code 433"},
		"maintenance":     {coded(455, "Service Unavailable"), ErrMaintenance, ""},
		"server error":    {coded(500, "Server Error"), ErrUnavailable, "code 500, Server Error"},
		"feature off":     {coded(505, "Feature Disabled"), ErrRefused, ""},
		"bad request":     {coded(400, "taskId parameter is required"), ErrRefused, ""},
		"gateway's 502":   {reply{status: 502, body: "<html>"}, ErrUnavailable, "status 502"},
		"nonsense":        {reply{body: "<html>"}, ErrUnavailable, "cannot be read"},
		"nothing":         {reply{}, ErrUnavailable, "cannot be read"},
		"no connection":   {reply{err: errors.New("connection reset")}, ErrUnavailable, "reset"},
		"a redirect":      {reply{status: 302}, ErrUnavailable, "status 302"},
		"another task":    {reply{body: okRecord("other")}, ErrUnavailable, "another task"},
		"a longer answer": {reply{body: strings.Repeat(" ", maxAnswer+1)}, ErrUnavailable, "longer"},
	} {
		client, asked := scripted(Options{}, c.reply)
		_, err := client.Query(t.Context(), Veo, "x")
		var e *APIError
		if !errors.Is(err, c.want) || !errors.As(err, &e) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: got %v, want %v with %q", name, err, c.want, c.words)
		}
		if gone := c.want == ErrRecordGone; errors.Is(err, ErrRecordGone) != gone ||
			gone && !errors.Is(err, ErrNoRecord) {
			t.Errorf("%s: %v is or is not final", name, err)
		}
		if len(asked.asked) != 1 {
			t.Errorf("%s: asked %v", name, asked.asked)
		}
	}
}

func TestClient_asksInTheProvidersWay(t *testing.T) {
	t.Parallel()
	var got *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		_, _ = io.WriteString(w, okRecord("a b&c"))
	}))
	defer server.Close()
	client := NewClient(Options{BaseURL: server.URL + "/x/", Key: apiKey})
	if _, err := client.Query(t.Context(), Veo, "a b&c"); err != nil {
		t.Fatal(err)
	}
	if got.URL.Path != "/x/api/v1/veo/record-info" || got.URL.Query().Get("taskId") != "a b&c" ||
		got.Header.Get("Authorization") != "Bearer "+apiKey || got.UserAgent() != "Reelback" {
		t.Errorf("asked %s with %v", got.URL, got.Header)
	}
}

func TestClient_neverFollowsARedirectWithTheKey(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the key went elsewhere")
	}))
	defer elsewhere.Close()
	server := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusFound))
	defer server.Close()
	for _, own := range []*http.Client{nil, {}} {
		client := NewClient(Options{BaseURL: server.URL, Key: apiKey, HTTP: own})
		if _, err := client.Query(t.Context(), Veo, "x"); !errors.Is(err, ErrUnavailable) {
			t.Errorf("got %v", err)
		}
	}
}

func TestClient_ownConnectionsTakeNoProxyAndNotForEver(t *testing.T) {
	t.Parallel()
	client := newHTTPClient()
	transport, ok := client.Transport.(*http.Transport)
	if !ok || transport.Proxy != nil || client.Timeout == 0 || transport.ResponseHeaderTimeout == 0 {
		t.Errorf("%+v", client)
	}
}

func TestClient_theKeyIsNowhereToBeSeen(t *testing.T) {
	t.Parallel()
	opt := Options{BaseURL: "https://user:" + apiKey + "@kie.example"}
	for _, r := range []reply{
		{body: `{"code":401,"msg":"Invalid API key ` + apiKey + `"}`},
		{body: `{"code":429,"msg":"` + apiKey + `"}`},
		{err: errors.New("proxy said: Bearer " + apiKey)},
		{status: 502, body: apiKey},
		{body: okRecord("x")},
	} {
		client, _ := scripted(opt, r)
		record, err := client.Query(t.Context(), Veo, "x")
		_, linkErr := client.FreshLink(t.Context(), "https://media.example/"+apiKey)
		_, creditErr := client.Credits(t.Context())
		opt := opt
		opt.Key = apiKey
		var log bytes.Buffer
		text, js := slog.New(slog.NewTextHandler(&log, nil)), slog.New(slog.NewJSONHandler(&log, nil))
		for _, v := range []any{err, linkErr, creditErr, client, opt, &opt, record.Report} {
			text.Info("m", "v", v)
			js.Info("m", "v", v)
			fmt.Fprintf(&log, "%v %+v %#v %s\n", v, v, v, v)
		}
		if strings.Contains(log.String(), apiKey) {
			t.Errorf("%+v: the key is in %s", r, log.String())
		}
	}
	bad := NewClient(Options{BaseURL: "http://kie.example", Key: "line\nbreak-" + apiKey})
	if _, err := bad.Credits(t.Context()); err == nil || strings.Contains(err.Error(), apiKey) {
		t.Errorf("got %v", err)
	}
}

func TestClient_isSilentAfterA429ForAsLongAsToldTo(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{
		"": 10 * time.Second, "3": 3 * time.Second, "0": time.Second, " 7 ": 7 * time.Second,
		"soon": 10 * time.Second, "999999": time.Hour, "-4": 10 * time.Second,
	} {
		synctest.Test(t, func(t *testing.T) {
			client, asked := scripted(Options{}, reply{status: 429, header: http.Header{
				"Retry-After": {header}}, body: `{"code":429,"msg":"m"}`}, reply{body: okRecord("x")})
			_, err := client.Query(t.Context(), Veo, "x")
			var e *APIError
			if !errors.As(err, &e) || !errors.Is(err, ErrRateLimited) || e.RetryAfter != want {
				t.Fatalf("%q: got %v with %+v", header, err, e)
			}
			time.Sleep(want - time.Nanosecond)
			if _, err = client.Query(t.Context(), Runway, "y"); !errors.As(err, &e) ||
				e.RetryAfter != time.Nanosecond || len(asked.asked) != 1 {
				t.Fatalf("%q: got %v after %d questions", header, err, len(asked.asked))
			}
			time.Sleep(time.Nanosecond)
			if _, err = client.Query(t.Context(), Veo, "x"); err != nil {
				t.Fatalf("%q: got %v", header, err)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		at := time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat)
		if got := parseRetryAfter(at, time.Now()); got != 90*time.Second {
			t.Errorf("%s: got %v", at, got)
		}
	})
}

func TestClient_keepsToItsRate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, asked := scripted(Options{Rate: 2, Burst: 3}, reply{body: okRecord("x")})
		start := time.Now()
		for range 7 {
			if _, err := client.Query(t.Context(), Veo, "x"); err != nil {
				t.Fatal(err)
			}
		}
		for i, want := range []time.Duration{0, 0, 0, 500, 1000, 1500, 2000} {
			if got := asked.at[i].Sub(start); got.Round(time.Millisecond) != want*time.Millisecond {
				t.Errorf("question %d after %v, want %v ms", i, got, want)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_, err := client.Query(ctx, Veo, "x")
		if !errors.Is(err, context.DeadlineExceeded) || len(asked.asked) != 7 {
			t.Errorf("got %v after %d questions", err, len(asked.asked))
		}
	})
}
