package web

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
)

// takesCallbacks says whether a route is for providers.
func takesCallbacks(path string) bool {
	switch path {
	case route.Callback, route.CallbackToken, route.SampleRunway, route.SampleVeo:
		return true
	}
	return false
}

// readTimeout is how long a sender may take over its body. Providers wait 15 s in all.
const readTimeout = 10 * time.Second

// accepted is the answer the providers' documents ask for.
var accepted = []byte(`{"code":200,"msg":"success"}`)

// receive takes a callback in and answers once it is on disk. A sample path names its source
// and takes its token from the query.
func (s *Server) receive(source string, sample bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := inbox.Request{
			Source: source, Token: c.QueryParam("token"), KeyIsEnough: sample,
			Header: c.Request().Header, RemoteAddr: remoteAddr(c),
			Refs: c.QueryParams()["ref"],
		}
		if !sample {
			r.Source, r.Token = param(c, "source"), param(c, "token")
		}
		var err error
		if r.Body, r.TooLarge, err = readBody(c); err != nil {
			return err
		}
		if _, err := s.Inbox.Receive(c.Request().Context(), r); err != nil {
			return err
		}
		return c.JSONBlob(http.StatusOK, accepted)
	}
}

// readBody reads a callback's body up to the bound, and says whether there was more.
func readBody(c echo.Context) (body []byte, tooLarge bool, err error) {
	control := http.NewResponseController(c.Response().Writer)
	_ = control.SetReadDeadline(time.Now().Add(readTimeout))
	// One byte more than allowed tells a body that is too long from one that just fits.
	body, err = io.ReadAll(io.LimitReader(c.Request().Body, inbox.MaxBody+1))
	if err == nil && len(body) <= inbox.MaxBody {
		_ = control.SetReadDeadline(time.Time{})
		return body, false, nil
	}
	// The rest is not read, so the connection cannot be used again; without this, and with the
	// deadline gone, the server would hold the answer back until the sender is done.
	c.Response().Header().Set("Connection", "close")
	switch {
	case err == nil:
		return body[:inbox.MaxBody], true, nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, false, &publicError{Status: http.StatusRequestTimeout,
			Detail: "The body did not arrive in time. Send the whole callback again.", Err: err}
	default:
		return nil, false, &publicError{Status: http.StatusBadRequest,
			Detail: "The body broke off before its end. Send the whole callback again.", Err: err}
	}
}

// refusalStatus returns the HTTP status that tells the sender of a refusal.
func refusalStatus(r *inbox.Refusal) int {
	switch r.Key() {
	case task.ReasonTokenMissing, task.ReasonTokenWrong, task.ReasonSignatureMissing,
		task.ReasonSignatureWrong, task.ReasonSignatureStale:
		return http.StatusUnauthorized
	case task.ReasonTooLarge:
		return http.StatusRequestEntityTooLarge
	case task.ReasonEncoding:
		return http.StatusUnsupportedMediaType
	default:
		return http.StatusBadRequest
	}
}

// refusalSentence says to the sender what was wrong and what to do.
func refusalSentence(r *inbox.Refusal) string {
	sentences := map[string]string{
		task.ReasonTokenMissing: "The callback address lacks its secret token. " +
			"Copy the whole address from the setup page.",
		task.ReasonTokenWrong: "The secret token of the callback address is not valid. " +
			"Copy the address from the setup page again.",
		task.ReasonSignatureMissing: "The callback is not signed, and a signing key is set here. " +
			"Create a webhook key at the provider and set the same one here.",
		task.ReasonSignatureWrong: "The signature does not fit the callback. " +
			"Set the key here that the provider signs with.",
		task.ReasonSignatureStale: "The signature's time is too far from now. " +
			"Check the clocks; an old callback is not taken again.",
		task.ReasonTooLarge: "The body is longer than 1 MiB, more than any callback has.",
		task.ReasonEncoding: "The body came packed and cannot be read. Send it without " +
			"Content-Encoding, or with gzip",
		task.ReasonNotJSON:   "The body is not valid JSON",
		task.ReasonNotObject: "The body is JSON, but not an object",
		task.ReasonWrongType: "The body has a value of the wrong type",
		task.ReasonNoTaskID: "The body names no task: data.taskId, data.task_id, taskId or " +
			"task_id is needed",
	}
	key, detail, _ := strings.Cut(r.Reason, ": ")
	sentence, known := sentences[key]
	if !known {
		sentence = "The callback could not be read"
	}
	if detail != "" {
		sentence += ": " + detail
	}
	return strings.TrimRight(sentence, ".") + "."
}
