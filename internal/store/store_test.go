package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/testkit/master"
)

// bundle is a database of a test and what belongs to it.
type bundle struct {
	*Store
	t     *testing.T
	ctx   context.Context
	path  string
	clock *clock
	sent  int // deliveries made so far

	patience *task.Patience // nil where the provider cannot be asked
}

// clock is a time that moves when it is told to.
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

const lifetime = 14 * 24 * time.Hour

func start() time.Time {
	// A zone that is not UTC, to see that none is stored.
	return time.Date(2026, 3, 1, 20, 0, 0, 123456789, time.FixedZone("CST", 8*3600))
}

func testRules() task.Rules {
	return task.Rules{
		Usable: func(url string) error {
			if !strings.HasPrefix(url, "https://") {
				return errors.New("the link is no https link")
			}
			return nil
		},
		Lifetime: func(string, string) time.Duration { return lifetime },
	}
}

// copyEmpty puts a database with nothing in it at a path: to make its tables anew would take longer
// than most tests do.
var copyEmpty = master.Copies(func(path string) error {
	s, err := Open(context.Background(), Options{Path: path})
	if err != nil {
		return err
	}
	return s.Close()
})

func setup(t *testing.T) *bundle {
	t.Helper()
	b := &bundle{t: t, ctx: t.Context(), clock: &clock{now: start()},
		path: filepath.Join(t.TempDir(), "reelback.db")}
	copyEmpty(t, b.path)
	b.open()
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func (b *bundle) options() Options {
	return Options{Path: b.path, Now: b.clock.Now, Rules: testRules(), Ask: b.patience,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
}

func (b *bundle) open() {
	b.t.Helper()
	s, err := Open(b.ctx, b.options())
	if err != nil {
		b.t.Fatal(err)
	}
	b.Store = s
}

func (b *bundle) reopen() {
	b.t.Helper()
	if err := b.Close(); err != nil {
		b.t.Fatal(err)
	}
	b.open()
}

// incoming makes a delivery with a report of the given result and links of videos.
func (b *bundle) incoming(taskID string, result task.Result, links ...string) Incoming {
	b.sent++
	in := Incoming{
		Delivery: task.Delivery{Source: "veo3.1", ReceivedAt: b.clock.Now(),
			RemoteAddr: "192.0.2.1", Bytes: 2, Body: []byte("{}"),
			Headers: []task.Header{{Name: "Content-Type", Value: "application/json"}}},
		Report: task.Report{Provider: "kie", Product: "veo3.1", TaskID: taskID, Result: result,
			Code: 200, Message: "done"},
	}
	if result == task.ResultFailed {
		in.Report.Code, in.Report.Message = 501, "it broke"
		in.Report.Category = task.GenerationFailed
	}
	for i, link := range links {
		in.Report.Files = append(in.Report.Files,
			task.ReportFile{Role: task.Video, Index: i, URL: link})
	}
	return in
}

func (b *bundle) commit(in ...Incoming) []Committed {
	b.t.Helper()
	out, err := b.CommitDeliveries(b.ctx, in)
	if err != nil {
		b.t.Fatal(err)
	}
	if len(out) != len(in) {
		b.t.Fatalf("%d deliveries came out as %d", len(in), len(out))
	}
	return out
}

// succeed makes a task with pending assets.
func (b *bundle) succeed(taskID string, links ...string) task.Task {
	b.t.Helper()
	b.commit(b.incoming(taskID, task.ResultSucceeded, links...))
	return b.find(taskID)
}

func (b *bundle) find(taskID string) task.Task {
	b.t.Helper()
	t, err := b.FindTask(b.ctx, "kie", taskID)
	if err != nil {
		b.t.Fatal(err)
	}
	return t
}

func (b *bundle) claim() Claimed {
	b.t.Helper()
	c, _, ok, err := b.ClaimAsset(b.ctx, time.Minute)
	if err != nil || !ok {
		b.t.Fatalf("nothing was claimed: %v", err)
	}
	return c
}

// finish ends the claimed asset in a state.
func (b *bundle) finish(c Claimed, state task.AssetState) error {
	a := c.Asset
	a.State = state
	kind := task.EventAssetFailed
	if state == task.SavedAsset {
		kind = task.EventAssetSaved
		a.Path = fmt.Sprintf("2026-03/%d_%s_%d", a.Task, a.Role, a.Index)
		a.Bytes, a.SHA256, a.ContentType = 9, "aa", "video/mp4"
	}
	return b.FinishAsset(b.ctx, a, task.Event{At: b.clock.Now(), Kind: kind, Detail: "9",
		Role: a.Role, Index: a.Index}, task.Attempt{})
}

// rows counts the rows of a table.
func (b *bundle) rows(table string) int {
	b.t.Helper()
	var n int
	if err := b.read.Raw("SELECT count(*) FROM " + table).Scan(&n).Error; err != nil {
		b.t.Fatal(err)
	}
	return n
}

// checkCounts compares the kept counts with a recount.
func (b *bundle) checkCounts() {
	b.t.Helper()
	var wrong []countRow
	err := b.read.Raw(`WITH now AS (SELECT status, product, category, fallback, resolution,
			count(*) AS n FROM tasks GROUP BY 1, 2, 3, 4, 5)
		SELECT * FROM (SELECT * FROM task_counts WHERE n <> 0 EXCEPT SELECT * FROM now)
		UNION ALL SELECT * FROM (SELECT * FROM now EXCEPT SELECT * FROM task_counts)`).
		Scan(&wrong).Error
	if err != nil {
		b.t.Fatal(err)
	}
	if len(wrong) > 0 {
		b.t.Fatalf("the kept counts are not those of the tasks: %+v", wrong)
	}
}
