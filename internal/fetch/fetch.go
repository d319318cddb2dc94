// Package fetch makes one attempt to bring a remote file home: it goes on where the last attempt
// ended, checks addresses, lengths and types, and hashes what arrives. Retries, tasks and final
// names are other packages' business; what it hands back is a typed error or a part that is whole.
package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/task"
)

const (
	maxRedirects       = 5
	maxHeaderBytes     = 64 << 10
	idleConnsPerHost   = 4
	keepIdleConns      = 30 * time.Second
	defaultIdle        = 30 * time.Second
	defaultConnect     = 10 * time.Second
	defaultUserAgent   = "Reelback"
	receiveBufferBytes = 256 << 10 // measured; larger ones gain nothing
)

// Options are what New needs; the zero value of each field is sensible.
type Options struct {
	Allow          []netip.Prefix   // let through on any port although not public
	Proxy          *url.URL         // an HTTP proxy to tunnel through; nil for none
	MaxBytes       int64            // of a file; 0 is no limit
	IdleTimeout    time.Duration    // without a byte from the server; 0 is 30 s
	ConnectTimeout time.Duration    // for a connection, and for its TLS; 0 is 10 s
	UserAgent      string           // "Reelback" when empty
	Now            func() time.Time // for dates in answers; time.Now when nil
	Resolver       *net.Resolver    // the system's when nil
}

// Fetcher fetches files. It is safe for concurrent use.
type Fetcher struct {
	options   Options
	guard     *guard
	transport *http.Transport
	client    *http.Client
	buffers   buffers
}

// Request is one attempt at one file.
type Request struct {
	URL  string
	Role task.Role // what the file has to be
	// Part takes the bytes. The caller opens it, and closes or commits it afterwards.
	Part *media.Part
	// KeepShort takes a movie that ends before its own end, where the server says that it has no
	// more. Such a length is a lie more often than the truth.
	KeepShort bool
	// Room, when set, says whether the disk may take so many bytes more. It is asked once the length
	// is known, and again and again while bytes arrive.
	Room func(more int64) bool
	// Progress, when set, is told how many bytes are there, and of how many; 0 is unknown.
	Progress func(done, total int64)
	// Resumed, when set, is told from which byte on the file is fetched, where it is not the first.
	Resumed func(from int64)
	// Trace, when set, is filled with what the attempt was like, however it ends.
	Trace *Trace
}

// Trace is what an attempt was like.
type Trace struct {
	Host   string // that answered last, behind all redirects; empty without an answer
	Status int    // of the last answer; 0 without one
	From   int64  // where it went on in the part; 0 when it began anew
	Bytes  int64  // it brought, of which a wrong file leaves none in the part
}

// Result is what a whole file turned out to be.
type Result struct {
	ContentType string // by content
	Bytes       int64
	SHA256      string // lower-case hex
}

// New returns a fetcher with its own connections.
func New(options Options) *Fetcher {
	options.IdleTimeout = cmp.Or(options.IdleTimeout, defaultIdle)
	options.ConnectTimeout = cmp.Or(options.ConnectTimeout, defaultConnect)
	options.UserAgent = cmp.Or(options.UserAgent, defaultUserAgent)
	if options.Now == nil {
		options.Now = time.Now
	}
	f := &Fetcher{options: options, guard: newGuard(options.Allow)}
	f.transport = newTransport(options, f.guard)
	f.client = &http.Client{Transport: f.transport, CheckRedirect: f.checkRedirect}
	return f
}

// newTransport speaks HTTP/1.1 alone: one file a connection, so that none holds up another.
func newTransport(options Options, guard *guard) *http.Transport {
	dialer := &net.Dialer{
		Timeout:  options.ConnectTimeout,
		Resolver: options.Resolver,
		Control:  guard.control,
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	dial := dialer.DialContext
	if options.Proxy != nil {
		dial = newTunnel(options, guard).dial
	}
	return &http.Transport{
		Proxy:                  nil, // the guard would see the proxy's address only
		DialContext:            dial,
		TLSHandshakeTimeout:    options.ConnectTimeout,
		Protocols:              protocols,
		DisableCompression:     true, // lengths and ranges are those of the file
		MaxResponseHeaderBytes: maxHeaderBytes,
		MaxIdleConnsPerHost:    idleConnsPerHost,
		IdleConnTimeout:        keepIdleConns,
	}
}

// Close ends the connections that are kept for later use.
func (f *Fetcher) Close() { f.transport.CloseIdleConnections() }

// Fetch makes one attempt to fill the request's part; every error it returns is an *Error. After
// an error that is worth another attempt, the part keeps what has arrived. What is proven wrong,
// empty or too large is removed from it.
func (f *Fetcher) Fetch(ctx context.Context, req Request) (Result, error) {
	if req.Trace == nil {
		req.Trace = new(Trace)
	}
	*req.Trace = Trace{}
	if err := f.guard.checkURL(req.URL); err != nil {
		return Result{}, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	timer := newIdleTimer(f.options.IdleTimeout, cancel)
	defer timer.pause()

	a := attempt{Fetcher: f, Request: req, timer: timer}
	result, err := a.run(ctx)
	if err != nil {
		return Result{}, a.fail(ctx, err)
	}
	return result, nil
}

// fail returns the error to report and empties a part whose bytes must not be gone on with.
func (a *attempt) fail(ctx context.Context, err error) *Error {
	e := explain(ctx, err)
	switch e.Kind {
	case WrongType, Empty, TooLarge:
		if err := a.Part.Reset(); err != nil {
			e.Err = errors.Join(e.Err, err)
		}
	}
	return e
}

// idleTimer cancels an attempt whose server sends nothing, or hardly anything. It runs only while
// the server is waited for, so that a slow disk is not taken for a slow server.
type idleTimer struct {
	timer *time.Timer
	after time.Duration
	slow  *time.Timer   // runs while bytes of one buffer are awaited
	left  time.Duration // of the patience for this buffer
	since time.Time     // slow has been running
}

// patienceForBuffer is how many idle time-outs one buffer may take: with those of the defaults
// the server must send 4 KiB a second. Some that trickle would else hold all places. What the disk
// takes is not the server's time.
const patienceForBuffer = 2

func newIdleTimer(after time.Duration, cancel context.CancelCauseFunc) *idleTimer {
	expired := &Error{Kind: Stalled, Err: reason(fmt.Sprintf("the server sent nothing for %v", after))}
	tooSlow := &Error{Kind: Stalled, Err: errTooSlow}
	t := &idleTimer{after: after, left: patienceForBuffer * after,
		timer: time.AfterFunc(after, func() { cancel(expired) }),
		slow:  time.AfterFunc(patienceForBuffer*after, func() { cancel(tooSlow) })}
	t.timer.Stop()
	t.slow.Stop()
	return t
}

// watch starts the time for the next bytes.
func (t *idleTimer) watch() {
	t.since = time.Now()
	t.timer.Reset(t.after)
	t.slow.Reset(t.left)
}

// pause stops it: they are there.
func (t *idleTimer) pause() {
	t.timer.Stop()
	t.slow.Stop()
	t.left -= time.Since(t.since)
}

// nextBuffer gives the server the time for one more buffer.
func (t *idleTimer) nextBuffer() { t.left = patienceForBuffer * t.after }
