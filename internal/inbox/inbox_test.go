package inbox

import (
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

func TestAcceptedDeliveryIsKeptRaw(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	b := setup(t, &keeper{}, func(o *Options) { o.Now = func() time.Time { return now } }).run()
	got, err := b.Receive(t.Context(), request(`{"id":"t-1","result":"failed"}`))
	if err != nil || got.ID != 1 || got.Outcome != task.Applied {
		t.Fatalf("%+v, %v", got, err)
	}
	b.stop()
	accepted, _ := b.keeper.kept()
	want := task.Delivery{ID: 1, Source: "veo3.1", Provider: "kie", ReceivedAt: now,
		RemoteAddr: "192.0.2.1", Bytes: 30, Body: []byte(`{"id":"t-1","result":"failed"}`),
		Headers: []task.Header{{Name: "X-A", Value: "1"}, {Name: "X-A", Value: "0"},
			{Name: "X-B", Value: "2"}}}
	if !reflect.DeepEqual(accepted[0].Delivery, want) {
		t.Errorf("got  %+v\nwant %+v", accepted[0].Delivery, want)
	}
	r := accepted[0].Report
	if r.Provider != "kie" || r.TaskID != "t-1" || r.Category != task.GenerationFailed {
		t.Errorf("report %+v", r)
	}
	if len(b.told) != 1 || b.told[0].ID != 1 || b.told[0].TaskID != "t-1" ||
		b.told[0].Provider != "kie" || b.told[0].Code != 501 {
		t.Errorf("told of %+v", b.told)
	}
}

// TestWhatElseACommitIsTold expects the labels of the address and the signature beside a delivery.
func TestWhatElseACommitIsTold(t *testing.T) {
	t.Parallel()
	b := setup(t, &keeper{}, func(o *Options) {
		o.Verifiers = map[string]Verifier{"kie": verifier{}}
	}).run()
	r := request(`{"id":"t-1"}`)
	r.Header.Set("X-Signature", "good")
	r.Refs = []string{" customer 7 ", "", "customer 7", "a\x00b"}
	if _, err := b.Receive(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	accepted, _ := b.keeper.kept()
	if got := accepted[0].Signature; got != "canonical" {
		t.Errorf("signature %q", got)
	}
	if got := accepted[0].Labels; !slices.Equal(got, []string{"customer 7", "ab"}) {
		t.Errorf("labels %q", got)
	}
}

func TestOnlyFailuresHaveACategory(t *testing.T) {
	t.Parallel()
	b := setup(t, &keeper{}).run()
	if _, err := b.Receive(t.Context(), request(`{"id":"t-1","result":"succeeded"}`)); err != nil {
		t.Fatal(err)
	}
	if accepted, _ := b.keeper.kept(); accepted[0].Report.Category != "" {
		t.Errorf("category %s", accepted[0].Report.Category)
	}
}

// TestWhoIsLetIn tries every combination of what decides.
func TestWhoIsLetIn(t *testing.T) {
	t.Parallel()
	for _, open := range []bool{false, true} {
		for _, keySet := range []bool{false, true} {
			b := setup(t, &keeper{}, func(o *Options) {
				o.Open = open
				if keySet {
					o.Verifiers = map[string]Verifier{"kie": verifier{}}
				}
				var now clock // the limit on refused ones is not what is tested here
				o.Now = func() time.Time { now.add(time.Second); return now.Now() }
			}).run()
			for _, sample := range []bool{false, true} {
				for _, tok := range []string{token, "wrong", ""} {
					for _, sig := range []string{"good", "bad", ""} {
						r := request(`{"id":"t-1"}`)
						r.Token, r.KeyIsEnough = tok, sample
						r.Header = http.Header{"X-Signature": {sig}}
						_, err := b.Receive(t.Context(), r)
						want := verdict(open, keySet, sample, tok, sig)
						if got := reason(err); got != want {
							t.Errorf("open %t, key %t, sample %t, token %q, signature %q: got %q, want %q",
								open, keySet, sample, tok, sig, got, want)
						}
					}
				}
			}
		}
	}
}

// verdict is the reason for which a delivery must be refused, "" if it must not.
func verdict(open, keySet, sample bool, tok, sig string) string {
	mayLackToken := open || sample && keySet
	switch {
	case !open && tok == "wrong":
		return task.ReasonTokenWrong
	case tok == "" && !mayLackToken:
		return task.ReasonTokenMissing
	case keySet && sig == "bad":
		return task.ReasonSignatureWrong
	case keySet && sig == "":
		return task.ReasonSignatureMissing
	}
	return ""
}

func reason(err error) string {
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return refusal.Reason
	}
	if err != nil {
		return "error: " + err.Error()
	}
	return ""
}

func TestRefusedDeliveryIsKeptWithItsReason(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 2*KeptOfTooLarge)
	tests := map[string]struct {
		change         func(*Request)
		reason, taskID string
		body           string
	}{
		"token wrong": {func(r *Request) { r.Token = "wrong" }, task.ReasonTokenWrong,
			"t-1", `{"id":"t-1"}`},
		"token missing": {func(r *Request) { r.Token = "" }, task.ReasonTokenMissing,
			"t-1", `{"id":"t-1"}`},
		"no token of this source": {func(r *Request) { r.Source = "bare" }, task.ReasonTokenWrong,
			"t-1", `{"id":"t-1"}`},
		"no JSON": {func(r *Request) { r.Body = []byte("[") },
			task.ReasonNotJSON + ": unexpected end of JSON input", "", "["},
		"no body": {func(r *Request) { r.Body = nil },
			task.ReasonNotJSON + ": unexpected end of JSON input", "", ""},
		"no task id": {func(r *Request) { r.Body = []byte("{}") }, task.ReasonNoTaskID, "", "{}"},
		"too large": {func(r *Request) { r.Body, r.TooLarge = []byte(long), true },
			task.ReasonTooLarge, "", long[:KeptOfTooLarge]},
		"too large, but short": {func(r *Request) { r.Body, r.TooLarge = []byte("x"), true },
			task.ReasonTooLarge, "", "x"},
		"too large and wrong": {func(r *Request) { r.Body, r.TooLarge, r.Token = []byte(long), true, "" },
			task.ReasonTokenMissing, "", long[:KeptOfTooLarge]},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t, &keeper{}).run()
			r := request(`{"id":"t-1"}`)
			test.change(&r)
			_, err := b.Receive(t.Context(), r)
			if got := reason(err); got != test.reason {
				t.Fatalf("refused for %q, want %q", got, test.reason)
			}
			b.stop()
			accepted, refused := b.keeper.kept()
			if len(accepted) != 0 || len(refused) != 1 {
				t.Fatalf("kept are %d and %d", len(accepted), len(refused))
			}
			d := refused[0]
			if d.Reason != test.reason || d.TaskID != test.taskID || string(d.Body) != test.body ||
				d.Bytes != int64(len(r.Body)) || d.Truncated != r.TooLarge || d.Source != r.Source ||
				d.Provider != "" || d.Outcome != task.Refused || len(d.Headers) != 3 {
				t.Errorf("kept is %+v", d)
			}
			if cap(d.Body) > KeptOfTooLarge && d.Truncated {
				t.Errorf("%d bytes are held in memory", cap(d.Body))
			}
			if len(b.told) != 1 || b.told[0].ID != d.ID || b.told[0].ID == 0 {
				t.Errorf("told of %+v", b.told)
			}
			if got := b.Counts(); got != (Counts{Refused: 1}) {
				t.Errorf("counts %+v", got)
			}
		})
	}
}

func TestUnknownSourceIsCountedAndKeptNowhere(t *testing.T) {
	t.Parallel()
	b := setup(t, &keeper{}).run()
	for i, name := range []string{"nope", "", "VEO3.1", "odd"} { // nobody reads odd's provider
		r := request(`{"id":"t-1"}`)
		r.Source = name
		if _, err := b.Receive(t.Context(), r); !errors.Is(err, ErrUnknownSource) {
			t.Errorf("%q: %v", name, err)
		}
		if got := b.Counts(); got != (Counts{UnknownSource: int64(i + 1)}) {
			t.Errorf("%q: counts %+v", name, got)
		}
	}
	b.stop()
	if accepted, refused := b.keeper.kept(); len(accepted)+len(refused)+len(b.told) > 0 {
		t.Errorf("kept are %d and %d", len(accepted), len(refused))
	}
}

func TestOptionsMayBeLeftOut(t *testing.T) {
	t.Parallel()
	k := &keeper{}
	b := setup(t, k, func(o *Options) { o.Log, o.Committed, o.Now = nil, nil, nil }).run()
	before := time.Now()
	if _, err := b.Receive(t.Context(), request(`{"id":"t-1"}`)); err != nil {
		t.Error(err)
	}
	if _, err := b.Receive(t.Context(), refusable(`{"id":"t-1"}`)); reason(err) != task.ReasonTokenWrong {
		t.Error(err)
	}
	accepted, _ := k.kept()
	if got := accepted[0].Delivery.ReceivedAt; got.Before(before) || got.After(time.Now()) {
		t.Errorf("received at %s", got)
	}
}

func TestRefusalKey(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"token_wrong": "token_wrong", "not_json: at 3: what": "not_json", "": "", "a:b": "a:b",
	} {
		r := &Refusal{Reason: text}
		if r.Key() != want || r.Error() != text {
			t.Errorf("%q: key %q, error %q", text, r.Key(), r.Error())
		}
	}
}

func TestNewToken(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for range 1000 {
		tok := NewToken()
		if len(tok) != 24 || url.PathEscape(tok) != tok || strings.ContainsAny(tok, ".~$&+:=@") {
			t.Fatalf("%q is no such token", tok)
		}
		seen[tok] = true
	}
	if len(seen) != 1000 {
		t.Errorf("%d of 1000 differ", len(seen))
	}
}
