package fetch

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/reelback/reelback/internal/media"
)

// attempt is one call of Fetch.
type attempt struct {
	*Fetcher
	Request
	timer *idleTimer
}

func (a *attempt) run(ctx context.Context) (Result, error) {
	known := a.Part.Validator()
	if known.Total > 0 && known.Total == a.Part.Size() {
		return a.finishStored(ctx) // whole, but its commit was interrupted
	}
	from := offset(a.Part, a.URL)
	resp, err := a.ask(ctx, from, known)
	if err != nil {
		return Result{}, err
	}
	defer func() { _ = resp.Body.Close() }() // of the last answer
	answer := judge(resp, from, known)
	if answer == useless {
		_ = resp.Body.Close()
		again, err := a.ask(ctx, 0, known)
		if err != nil {
			return Result{}, err
		}
		resp = again
		from, answer = 0, judge(resp, 0, known)
	}
	switch answer {
	case fresh:
		return a.receiveFresh(resp)
	case resumed:
		return a.receiveRest(ctx, resp, from)
	case complete:
		return a.finishStored(ctx)
	default:
		return Result{}, a.refusal(resp)
	}
}

// ask sends the request for the bytes from an offset on and waits for the head of the answer.
func (a *attempt) ask(ctx context.Context, from int64, known media.Validator) (
	*http.Response, error,
) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.URL, nil)
	if err != nil {
		return nil, &Error{Kind: BadURL, Err: errNoURL}
	}
	req.Header.Set("User-Agent", a.options.UserAgent)
	req.Header.Set("Accept-Encoding", "identity")
	if from > 0 {
		req.Header.Set("Range", "bytes="+strconv.FormatInt(from, 10)+"-")
		condition := known.ETag
		if condition == "" {
			condition = known.LastModified
		}
		req.Header.Set("If-Range", condition)
	}
	a.timer.watch()
	defer a.timer.pause()
	resp, err := a.client.Do(req)
	if err == nil {
		a.Trace.Status, a.Trace.Host = resp.StatusCode, resp.Request.URL.Host
	}
	return resp, err
}

// refusal is the error for an answer that is not the file.
func (a *attempt) refusal(resp *http.Response) *Error {
	e := &Error{Kind: Status, Status: resp.StatusCode}
	switch resp.StatusCode {
	case http.StatusNotFound, http.StatusGone:
		e.Kind = Gone
	case http.StatusUnauthorized, http.StatusForbidden:
		e.Kind = Denied
	case http.StatusNoContent:
		e.Kind = Empty
	case http.StatusPartialContent:
		e.Err = errRange
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		e.RetryAfter = a.retryAfter(resp.Header.Get("Retry-After"))
	}
	return e
}

// retryAfter reads seconds or a date (RFC 9110, section 10.2.3).
func (a *attempt) retryAfter(header string) time.Duration {
	if n, err := strconv.ParseUint(header, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(at.Sub(a.options.Now()), 0)
	}
	return 0
}

// receiveFresh fills the part from its first byte.
func (a *attempt) receiveFresh(resp *http.Response) (Result, error) {
	v := validator(resp, a.URL)
	if a.tooLarge(v.Total) {
		return Result{}, &Error{Kind: TooLarge}
	}
	if err := a.Part.Reset(); err != nil {
		return Result{}, &Error{Kind: Disk, Err: err}
	}
	if err := a.Part.SetValidator(v); err != nil {
		return Result{}, &Error{Kind: Disk, Err: err}
	}
	in := a.newIntake(v)
	defer in.hash.stop()
	if err := in.copy(resp.Body); err != nil {
		return Result{}, err
	}
	if v.Total > 0 {
		return in.finish()
	}
	return a.finishUnannounced(in, resp)
}

// finishUnannounced ends a body whose length was not known. Where the connection's end is the
// body's end too, a cut looks like an end, and only the file itself can tell.
func (a *attempt) finishUnannounced(in *intake, resp *http.Response) (Result, error) {
	framed := slices.Contains(resp.TransferEncoding, "chunked")
	if !framed && isMovie(in.contentType) && media.Truncated(a.Part, a.Part.Size()) {
		return Result{}, &Error{Kind: Cut}
	}
	v := a.Part.Validator()
	v.Total = a.Part.Size()
	if err := a.Part.SetValidator(v); err != nil {
		return Result{}, &Error{Kind: Disk, Err: err}
	}
	return in.finish()
}

// receiveRest fills the part from where it ends.
func (a *attempt) receiveRest(ctx context.Context, resp *http.Response, from int64) (
	Result, error,
) {
	v := a.Part.Validator()
	got, _ := parseRange(resp.Header.Get("Content-Range")) // judged already
	if v.Total == 0 && got.total > 0 {
		v.Total = got.total
		if err := a.Part.SetValidator(v); err != nil {
			return Result{}, &Error{Kind: Disk, Err: err}
		}
	}
	if a.tooLarge(max(v.Total, got.last+1)) {
		return Result{}, &Error{Kind: TooLarge}
	}
	a.goesOn(from)
	in := a.newIntake(v)
	defer in.hash.stop()
	if err := in.recall(ctx, from); err != nil {
		return Result{}, err
	}
	if err := in.copy(resp.Body); err != nil {
		return Result{}, err
	}
	if v.Total == 0 {
		return a.finishUnannounced(in, resp)
	}
	return in.finish()
}

// finishStored judges and hashes a part that is whole as it is.
func (a *attempt) finishStored(ctx context.Context) (Result, error) {
	if a.tooLarge(a.Part.Size()) {
		return Result{}, &Error{Kind: TooLarge}
	}
	a.goesOn(a.Part.Size())
	in := a.newIntake(a.Part.Validator())
	defer in.hash.stop()
	if err := in.recall(ctx, a.Part.Size()); err != nil {
		return Result{}, err
	}
	return in.finish()
}

// goesOn notes that the part is gone on with, and tells of it.
func (a *attempt) goesOn(from int64) {
	a.Trace.From = from
	if a.Resumed != nil {
		a.Resumed(from)
	}
}

func (a *attempt) tooLarge(n int64) bool {
	return a.options.MaxBytes > 0 && n > a.options.MaxBytes
}

func isMovie(contentType string) bool {
	return contentType == "video/mp4" || contentType == "video/quicktime"
}
