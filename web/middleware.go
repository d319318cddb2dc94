package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// once makes one middleware of several. Echo makes each anew for every request, with all that it
// prepares; these are made when the server is, around whatever handler a request has.
func once(all ...echo.MiddlewareFunc) echo.MiddlewareFunc {
	made := func(c echo.Context) error { return c.Handler()(c) }
	for _, one := range slices.Backward(all) {
		made = one(made)
	}
	return func(echo.HandlerFunc) echo.HandlerFunc { return made }
}

// stripBase takes the base path off, so that one server answers with and without a reverse
// proxy that strips it.
func (s *Server) stripBase(next echo.HandlerFunc) echo.HandlerFunc {
	base := s.Links.Base()
	plain, err := url.PathUnescape(base)
	if err != nil {
		plain = base
	}
	return func(c echo.Context) error {
		if base == "" {
			return next(c)
		}
		u := c.Request().URL
		if rest, ok := strings.CutPrefix(u.Path, plain); ok && (rest == "" || rest[0] == '/') {
			u.Path = "/" + strings.TrimPrefix(rest, "/")
			if u.RawPath != "" {
				u.RawPath = "/" + strings.TrimPrefix(strings.TrimPrefix(u.RawPath, base), "/")
			}
		}
		return next(c)
	}
}

// requestID returns the request's id, which its answer has as well.
func requestID(c echo.Context) string { return c.Response().Header().Get(echo.HeaderXRequestID) }

// How long a body and an answer may take, both from the beginning. Files and event streams, which
// may take longer, move the latter on as they go.
const (
	bodyTime   = 30 * time.Second
	answerTime = time.Minute
)

// observe gives each request an id and a deadline, and logs and measures it once it is answered.
func (s *Server) observe(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := time.Now()
		control := http.NewResponseController(c.Response().Writer)
		_ = control.SetWriteDeadline(start.Add(answerTime)) // the server clears both afterwards
		if c.Request().ContentLength != 0 {
			// Not without a body: it would be taken for the end of whoever watches a stream.
			_ = control.SetReadDeadline(start.Add(bodyTime))
		}
		id := rand.Text()[:12]
		c.Response().Header().Set(echo.HeaderXRequestID, id)
		if err := next(c); err != nil {
			c.Error(err)
		}
		took := time.Since(start)
		s.metrics.observe(c, took)
		if !s.Log.Enabled(c.Request().Context(), slog.LevelDebug) {
			return nil
		}
		// The route, not the path: paths of callbacks hold secrets.
		if ctx := c.Request().Context(); s.Log.Enabled(ctx, slog.LevelDebug) {
			s.Log.DebugContext(ctx, "request", "method", c.Request().Method, "route", c.Path(),
				"status", c.Response().Status, "bytes", c.Response().Size, "duration", took,
				"remote", remoteAddr(c), "request_id", id)
		}
		return nil
	}
}

// recoverPanic turns a panic into an error, except the one that means "cut the connection".
func (s *Server) recoverPanic(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch r := recover(); r {
			case nil:
			case http.ErrAbortHandler:
				panic(r)
			default:
				err = panicError(r)
			}
		}()
		return next(c)
	}
}

// panicError makes an error of what a deferred function recovered.
func panicError(r any) error { return fmt.Errorf("panic: %v\n%s", r, debug.Stack()) }

// secure sets the headers that keep a browser from doing what no page here needs. Those about
// documents and frames are left out where providers are answered, who get JSON alone: the headers of
// such an answer then fit a map that need not grow, and are copied with it.
func secure(next echo.HandlerFunc) echo.HandlerFunc {
	all := []header{
		fixed("Content-Security-Policy", "default-src 'none'; script-src 'self'; "+
			"style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "+
			"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"),
		fixed("X-Content-Type-Options", "nosniff"),
		fixed("Cross-Origin-Resource-Policy", "same-origin"),
	}
	ofDocuments := []header{
		fixed("Referrer-Policy", "same-origin"),
		fixed("X-Frame-Options", "DENY"),
		fixed("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"),
		fixed("Cross-Origin-Opener-Policy", "same-origin"),
	}
	return func(c echo.Context) error {
		setAll(c.Response().Header(), all)
		if !takesCallbacks(c.Path()) {
			setAll(c.Response().Header(), ofDocuments)
		}
		return next(c)
	}
}

// errOtherSite says that a change is asked for from elsewhere, or looks as if it were.
var errOtherSite = errors.New("from another site's page")

// sameOrigin refuses changes that another site's page asks for.
func (s *Server) sameOrigin(next echo.HandlerFunc) echo.HandlerFunc {
	protection := http.NewCrossOriginProtection()
	if origin := originOf(s.Links.Absolute("")); origin != "" {
		// Behind a proxy that puts another Host, old browsers' requests would not match theirs.
		if err := protection.AddTrustedOrigin(origin); err != nil {
			s.Log.Warn("the public address is no origin", "err", err)
		}
	}
	return func(c echo.Context) error {
		if needsNoOrigin(c) {
			return next(c)
		}
		if err := protection.Check(c.Request()); err != nil {
			return &publicError{Status: http.StatusForbidden,
				Detail: "The request came from another site's page, or a proxy changes Host: " +
					"set --public-url.", Err: fmt.Errorf("%w: %w", errOtherSite, err)}
		}
		return next(c)
	}
}
