// Package inbox is a delivery's way in: it checks who sent it, has it understood, and answers
// only once it is on disk. What cannot be trusted or understood is kept as well, with the
// reason, by a way of its own, so that a flood of it holds up nobody. It knows no HTTP status
// and no database.
package inbox

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// MaxBody is the longest body of a callback, in bytes.
const MaxBody = 1 << 20

// KeptOfTooLarge is how much is kept of a longer one.
const KeptOfTooLarge = 4 << 10

// Keeper stores what comes in.
type Keeper interface {
	// CommitDeliveries stores all of them or, with an error, none.
	CommitDeliveries(ctx context.Context, in []store.Incoming) ([]store.Committed, error)
	// Sync returns when what was committed before is on disk.
	Sync() error
	KeepRefused(ctx context.Context, deliveries []task.Delivery) error
}

// Reader understands the callbacks of a provider. Product is that of the source, "" for a
// source that takes every shape. An error says what is wrong with the body; its text begins
// with a Reason… key of package task.
type Reader interface {
	Read(product string, body []byte) (task.Report, error)
}

// Verifier checks the signature of a provider's callback and returns it in its one canonical form;
// header returns a line by its name. An error's text is a Reason… key.
type Verifier interface {
	Verify(header func(name string) string, body []byte) (signature string, err error)
}

// Options are what an Inbox is made of.
type Options struct {
	Keeper     Keeper
	Sources    []task.Source
	Readers    map[string]Reader   // by provider
	Verifiers  map[string]Verifier // by provider; a provider without one signs nothing
	Categorise func(product string, code int, message string) task.Category
	Open       bool             // deliveries need no token
	Now        func() time.Time // nil means time.Now
	// Committed is told of every delivery once it is on disk. It must not block.
	Committed func(task.Delivery, store.Committed)
	// Wrote is told of the outcome of every write, and logs it where it has to be. It must not block.
	Wrote func(err error)
	Log   *slog.Logger // nil means slog.Default
}

// Inbox takes deliveries in. It is safe for concurrent use once Run has been started.
type Inbox struct {
	o       Options
	sources atomic.Pointer[endpoints]
	commits chan *waiting
	idle    sync.Pool // of *waiting
	refused chan turnedAway
	limits  *limits
	stopped chan struct{} // closed when Run has ended
	once    sync.Once

	incoming []store.Incoming // the writer's, used anew for each batch
	flights  flights

	unknownSource  atomic.Int64
	refusedCount   atomic.Int64
	refusedLost    atomic.Int64
	refusedWaiting atomic.Int64 // bytes of bodies in the queue
}

// The bounds of the two ways in: past them, a delivery waits for a place or is not kept.
const (
	commitQueue       = 1024
	refusedQueue      = 256
	refusedQueueBytes = 8 << 20
)

// New returns an inbox, which takes nothing in before Run.
func New(o Options) *Inbox {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Committed == nil {
		o.Committed = func(task.Delivery, store.Committed) {}
	}
	if o.Wrote == nil {
		o.Wrote = func(error) {}
	}
	in := &Inbox{
		o: o, commits: make(chan *waiting, commitQueue),
		refused: make(chan turnedAway, refusedQueue),
		limits:  newLimits(o.Now), stopped: make(chan struct{}), flights: newFlights(),
		idle: sync.Pool{New: func() any { return newWaiting() }},
	}
	for _, s := range o.Sources {
		if o.Readers[s.Provider] == nil {
			o.Log.Error("a source is out of use: nobody here reads its provider's callbacks",
				"source", s.Name, "provider", s.Provider)
		}
	}
	in.SetSources(o.Sources)
	return in
}

// Request is a delivery as it reached the program.
type Request struct {
	Source string
	Token  string
	// KeyIsEnough lets a signature stand in for the token, as on the sample receivers' paths.
	KeyIsEnough bool
	Header      http.Header
	Refs        []string // the caller's own words for the task, from the address
	Body        []byte   // at most MaxBody bytes; not to be changed any more
	TooLarge    bool     // there was more
	RemoteAddr  string   // without a port
}

// The errors of Receive besides Refusal.
var (
	// ErrUnknownSource says that no source has this name. Nothing is kept.
	ErrUnknownSource = errors.New("unknown source")
	// ErrBusy says that the delivery could not be stored in time. The sender should try again.
	ErrBusy = errors.New("the inbox is busy")
)

// Refusal says why a delivery was turned away. It has been kept, unless too many came at once.
type Refusal struct {
	Reason string // a Reason… key of package task, or one followed by ": " and a detail
}

// Error returns the reason.
func (r *Refusal) Error() string { return r.Reason }

// Key returns the reason without its detail.
func (r *Refusal) Key() string {
	key, _, _ := strings.Cut(r.Reason, ": ")
	return key
}

// Receive takes a delivery in and returns once it is on disk. A *Refusal says why it was turned
// away; after ErrBusy it may or may not have been stored, and a repetition does no harm.
func (in *Inbox) Receive(ctx context.Context, r Request) (store.Committed, error) {
	src, known := (*in.sources.Load())[r.Source]
	if !known {
		in.unknownSource.Add(1)
		return store.Committed{}, ErrUnknownSource
	}
	d := task.Delivery{
		Source: src.Name, Provider: src.Provider, ReceivedAt: in.o.Now(),
		RemoteAddr: r.RemoteAddr, Bytes: int64(len(r.Body)), Truncated: r.TooLarge,
		Headers: headers(r.Header), Body: r.Body,
	}
	report, signature, err := in.admit(src, r)
	if err != nil {
		return store.Committed{}, in.refuse(ctx, src.Source, d, err)
	}
	if report.Result == task.ResultFailed {
		report.Category = in.o.Categorise(report.Product, report.Code, report.Message)
	}
	return in.commit(ctx, store.Incoming{Delivery: d, Report: report, Signature: signature,
		Labels: task.CleanLabels(r.Refs)})
}

// admit checks a delivery and has it understood.
func (in *Inbox) admit(src endpoint, r Request) (
	report task.Report, signature string, err error,
) {
	verifier := in.o.Verifiers[src.Provider]
	if !in.o.Open && (verifier == nil || !r.KeyIsEnough || r.Token != "") {
		if err := checkToken(src.keys, r.Token, in.o.Now()); err != nil {
			return report, "", err
		}
	}
	if r.TooLarge {
		return report, "", errors.New(task.ReasonTooLarge)
	}
	if verifier != nil {
		if signature, err = verifier.Verify(r.Header.Get, r.Body); err != nil {
			return report, "", err
		}
	}
	if err := checkEncoding(r.Header); err != nil {
		return report, "", err
	}
	if report, err = in.o.Readers[src.Provider].Read(src.Product, r.Body); err != nil {
		return report, "", err
	}
	if report.TaskID == "" {
		return report, "", errors.New(task.ReasonNoTaskID)
	}
	report.Provider = src.Provider
	return report, signature, nil
}

// headers returns the lines of an HTTP header in order of name.
func headers(h http.Header) []task.Header {
	names := make([]string, 0, len(h))
	for name := range h {
		names = append(names, name)
	}
	slices.Sort(names)
	lines := make([]task.Header, 0, len(names))
	for _, name := range names {
		for _, value := range h[name] {
			lines = append(lines, task.Header{Name: name, Value: value})
		}
	}
	return lines
}
