package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/task"
)

// ErrNoRoom says that a file is larger than what the disk may take of it.
var ErrNoRoom = errors.New("the disk has no room for the file and its reserve")

// Kind is why an attempt failed.
type Kind string

// The kinds of failure.
const (
	Blocked   Kind = "blocked"    // the address guard said no
	BadURL    Kind = "bad_url"    // not a link that can be fetched
	Gone      Kind = "gone"       // 404 or 410
	Denied    Kind = "denied"     // 401 or 403, which some servers say of links that are dead
	Status    Kind = "status"     // another answer than the file
	Cut       Kind = "cut"        // the connection ended before the file did
	Stalled   Kind = "stalled"    // nothing came for the idle time-out
	TooLarge  Kind = "too_large"  // more than the limit
	WrongType Kind = "wrong_type" // certainly no file of the role
	Empty     Kind = "empty"      // not a single byte
	Disk      Kind = "disk"       // our side; media.IsFull tells a full disk
	Network   Kind = "network"    // no connection, or it failed before an answer
	Cancelled Kind = "cancelled"  // by the caller
)

// Error is the error of every attempt that failed.
type Error struct {
	Kind       Kind
	Status     int           // of the answer, when that is the reason; else 0
	RetryAfter time.Duration // the server's wish; 0 when it has none
	Addr       netip.Addr    // that was refused; the zero value where none was
	Err        error         // the cause, for logs; may name addresses
}

// reason is an error whose words are fit for a page: no link and no address in them.
type reason string

func (r reason) Error() string { return string(r) }

// The reasons that are told apart on pages.
const (
	errNotPublic = reason(task.ErrorNotPublic)
	errPort      = reason(task.ErrorPort)
	errDowngrade = reason("the server redirects from https to http")
	errRedirects = reason("the server redirects too often")
	errNoURL     = reason("the link is not valid")
	errScheme    = reason("the link is neither http nor https")
	errNoHost    = reason("the link names no server")
	errUserInfo  = reason("the link contains a user name or password")
	errRange     = reason("the server answered with a part that was not asked for")
	errTooSlow   = reason("the server sends too slowly")
	errShort     = reason("the file ends before its own end")
	errLonger    = reason("the server sent more than it announced")
)

// Error returns one short English sentence without a full stop that is fit for a page.
func (e *Error) Error() string {
	var words reason
	if errors.As(e.Err, &words) {
		return string(words)
	}
	switch e.Kind {
	case Blocked:
		return string(errNotPublic)
	case BadURL:
		return string(errNoURL)
	case Gone, Denied, Status:
		return task.Answered(e.Status)
	case Cut:
		return "the connection was cut before the file was complete"
	case Stalled:
		return "the server stopped sending"
	case TooLarge:
		return "the file is larger than the limit"
	case WrongType:
		return e.wrongType()
	case Empty:
		return "the server sent an empty file"
	case Disk:
		return e.disk()
	case Cancelled:
		return "the attempt was cancelled"
	default:
		return e.network()
	}
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Key returns the kind as a key for translation.
func (e *Error) Key() string { return string(e.Kind) }

// Permanent says whether another attempt at the same link can only end the same way.
func (e *Error) Permanent() bool {
	return e.Kind == Blocked || e.Kind == BadURL || e.Kind == TooLarge
}

func (e *Error) wrongType() string {
	if errors.Is(e.Err, media.ErrWrongType) {
		return e.Err.Error() // a sentence made for pages
	}
	return media.ErrWrongType.Error()
}

func (e *Error) disk() string {
	if media.IsFull(e.Err) || errors.Is(e.Err, ErrNoRoom) {
		return task.ReasonDiskFull
	}
	return "the file could not be stored"
}

func (e *Error) network() string {
	var (
		name    *net.DNSError
		cert    *tls.CertificateVerificationError
		timeout net.Error
	)
	switch {
	case errors.As(e.Err, &name) && name.IsNotFound:
		return "the server's name is not known"
	case errors.As(e.Err, &name):
		return "the server's name could not be looked up"
	case errors.As(e.Err, &cert):
		return "the server's certificate is not valid"
	case errors.Is(e.Err, syscall.ECONNREFUSED):
		return "the server refused the connection"
	case errors.As(e.Err, &timeout) && timeout.Timeout():
		return "the server did not answer in time"
	}
	return "the connection failed"
}

// explain turns whatever ended an attempt into its *Error. A connection that broke because the
// attempt was cancelled tells why it was.
func explain(ctx context.Context, err error) *Error {
	var e *Error
	if !errors.As(err, &e) {
		var asked *url.Error
		if errors.As(err, &asked) {
			err = asked.Err // without the link, which may be signed
		}
		e = &Error{Kind: Network, Err: err}
	}
	cause := context.Cause(ctx)
	if cause == nil || (e.Kind != Cut && e.Kind != Network) {
		return e
	}
	var stalled *Error
	if errors.As(cause, &stalled) {
		return stalled
	}
	return &Error{Kind: Cancelled, Err: cause}
}
