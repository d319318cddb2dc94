package web

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/plain"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views"
)

// publicError is an error whose detail was written for the reader of the answer.
type publicError struct {
	Status int
	Detail string
	Reason string // the same in one word, where machines are to tell it from others; may be empty
	Err    error  // what happened, for the log; may be nil
}

func (e *publicError) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	return e.Detail
}

func (e *publicError) Unwrap() error { return e.Err }

// bad makes an error about a request's own fault, whose text the reader may see.
func bad(err error) error {
	return &publicError{Status: http.StatusBadRequest, Detail: sentence(err.Error()), Err: err}
}

func sentence(text string) string {
	text = strings.ReplaceAll(text, "\n", "; ") // of joined errors
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + strings.TrimRight(text[1:], ".") + "."
}

// answerTo is the only table from an error to a status and a sentence. Errors it does not know
// are the program's own fault and say nothing of the inside.
func answerTo(err error) (status int, detail string) {
	var public *publicError
	var refusal *inbox.Refusal
	var http4 *echo.HTTPError
	var role *roleError
	var trouble *troubleError
	var taken *task.NameTakenError
	switch {
	case errors.As(err, &public):
		return public.Status, public.Detail
	case errors.As(err, &trouble):
		return http.StatusServiceUnavailable, trouble.trouble.Sentence()
	case errors.Is(err, errSignIn):
		return http.StatusUnauthorized, "Sign in first, or send an API token in " +
			"Authorization: Bearer TOKEN."
	case errors.As(err, &role):
		return http.StatusForbidden, role.detail()
	case errors.Is(err, errNobodyNamed):
		return http.StatusForbidden, "With --auth none nobody knows who asks. Use reelback user and " +
			"reelback token on the server, or start it without that option."
	case errors.Is(err, errForeignName):
		return http.StatusMisdirectedRequest, "With --auth none the server answers by its address, " +
			"by a name of a private network, or by that of --public-url."
	case errors.Is(err, auth.ErrBusy):
		return http.StatusServiceUnavailable, "Many people sign in at once. Try again in a moment."
	case errors.As(err, &refusal):
		return refusalStatus(refusal), refusalSentence(refusal)
	case errors.Is(err, inbox.ErrUnknownSource):
		return http.StatusNotFound,
			"There is no source of this name. See the setup page for those there are."
	case errors.Is(err, inbox.ErrBusy):
		return http.StatusServiceUnavailable, "The callback could not be stored in time. Send it again."
	case errors.As(err, &taken):
		return http.StatusConflict, sentence(taken.Error())
	case errors.Is(err, task.ErrPicture):
		return http.StatusUnprocessableEntity,
			"This is no PNG or JPEG of 16 to 8192 pixels a side and 4 million in all."
	case errors.Is(err, task.ErrNoRoom):
		return http.StatusInsufficientStorage, "The disk has too little room for another file."
	case errors.Is(err, task.ErrLastToken):
		return http.StatusConflict, "This is the last token of its source that does not end. " +
			"Make a new one first, or confirm on the setup page that callbacks are to be refused."
	case errors.Is(err, task.ErrNothingToAdopt):
		return http.StatusConflict, "This delivery has no link that could help the task as it " +
			"stands now. Open the task again."
	case errors.Is(err, store.ErrReplayRunning):
		return http.StatusConflict, "Another replay is under way. Ask again when it has ended."
	case errors.Is(err, store.ErrNotFound):
		return http.StatusNotFound, "There is nothing here. It may have been removed."
	case errors.Is(err, context.Canceled):
		return statusClientGone, "The request was given up."
	case errors.As(err, &http4):
		return http4.Code, ""
	default:
		return http.StatusInternalServerError, "Something went wrong on this side. Nothing is lost."
	}
}

// statusClientGone is nginx's code for a client that did not wait; nobody reads the answer.
const statusClientGone = 499

// handleError answers a request whose handler returned an error.
func (s *Server) handleError(err error, c echo.Context) {
	err = s.troubled(err)
	status, detail := answerTo(err)
	if status >= http.StatusInternalServerError && !toldByWrites(err) {
		s.Log.Error("request failed", "err", err, "request_id", requestID(c),
			"method", c.Request().Method, "route", c.Path())
	}
	if c.Response().Committed {
		return
	}
	h := c.Response().Header()
	h.Del("ETag")
	h.Del("Content-Disposition")
	h.Set("Cache-Control", "no-store")
	switch status {
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "10")
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="reelback"`)
	}
	if wantsPage(c) {
		if err = s.renderError(c, err, status, detail); err == nil {
			return
		}
		s.Log.Log(c.Request().Context(), unlessGone(c, slog.LevelError),
			"the page of an error failed itself", "err", err, "request_id", requestID(c))
	}
	if err := writeProblem(c, status, detail, reasonOf(err)); err != nil {
		s.Log.Log(c.Request().Context(), unlessGone(c, slog.LevelWarn),
			"an error could not be told", "err", err, "request_id", requestID(c))
	}
}

// unlessGone is the level of a failed answer. Nobody misses one whose client has left, and
// strangers must not fill the log by leaving.
func unlessGone(c echo.Context, level slog.Level) slog.Level {
	if c.Request().Context().Err() != nil {
		return slog.LevelDebug
	}
	return level
}

// renderError answers a person: with the way in where they have to sign in, else with a page.
func (s *Server) renderError(c echo.Context, err error, status int, detail string) error {
	if errors.Is(err, errSignIn) {
		c.Response().Header().Del("WWW-Authenticate")
		return s.askToSignIn(c)
	}
	if errors.Is(err, auth.ErrDisabled) {
		return s.renderSignIn(c, status, views.SignInProps{Why: views.WhyDisabled})
	}
	var role *roleError
	p := views.ProblemProps{Status: status, RequestID: requestID(c), Detail: detail,
		OtherSite: errors.Is(err, errOtherSite)}
	if errors.As(err, &role) {
		p.Needs = role.needed
	}
	errors.As(err, &p.Parameter)
	return s.renderProblem(c, p)
}

// wantsPage says whether the asker is a person with a browser.
func wantsPage(c echo.Context) bool {
	return !forMachines(c) && !strings.HasPrefix(c.Request().URL.Path, "/api/") &&
		!strings.HasPrefix(c.Request().URL.Path, "/callbacks/") &&
		c.Request().Header.Get(fragmentHeader) == "" &&
		strings.Contains(c.Request().Header.Get("Accept"), "text/html")
}

// problem is an answer as RFC 9457 describes it.
type problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail,omitempty"`
	Reason    string `json:"reason,omitempty"` // in one word, where there are several
	RequestID string `json:"request_id,omitempty"`
}

func writeProblem(c echo.Context, status int, detail, reason string) error {
	title := http.StatusText(status)
	if title == "" {
		title = "Client Closed Request"
	}
	body, err := json.Marshal(problem{Type: "about:blank", Title: title, Status: status,
		Detail: detail, Reason: reason, RequestID: requestID(c)})
	if err != nil {
		return err
	}
	return c.Blob(status, "application/problem+json", plain.JSON(body))
}

// renderProblem answers with a page. That page, too, reads from the store, so it can fail over
// the very thing it is to tell of.
func (s *Server) renderProblem(c echo.Context, p views.ProblemProps) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = panicError(r)
		}
	}()
	f := s.frame(c, "")
	return s.render(c, p.Status, views.ProblemPage(f, p))
}
