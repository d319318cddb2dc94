// Package sim is a provider to try Reelback with: it posts callbacks the way kie.ai does (a
// 15 s time-out, three retries, duplicates, out of order, signed if wanted) and serves the small
// real videos and covers they link to, slowly, cut off or dying when asked. Who asks for the
// record of a task is answered as well. Tests, the demo and the command `reelback sim` use it.
//
// It knows the provider's wire format and nothing of Reelback behind the callback address: no
// store, no inbox, no task rules. Clock, pauses, randomness and transport are options.
package sim

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// DefaultTimeout is how long the provider waits for an answer (provider-facts: documented).
const DefaultTimeout = 15 * time.Second

// DefaultConcurrency is how many callbacks are on their way at once unless the options say.
const DefaultConcurrency = 4

// DefaultRetries are the pauses before the three retries. The number is documented; the spacing
// stands only in an older version of the provider's page.
func DefaultRetries() []time.Duration {
	return []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute}
}

// Options configure a Provider. Only MediaURL is required.
type Options struct {
	MediaURL string // public base of the links, "http://127.0.0.1:9090"

	HMACKey     string          // signs the callbacks; empty sends them unsigned
	Timeout     time.Duration   // for one answer; 0 is DefaultTimeout
	Retries     []time.Duration // pause before each retry; nil is DefaultRetries, empty none
	Pause       time.Duration   // between two callbacks
	Concurrency int             // callbacks on their way at once; 0 is DefaultConcurrency
	Faults      Faults
	Media       MediaFaults

	APIKey string // asked for where records are asked for; empty asks for none
	API    APIFaults

	Seed      uint64            // of every random choice
	Transport http.RoundTripper // nil is a plain one
	Now       func() time.Time  // nil is time.Now
	// Wait pauses for d or until ctx ends, whose error it then returns; nil is a timer.
	Wait func(ctx context.Context, d time.Duration) error
	// OnAttempt is told of every attempt, one at a time; may be nil.
	OnAttempt func(Attempt)
}

// Faults are what goes wrong on the way to the receiver, as shares from 0 to 1.
type Faults struct {
	Duplicates float64 // of the callbacks are sent a second time
	OutOfOrder float64 // of what is sent arrives behind later ones
	Drop       float64 // of the callbacks are never sent
}

// MediaFaults are what goes wrong with the files.
type MediaFaults struct {
	Rate     int64         // bytes per second of one answer; 0 is as fast as it goes
	CutAfter int64         // the first answer of each link breaks off after so many bytes
	DieAfter time.Duration // a link answers 404 so long after its callback was first sent
}

// Provider sends callbacks and serves the files they link to. It is safe for concurrent use.
type Provider struct {
	opt    Options
	links  linker
	client *http.Client
	mux    *http.ServeMux
	ledger *ledger

	mu     sync.Mutex
	cut    map[string]bool // links whose first answer was cut off
	chance *rand.Rand      // of the API's faults
}

// New returns a provider, or an error that names every impossible option.
func New(opt Options) (*Provider, error) {
	if err := opt.validate(); err != nil {
		return nil, err
	}
	opt.fill()
	p := &Provider{
		opt:    opt,
		links:  newLinker(opt),
		client: newClient(opt),
		mux:    http.NewServeMux(),
		ledger: newLedger(opt),
		cut:    make(map[string]bool),
		chance: newRand(opt.Seed, "api"),
	}
	p.mux.HandleFunc("GET "+mediaPath+"{name}", p.serveMedia)
	p.mountAPI()
	return p, nil
}

// ServeHTTP serves the files under /media/ and the records under /api/v1/.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

func (o *Options) validate() error {
	var problems []error
	refuse := func(wrong bool, format string, args ...any) {
		if wrong {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	u, err := url.Parse(o.MediaURL)
	refuse(err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"),
		"media address %q: want http://host[:port]", o.MediaURL)
	share := func(name string, v float64) { // written so that NaN is refused, too
		refuse(!(0 <= v && v <= 1), "%s %v: want a share from 0 to 1", name, v)
	}
	share("duplicates", o.Faults.Duplicates)
	share("out of order", o.Faults.OutOfOrder)
	share("drop", o.Faults.Drop)
	share("rate limited", o.API.RateLimited)
	share("errors", o.API.Errors)
	share("slow", o.API.Slow)
	share("faults of the API", o.API.RateLimited+o.API.Errors+o.API.Slow)
	refuse(o.API.Delay < 0, "delay %v: must not be negative", o.API.Delay)
	refuse(o.API.Forget < 0, "forget %v: must not be negative", o.API.Forget)
	refuse(o.Timeout < 0, "time-out %v: must not be negative", o.Timeout)
	refuse(o.Pause < 0, "pause %v: must not be negative", o.Pause)
	refuse(o.Media.DieAfter < 0, "die after %v: must not be negative", o.Media.DieAfter)
	for _, d := range o.Retries {
		refuse(d < 0, "retry %v: must not be negative", d)
	}
	refuse(o.Concurrency < 0, "concurrency %d: must not be negative", o.Concurrency)
	refuse(o.Media.Rate < 0, "media rate %d: must not be negative", o.Media.Rate)
	refuse(o.Media.CutAfter < 0, "cut after %d: must not be negative", o.Media.CutAfter)
	return errors.Join(problems...)
}

func (o *Options) fill() {
	o.MediaURL = strings.TrimRight(o.MediaURL, "/")
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	if o.Retries == nil {
		o.Retries = DefaultRetries()
	}
	if o.Concurrency == 0 {
		o.Concurrency = DefaultConcurrency
	}
	if o.API.Delay == 0 {
		o.API.Delay = DefaultDelay
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Wait == nil {
		o.Wait = wait
	}
	if o.OnAttempt == nil {
		o.OnAttempt = func(Attempt) {}
	}
}

// wait is the default of Options.Wait.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// newRand returns a source of its own for every purpose, so that adding a choice in one place
// does not change those in another.
func newRand(seed uint64, purpose string) *rand.Rand {
	var stream uint64 = 14695981039346656037 // FNV-1a
	for _, b := range []byte(purpose) {
		stream = (stream ^ uint64(b)) * 1099511628211
	}
	return rand.New(rand.NewPCG(seed, stream))
}
