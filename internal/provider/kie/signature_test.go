package kie

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

const (
	demoKey  = "demo-hmac-key-0001"
	demoTime = 1_790_000_000
	demoSign = "8nMMROIbWYo8e3E0fN1/86BaLwKTGxrxEF0aVC1y0hg=" // of rw_demo_0001
	demoBody = `{"code":200,"data":{"task_id":"rw_demo_0001"}}`
)

// verifier returns a verifier whose clock stands still, a while after the demo signature.
func verifier(later time.Duration, keys ...string) *Verifier {
	return NewVerifier(keys, 0, func() time.Time { return time.Unix(demoTime, 0).Add(later) })
}

func headers(timestamp, signature string) func(string) string {
	h := http.Header{}
	if timestamp != "" {
		h.Set(HeaderTimestamp, timestamp)
	}
	if signature != "" {
		h.Set(HeaderSignature, signature)
	}
	return h.Get
}

// reasonOf returns the reason of a *SignatureError, empty for nil.
func reasonOf(t *testing.T, err error) string {
	t.Helper()
	var e *SignatureError
	if err != nil && (!errors.As(err, &e) || e.Error() != e.Reason) {
		t.Fatalf("%T: %v", err, err)
	}
	if e == nil {
		return ""
	}
	return e.Reason
}

func TestSign_knownVectors(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"rw_demo_0001":       demoSign,
		"veo_task_demo_0001": "vsu7bb3uZ2bv8N9B9oA+XDK4q/SZaRJuRKgTRPrQNYg=",
	} {
		timestamp, signature := Sign(demoKey, id, time.Unix(demoTime, 999))
		if timestamp != "1790000000" || signature != want {
			t.Errorf("%s: got %s, %s", id, timestamp, signature)
		}
	}
}

func TestVerifier_headers(t *testing.T) {
	t.Parallel()
	const at = "1790000000"
	urlSafe := strings.ReplaceAll(demoSign, "/", "_")
	for name, c := range map[string]struct{ timestamp, signature, want string }{
		"as kie signs":           {at, demoSign, ""},
		"without padding":        {at, strings.TrimRight(demoSign, "="), ""},
		"with space around":      {" " + at + " ", " " + demoSign + " ", ""},
		"no headers":             {"", "", task.ReasonSignatureMissing},
		"no timestamp":           {"", demoSign, task.ReasonSignatureMissing},
		"no signature":           {at, "", task.ReasonSignatureMissing},
		"blank signature":        {at, "  ", task.ReasonSignatureMissing},
		"another second":         {"1790000001", demoSign, task.ReasonSignatureWrong},
		"another spelling":       {"+1790000000", demoSign, task.ReasonSignatureWrong},
		"no number":              {"now", demoSign, task.ReasonSignatureWrong},
		"before 1970":            {"-5", demoSign, task.ReasonSignatureWrong},
		"number too large":       {"99999999999999999999", demoSign, task.ReasonSignatureWrong},
		"another signature":      {at, "A" + demoSign[1:], task.ReasonSignatureWrong},
		"cut short":              {at, demoSign[:20], task.ReasonSignatureWrong},
		"no base64":              {at, "********", task.ReasonSignatureWrong},
		"padding only":           {at, "==", task.ReasonSignatureWrong},
		"base64 of another kind": {at, urlSafe, task.ReasonSignatureWrong},
	} {
		_, err := verifier(0, demoKey).Verify(headers(c.timestamp, c.signature), []byte(demoBody))
		if got := reasonOf(t, err); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestVerifier_theIDThatIsReportedOn(t *testing.T) {
	t.Parallel()
	const wrong = task.ReasonSignatureWrong
	for body, want := range map[string]string{
		`{"data":{"taskId":"rw_demo_0001"}}`:     "",
		`{"data":null,"task_id":"rw_demo_0001"}`: "",
		`{"data":{"taskId":"rw_demo_0001","task_id":"rw_demo_0001"},"taskId":"rw_demo_0001",
			"task_id":"rw_demo_0001"}`: "",
		`{"data":{"taskId":"rw_demo_0001","task_id":"other"}}`:         "",
		`{"data":{"task_id":"rw_demo_0001"},"taskId":"other"}`:         "",
		`{"taskId":"rw_demo_0001","task_id":"other"}`:                  "",
		`{"data":{"taskId":"","task_id":"rw_demo_0001"},"taskId":"x"}`: "",
		`{"data":{"taskId":["x"],"task_id":"rw_demo_0001"}}`:           "",
		`{"data":{"taskId":"other","task_id":"rw_demo_0001"}}`:         wrong,
		`{"data":{"task_id":"other"},"taskId":"rw_demo_0001"}`:         wrong,
		`{"data":{"task_id":"other"},"task_id":"rw_demo_0001"}`:        wrong,
		`{"taskId":"other","task_id":"rw_demo_0001"}`:                  wrong,
		`{"data":{"taskId":"other"}}`:                                  wrong,
		`{"data":{"id":"rw_demo_0001"}}`:                               wrong,
		`{"data":{"taskId":"rw_demo_0001","taskId":"other"}}`:          wrong,
		`{"data":{"taskId":"rw_demo_0001"}`:                            wrong,
		`["rw_demo_0001"]`:                                             wrong,
		"":                                                             wrong,
		`{"data":{"taskId":["rw_demo_0001"]},"task_id":"rw_demo_1"}`:   wrong,
	} {
		_, err := verifier(0, demoKey).Verify(headers("1790000000", demoSign), []byte(body))
		if got := reasonOf(t, err); got != want {
			t.Errorf("%s: got %q, want %q", body, got, want)
		}
	}
}

// A pair of headers captured from one task's callback must not carry a callback about another one,
// whatever shape it has and wherever it repeats the first id.
func TestVerifier_everySampleIsSignedForTheTaskItIsReadAs(t *testing.T) {
	t.Parallel()
	v := verifier(0, demoKey)
	accepts := func(id string, body []byte) bool {
		timestamp, signature := Sign(demoKey, id, time.Unix(demoTime, 0))
		_, err := v.Verify(headers(timestamp, signature), body)
		return err == nil
	}
	for _, file := range sampleFiles(t) {
		body, expected := load(t, file)
		r, err := Read(expected.Source, body)
		if err != nil {
			if accepts("", body) || accepts("rw_demo_0001", body) {
				t.Errorf("%s: a signature fits a body that names no task", file)
			}
			continue
		}
		if !accepts(r.TaskID, body) {
			t.Errorf("%s: the signature of %q does not fit", file, r.TaskID)
		}
		doc, err := provider.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range TaskIDs(doc) {
			if id != r.TaskID && accepts(id, body) {
				t.Errorf("%s: read as %q, and the signature of %q fits", file, r.TaskID, id)
			}
		}
	}
}

// Space around an id is none of it, whether it was signed or not.
func TestVerifier_spaceAroundTheID(t *testing.T) {
	t.Parallel()
	const body = `{"data":{"taskId":" rw_demo_0001\t","task_id":"other"}}`
	for signed, want := range map[string]string{
		"rw_demo_0001":      "",
		" rw_demo_0001\t":   "",
		"rw_demo_0001 ":     task.ReasonSignatureWrong,
		"other":             task.ReasonSignatureWrong,
		" rw_demo_0001\t.1": task.ReasonSignatureWrong,
	} {
		timestamp, signature := Sign(demoKey, signed, time.Unix(demoTime, 0))
		_, err := verifier(0, demoKey).Verify(headers(timestamp, signature), []byte(body))
		if got := reasonOf(t, err); got != want {
			t.Errorf("%q: got %q, want %q", signed, got, want)
		}
	}
}

func TestVerifier_window(t *testing.T) {
	t.Parallel()
	for later, want := range map[time.Duration]string{
		0:                              "",
		DefaultWindow:                  "",
		-DefaultWindow:                 "",
		DefaultWindow + time.Second:    task.ReasonSignatureStale,
		-DefaultWindow - time.Second:   task.ReasonSignatureStale,
		21*time.Minute + 3*time.Second: "", // kie's last repeat
		100 * 365 * 24 * time.Hour:     task.ReasonSignatureStale,
	} {
		_, err := verifier(later, demoKey).Verify(headers("1790000000", demoSign), []byte(demoBody))
		if got := reasonOf(t, err); got != want {
			t.Errorf("%v later: got %q, want %q", later, got, want)
		}
	}
	narrow := NewVerifier([]string{demoKey}, time.Minute, func() time.Time {
		return time.Unix(demoTime+61, 0)
	})
	_, err := narrow.Verify(headers("1790000000", demoSign), []byte(demoBody))
	if got := reasonOf(t, err); got != task.ReasonSignatureStale {
		t.Errorf("a window of a minute: got %q", got)
	}
}

func TestVerifier_wrongIsNotCalledStale(t *testing.T) {
	t.Parallel()
	v := verifier(48*time.Hour, "another key")
	_, err := v.Verify(headers("1790000000", demoSign), []byte(demoBody))
	if got := reasonOf(t, err); got != task.ReasonSignatureWrong {
		t.Errorf("got %q", got)
	}
}

func TestVerifier_keys(t *testing.T) {
	t.Parallel()
	_, unkeyed := Sign("", "rw_demo_0001", time.Unix(demoTime, 0))
	for name, c := range map[string]struct {
		keys      []string
		signature string
		enabled   bool
		want      string
	}{
		"the old key":   {[]string{"new", demoKey}, demoSign, true, ""},
		"the new key":   {[]string{demoKey, "old"}, demoSign, true, ""},
		"another key":   {[]string{"other"}, demoSign, true, task.ReasonSignatureWrong},
		"no key":        {nil, demoSign, false, task.ReasonSignatureWrong},
		"the empty key": {[]string{""}, unkeyed, false, task.ReasonSignatureWrong},
	} {
		v := verifier(0, c.keys...)
		_, err := v.Verify(headers("1790000000", c.signature), []byte(demoBody))
		if got := reasonOf(t, err); got != c.want || v.Enabled() != c.enabled {
			t.Errorf("%s: got %q, enabled %v", name, got, v.Enabled())
		}
	}
}

func TestVerifier_parsedDocument(t *testing.T) {
	t.Parallel()
	doc, err := provider.Parse([]byte(demoBody))
	if err != nil {
		t.Fatal(err)
	}
	v := verifier(0, demoKey)
	if _, err := v.VerifyDocument(headers("1790000000", demoSign), doc); err != nil {
		t.Error(err)
	}
	if _, err := v.VerifyDocument(headers("", ""), doc); err == nil {
		t.Error("accepted without headers")
	}
}

func TestTaskIDs_eachOnceInOrder(t *testing.T) {
	t.Parallel()
	doc, err := provider.Parse([]byte(
		`{"task_id":7,"taskId":"a","data":{"task_id":"a","taskId":"b"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(TaskIDs(doc), " "); got != "b a 7" {
		t.Errorf("got %s", got)
	}
}
