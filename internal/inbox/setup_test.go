package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// keeper is a store in memory. It can be held up and made to fail.
type keeper struct {
	mu       sync.Mutex
	lastID   int64
	accepted []store.Incoming
	refused  []task.Delivery
	batches  []int // the sizes of the calls of CommitDeliveries, failed ones too

	commitGate, refuseGate chan struct{} // where set, each call waits for a value
	syncGate               chan struct{}
	failSync               error
	synced                 int           // calls of Sync that have begun
	entered                chan struct{} // where set, told of each call of CommitDeliveries
	fail                   func(in []store.Incoming) error
	failRefused            error
}

func (k *keeper) CommitDeliveries(ctx context.Context, in []store.Incoming) (
	[]store.Committed, error,
) {
	if k.entered != nil {
		k.entered <- struct{}{}
	}
	if err := wait(ctx, k.commitGate); err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.batches = append(k.batches, len(in))
	if k.fail != nil {
		if err := k.fail(in); err != nil {
			return nil, err
		}
	}
	out := make([]store.Committed, len(in))
	for i := range in {
		k.lastID++
		out[i] = store.Committed{ID: k.lastID, Outcome: task.Applied, Work: true}
		in[i].Delivery.ID = k.lastID
		k.accepted = append(k.accepted, in[i])
	}
	return out, nil
}

func (k *keeper) Sync() error {
	k.mu.Lock()
	k.synced++
	k.mu.Unlock()
	if k.syncGate != nil {
		<-k.syncGate
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.failSync
}

func (k *keeper) KeepRefused(ctx context.Context, deliveries []task.Delivery) error {
	if err := wait(ctx, k.refuseGate); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.failRefused != nil {
		return k.failRefused
	}
	for i := range deliveries {
		k.lastID++
		deliveries[i].ID = k.lastID
		k.refused = append(k.refused, deliveries[i])
	}
	return nil
}

func wait(ctx context.Context, gate chan struct{}) error {
	if gate == nil {
		return nil
	}
	select {
	case <-gate:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// kept returns what has been stored so far.
func (k *keeper) kept() (accepted []store.Incoming, refused []task.Delivery) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append(accepted, k.accepted...), append(refused, k.refused...)
}

// reader understands {"id":"…","result":"…"}.
type reader struct{}

func (reader) Read(product string, body []byte) (task.Report, error) {
	var doc struct{ ID, Result string }
	if err := json.Unmarshal(body, &doc); err != nil {
		return task.Report{}, errors.New(task.ReasonNotJSON + ": " + err.Error())
	}
	r := task.Report{Product: product, TaskID: doc.ID, Result: task.Result(doc.Result), Code: 501}
	return r, nil
}

// verifier takes the signature "good".
type verifier struct{}

func (verifier) Verify(header func(string) string, _ []byte) (string, error) {
	switch header("X-Signature") {
	case "good":
		return "canonical", nil
	case "":
		return "", errors.New(task.ReasonSignatureMissing)
	default:
		return "", errors.New(task.ReasonSignatureWrong)
	}
}

const token = "0123456789abcdefghijklmn"

// bundle is an inbox of a test and what belongs to it.
type bundle struct {
	*Inbox
	t      *testing.T
	keeper *keeper

	mu   sync.Mutex
	told []task.Delivery // what Committed was told
	stop func()          // ends Run and waits until it has returned
}

func options(k *keeper) Options {
	return Options{
		Keeper: k, Readers: map[string]Reader{"kie": reader{}},
		Sources: []task.Source{
			{Name: "veo3.1", Provider: "kie", Product: "veo3.1",
				Tokens: []task.SourceToken{{ID: 1, Token: "other"}, {ID: 2, Token: token}}},
			{Name: "bare", Provider: "kie"}, {Name: "odd", Provider: "nobody"},
		},
		Categorise: func(product string, code int, _ string) task.Category {
			if product == "veo3.1" && code == 501 {
				return task.GenerationFailed
			}
			return task.UnknownCategory
		},
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
}

// setup makes an inbox that is not running yet.
func setup(t *testing.T, k *keeper, change ...func(*Options)) *bundle {
	t.Helper()
	b := &bundle{t: t, keeper: k}
	o := options(k)
	o.Committed = func(d task.Delivery, c store.Committed) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if d.ID != c.ID || d.Outcome != c.Outcome {
			t.Errorf("told of delivery %d, %s as %+v", d.ID, d.Outcome, c)
		}
		b.told = append(b.told, d)
	}
	for _, c := range change {
		c(&o)
	}
	b.Inbox = New(o)
	return b
}

// run starts the inbox, which is stopped at the latest when the test ends.
func (b *bundle) run() *bundle {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := b.Run(ctx); err != nil {
			b.t.Error(err)
		}
	}()
	b.stop = func() { cancel(); <-done }
	b.t.Cleanup(b.stop)
	return b
}

// request is a delivery that is in order.
func request(body string) Request {
	return Request{Source: "veo3.1", Token: token, Body: []byte(body), RemoteAddr: "192.0.2.1",
		Header: http.Header{"X-B": {"2"}, "X-A": {"1", "0"}}}
}

// refusable is one that is not.
func refusable(body string) Request {
	r := request(body)
	r.Token = "wrong"
	return r
}

// receive lets a delivery in from a goroutine of its own and returns where its error comes.
func (b *bundle) receive(r Request) <-chan error {
	answer := make(chan error, 1)
	go func() {
		_, err := b.Receive(context.Background(), r)
		answer <- err
	}()
	return answer
}

// clock is a time that stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
