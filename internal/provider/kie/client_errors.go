package kie

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/reelback/reelback/internal/provider"
)

// What an *APIError is about; to be asked for with errors.Is.
var (
	// ErrNoRecord says that kie knows no such task: not yet, which is normal for a moment after
	// its creation, or not at all. How long the task has been known tells the two apart.
	ErrNoRecord = errors.New("no record of the task")
	// ErrRecordGone is an ErrNoRecord that is final: there was one, and it is too old now.
	ErrRecordGone = errors.New("the record is gone")
	// ErrUnauthorized says that the key is missing, wrong or not allowed to ask.
	ErrUnauthorized = errors.New("the key is not accepted")
	// ErrRateLimited says to ask nothing for APIError.RetryAfter.
	ErrRateLimited = errors.New("asked too often")
	// ErrMaintenance says that kie is down on purpose.
	ErrMaintenance = errors.New("the provider is under maintenance")
	// ErrUnavailable says that there is no answer to go by: no connection, a server error,
	// something that is no answer, or the circuit breaker, which then spares kie the question.
	ErrUnavailable = errors.New("the provider is unavailable")
	// ErrRefused says that kie did not like the question; asking again will not help.
	ErrRefused = errors.New("the question was refused")
	// ErrForeignLink says that a link is not to one of kie's own files.
	ErrForeignLink = errors.New("the link is not the provider's")

	// errNoRoute is the cause of an ErrUnavailable: the address answers, but has no such path.
	errNoRoute = errors.New("no such endpoint")
)

// APIError is the error of every question. It never holds the key, nor the address of a callback.
type APIError struct {
	Kind       error         // one of the Err… values
	Status     int           // of HTTP, 0 without an answer; kie says 200 for errors as well
	Code       int           // of the envelope, 0 when there is none; this one counts
	Message    string        // the provider's words, shortened
	RetryAfter time.Duration // with ErrRateLimited: how long to ask nothing
	Cause      error         // may be nil
}

// Error returns one line: what it is, the code and the words.
func (e *APIError) Error() string {
	var details []string
	switch {
	case e.Code != 0:
		details = append(details, "code "+strconv.Itoa(e.Code))
	case e.Status != 0 && e.Status != http.StatusOK:
		details = append(details, "status "+strconv.Itoa(e.Status))
	}
	if e.Message != "" {
		details = append(details, e.Message)
	}
	if e.Cause != nil {
		details = append(details, e.Cause.Error())
	}
	if len(details) == 0 {
		return e.Kind.Error()
	}
	return e.Kind.Error() + ": " + strings.Join(details, ", ")
}

// Is says whether the error is of a kind.
func (e *APIError) Is(kind error) bool {
	return kind == e.Kind || kind == ErrNoRecord && e.Kind == ErrRecordGone
}

// Unwrap returns the cause.
func (e *APIError) Unwrap() error { return e.Cause }

func unreadable(cause error) *APIError {
	return &APIError{Kind: ErrUnavailable, Message: "the answer cannot be read", Cause: cause}
}

// judge opens an answer and says whether it is one to the question. The envelope's code decides,
// and the HTTP status only where there is none.
func judge(status int, body []byte) (envelope, error) {
	doc, err := provider.Parse(body)
	if err != nil {
		return envelope{}, judgeStatus(status, err)
	}
	env := open(doc)
	uncoded := !doc.Get("code").Present() && status == http.StatusOK
	switch {
	case env.coded && (env.code == success || env.code == 0), env.carriesRecord(),
		uncoded && env.data.Present():
		return env, nil
	case env.coded:
		message := provider.Clip(env.message(), maxHint)
		kind := kindOf(env.code, message)
		return env, &APIError{Kind: kind, Status: status, Code: env.code, Message: message}
	}
	return env, judgeStatus(status, nil)
}

// carriesRecord says whether there is a record, whatever the code: Veo's page lists the reasons of
// failed tasks among the codes of the question.
func (e envelope) carriesRecord() bool { return e.idInData() && e.data.Has("state", "successFlag") }

// kindOf says what a code means for who asked. 422 has several meanings, told by the words:
// "recordInfo is null", "record is null", "record status is not success" (not yet) and "Temporarily
// supports records within 14 days" (no more).
func kindOf(code int, message string) error {
	switch {
	case code == 422 && strings.Contains(strings.ToLower(message), "within 14 days"):
		return ErrRecordGone
	case code == 422, code == 404:
		return ErrNoRecord
	case code == 401, code == 403:
		return ErrUnauthorized
	case code == 429, code == 430, code == 433:
		return ErrRateLimited
	case code == 455:
		return ErrMaintenance
	case code == 408, code >= 500 && code < 600 && code != 501 && code != 505:
		return ErrUnavailable
	}
	return ErrRefused
}

// judgeStatus is for an answer that is no envelope, such as a gateway's page.
func judgeStatus(status int, cause error) *APIError {
	switch status {
	case http.StatusOK:
		return unreadable(cause)
	case http.StatusUnauthorized:
		return &APIError{Kind: ErrUnauthorized, Status: status}
	case http.StatusTooManyRequests:
		return &APIError{Kind: ErrRateLimited, Status: status}
	case http.StatusNotFound:
		return &APIError{Kind: ErrUnavailable, Status: status, Cause: errNoRoute}
	}
	return &APIError{Kind: ErrUnavailable, Status: status}
}
