package kie

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/sony/gobreaker/v2"
	"golang.org/x/time/rate"
)

// DefaultBaseURL is where kie.ai's API is.
const DefaultBaseURL = "https://api.kie.ai"

// The defaults of Options. kie limits new tasks to 20 in 10 s and says nothing of questions, so
// that these keep well below.
const (
	DefaultRate     = 2.0
	DefaultBurst    = 5
	DefaultFailures = 5
	DefaultPause    = 30 * time.Second
)

// Options configure a Client. Only Key is required.
type Options struct {
	BaseURL string       // empty is DefaultBaseURL
	Key     string       `json:"-"`
	HTTP    *http.Client // nil is one of our own: time-outs, no proxy; redirects are never followed
	Rate    float64      // questions per second; 0 is DefaultRate
	Burst   int          // of them at once after a pause; 0 is DefaultBurst
	Breaker Breaker
	Now     func() time.Time // nil is time.Now
}

// Breaker are the settings of the circuit breaker.
type Breaker struct {
	Failures uint32        // in a row, after which nothing is asked; 0 is DefaultFailures
	Pause    time.Duration // for so long, then one question tries; 0 is DefaultPause
}

// String keeps the key out of logs.
func (o Options) String() string { return "kie.Options{" + withoutUser(o.BaseURL) + "}" }

// GoString is String.
func (o Options) GoString() string { return o.String() }

// Client asks kie.ai. It keeps to a rate, and asks nothing for a while after a 429 or several
// failures in a row. It never asks twice by itself. It is safe for concurrent use.
type Client struct {
	base    string
	http    *http.Client
	limiter *rate.Limiter
	breaker *gobreaker.CircuitBreaker[answer]
	now     func() time.Time

	// The key is in these two only, so that no way of printing a client shows it.
	authorize func(http.Header)
	redact    func(string) string

	mu    sync.Mutex
	quiet time.Time // nothing is asked before
}

// String keeps whatever an address may hold out of logs.
func (c *Client) String() string { return "kie.Client{" + withoutUser(c.base) + "}" }

// GoString is String.
func (c *Client) GoString() string { return c.String() }

// answer is what came back, opened.
type answer struct {
	envelope
	body []byte
}

// NewClient returns a client.
func NewClient(opt Options) *Client {
	opt.fill()
	key := opt.Key
	return &Client{
		base:    strings.TrimRight(opt.BaseURL, "/"),
		http:    opt.HTTP,
		limiter: rate.NewLimiter(rate.Limit(opt.Rate), opt.Burst),
		now:     opt.Now,
		breaker: gobreaker.NewCircuitBreaker[answer](gobreaker.Settings{
			Timeout:      opt.Breaker.Pause,
			IsSuccessful: alive,
			IsExcluded:   ours,
			ReadyToTrip: func(c gobreaker.Counts) bool {
				return c.ConsecutiveFailures >= opt.Breaker.Failures
			},
		}),
		authorize: func(h http.Header) { h.Set("Authorization", "Bearer "+key) },
		redact: func(text string) string {
			if key == "" {
				return text
			}
			return strings.ReplaceAll(text, key, "[key]")
		},
	}
}

func (o *Options) fill() {
	if o.BaseURL == "" {
		o.BaseURL = DefaultBaseURL
	}
	if o.Rate <= 0 {
		o.Rate = DefaultRate
	}
	if o.Burst <= 0 {
		o.Burst = DefaultBurst
	}
	if o.Breaker.Failures == 0 {
		o.Breaker.Failures = DefaultFailures
	}
	if o.Breaker.Pause <= 0 {
		o.Breaker.Pause = DefaultPause
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	client := newHTTPClient()
	if o.HTTP != nil {
		*client = *o.HTTP
	}
	// Wherever a redirect leads, the key must not follow.
	client.CheckRedirect = func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}
	o.HTTP = client
}

// newHTTPClient returns a client that takes neither for ever nor a detour: a proxy named in the
// environment for other programs would see the key.
func newHTTPClient() *http.Client {
	return &http.Client{
		Timeout: 20 * time.Second,
		Transport: &http.Transport{
			DialContext:            (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSHandshakeTimeout:    5 * time.Second,
			ResponseHeaderTimeout:  15 * time.Second,
			MaxResponseHeaderBytes: 64 << 10,
			MaxIdleConnsPerHost:    2,
			IdleConnTimeout:        90 * time.Second,
			ForceAttemptHTTP2:      true,
		},
	}
}

// ask asks a question when its turn has come. The error is an *APIError or, when the asker has
// given up, one that wraps the context's.
func (c *Client) ask(ctx context.Context, method, path, body string) (answer, error) {
	if wait := c.silence(); wait > 0 {
		return answer{}, &APIError{Kind: ErrRateLimited, RetryAfter: wait}
	}
	a, err := c.breaker.Execute(func() (answer, error) {
		if c.limiter.Wait(ctx) != nil {
			return answer{}, waitError(ctx)
		}
		return c.exchange(ctx, method, path, body)
	})
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		err = &APIError{Kind: ErrUnavailable, Cause: err}
	}
	return a, err
}

// waitError makes the limiter's error one of the context: it gives up early when the deadline comes
// before the turn.
func waitError(ctx context.Context) error {
	cause := ctx.Err()
	if cause == nil {
		cause = context.DeadlineExceeded
	}
	return fmt.Errorf("wait for a turn to ask: %w", cause)
}

// silence returns for how long nothing may be asked.
func (c *Client) silence() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.quiet.Sub(c.now())
}

// alive says whether an error, or none, came from a provider that is well.
func alive(err error) bool {
	if errors.Is(err, errNoRoute) {
		return true
	}
	return !errors.Is(err, ErrUnavailable) && !errors.Is(err, ErrMaintenance)
}

// ours says whether an error tells nothing of the provider: it was never asked, or nobody waited
// for its answer.
func ours(err error) bool {
	var e *APIError
	return err != nil && !errors.As(err, &e)
}

// withoutUser returns an address without user name and password.
func withoutUser(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	u.User = nil
	return u.String()
}
