package kie

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/reelback/reelback/internal/provider"
	"github.com/reelback/reelback/internal/task"
)

// The headers of a signed callback. Other providers use the second name for schemes of their own,
// so it is the source that chooses the verifier, never the header.
const (
	HeaderTimestamp = "X-Webhook-Timestamp" // seconds since 1970
	HeaderSignature = "X-Webhook-Signature"
)

// DefaultWindow is how far a timestamp may be from now. kie documents no window; it repeats a
// callback for some 21 minutes, and whether a repeat is signed anew is unknown.
const DefaultWindow = 30 * time.Minute

// SignatureError says why a callback's signature was not accepted.
type SignatureError struct {
	// Reason is task.ReasonSignatureMissing, ReasonSignatureWrong or ReasonSignatureStale.
	Reason string
}

// Error returns the reason's key.
func (e *SignatureError) Error() string { return e.Reason }

// Verifier checks signatures. It is safe for concurrent use.
type Verifier struct {
	keys   [][]byte
	window time.Duration
	now    func() time.Time
}

// NewVerifier returns a verifier that accepts a signature by any of the keys, so that a key can be
// replaced without a gap. Empty keys are left out: anyone can sign with them. A window of 0 is
// DefaultWindow.
func NewVerifier(keys []string, window time.Duration, now func() time.Time) *Verifier {
	if window <= 0 {
		window = DefaultWindow
	}
	v := &Verifier{window: window, now: now}
	for _, key := range keys {
		if key != "" {
			v.keys = append(v.keys, []byte(key))
		}
	}
	return v
}

// Enabled says whether there is a key. A verifier without one refuses everything.
func (v *Verifier) Enabled() bool { return len(v.keys) > 0 }

// Verify checks the signature of a callback; header is a lookup such as http.Header.Get. The error
// is a *SignatureError. The signature covers the task id and the timestamp but not the rest of the
// body: what it proves is that kie once called back about the task, the one that Read reports on.
// It returns the signature in a form that is the same however it was written.
func (v *Verifier) Verify(header func(name string) string, body []byte) (string, error) {
	doc, _ := provider.Parse(body) // what cannot be parsed names no task: nothing can be signed
	return v.VerifyDocument(header, doc)
}

// VerifyDocument is Verify for a body that is parsed already.
func (v *Verifier) VerifyDocument(
	header func(name string) string, doc provider.Document,
) (string, error) {
	timestamp := strings.TrimSpace(header(HeaderTimestamp))
	signature := strings.TrimSpace(header(HeaderSignature))
	if timestamp == "" || signature == "" {
		return "", &SignatureError{task.ReasonSignatureMissing}
	}
	return v.check(timestamp, signature, signedID(doc))
}

// signedID returns the id that must have been signed, empty if the document names none. Which one
// is signed when a document has several is not documented; it has to be the one that Read goes by.
// Were any of them enough, a signature captured from one task's callback would do for a forged
// callback about another task that names the first one somewhere as well.
func signedID(doc provider.Document) string {
	return open(doc).writtenID() // without an id nothing can be signed, whatever the reason
}

// check compares with every key before it answers. A signature that is wrong is called so even if
// it is old too: only the genuine can be stale.
func (v *Verifier) check(timestamp, signature, id string) (string, error) {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	given, err64 := base64.RawStdEncoding.DecodeString(strings.TrimRight(signature, "="))
	if err != nil || err64 != nil || seconds < 0 {
		return "", &SignatureError{task.ReasonSignatureWrong}
	}
	genuine := false
	for _, key := range v.keys {
		// Space around an id is none of it, whether it was signed or not: the task is the same.
		for _, text := range [...]string{id, strings.TrimSpace(id)} {
			if text != "" && hmac.Equal(given, sum(key, text, timestamp)) {
				genuine = true
			}
		}
	}
	if !genuine {
		return "", &SignatureError{task.ReasonSignatureWrong}
	}
	age := v.now().Unix() - seconds
	limit := int64(v.window / time.Second)
	if age > limit || age < -limit {
		return "", &SignatureError{task.ReasonSignatureStale}
	}
	return base64.RawStdEncoding.EncodeToString(given), nil
}

// Sign returns the headers' values for a callback about a task, as kie makes them.
func Sign(key, taskID string, t time.Time) (timestamp, signature string) {
	timestamp = strconv.FormatInt(t.Unix(), 10)
	return timestamp, base64.StdEncoding.EncodeToString(sum([]byte(key), taskID, timestamp))
}

func sum(key []byte, taskID, timestamp string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(taskID + "." + timestamp))
	return mac.Sum(nil)
}
