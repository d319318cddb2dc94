package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// apply lets the provider's record act on a task.
func (b *bundle) apply(taskID string, r task.Report) Checked {
	b.t.Helper()
	r.Credits = 2.5
	got, err := b.ApplyRecord(b.ctx, b.find(taskID).Key,
		task.Record{Report: r, Raw: []byte(`{"code":200}`)}, 0)
	if err != nil {
		b.t.Fatal(err)
	}
	b.checkCounts()
	return got
}

func (b *bundle) counter(name string) int64 {
	b.t.Helper()
	n, err := b.Counter(b.ctx, name)
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

// kinds returns the kinds of a task's events, deliveries left out.
func (b *bundle) kinds(key int64) (kinds []task.EventKind) {
	b.t.Helper()
	events, err := b.TaskEvents(b.ctx, key)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, e := range events {
		if e.Kind != task.EventDelivery {
			kinds = append(kinds, e.Kind)
		}
	}
	return kinds
}

func TestALostCallbackIsRepaired(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	if _, _, err := b.Register(b.ctx, registration("t-1")); err != nil {
		t.Fatal(err)
	}
	b.clock.add(2 * time.Minute)
	b.claimQuery()
	out := b.apply("t-1", b.incoming("t-1", task.ResultSucceeded, "https://a/1").Report)
	if out.Event != task.EventRepaired || !out.Work || !out.Changed {
		t.Errorf("came out as %+v", out)
	}
	got := b.find("t-1")
	if got.Status != task.Saving || got.CrossChecked != task.CheckConfirmed || got.Credits != 2.5 ||
		len(got.Assets) != 1 || got.Deliveries != 0 || got.Prompt != "a boat" {
		t.Errorf("task %+v", got)
	}
	if c := b.claim(); c.Asset.SourceURL != "https://a/1" {
		t.Errorf("to be saved is %+v", c.Asset)
	}
	if kinds := b.kinds(got.Key); len(kinds) != 1 || kinds[0] != task.EventRepaired {
		t.Errorf("events %v", kinds)
	}
	today := CounterRepairedOn(b.clock.Now())
	if today != "repaired:2026-03-01" || b.counter(today) != 1 || b.counter(CounterRepaired) != 1 {
		t.Errorf("%s is %d, in all %d", today, b.counter(today), b.counter(CounterRepaired))
	}
	if due := b.due("t-1"); due != -1 {
		t.Errorf("it is due again in %v", due)
	}
	raw, at, err := b.FindRecord(b.ctx, got.Key)
	if err != nil || string(raw) != `{"code":200}` || at.IsZero() {
		t.Errorf("kept is %q of %s, %v", raw, at, err)
	}
	// A callback that was only late changes nothing.
	late := b.commit(b.incoming("t-1", task.ResultSucceeded, "https://a/1?again"))[0]
	if late.Outcome != task.Repeated || b.find("t-1").Status != task.Saving {
		t.Errorf("the late callback is %+v", late)
	}
}

func TestAConfirmedCallback(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	key := b.succeed("t-1", "https://a/1").Key
	r := b.incoming("t-1", task.ResultSucceeded, "https://a/1?signed").Report
	for range 2 {
		b.apply("t-1", r)
	}
	got := b.find("t-1")
	if got.CrossChecked != task.CheckConfirmed || b.due("t-1") != -1 ||
		b.counter(CounterRepaired) != 0 || len(b.kinds(key)) != 1 {
		t.Errorf("task %+v, events %v", got, b.kinds(key))
	}
	if a := got.Assets[0]; a.SourceURL != "https://a/1?signed" || a.State != task.Pending {
		t.Errorf("asset %+v", a)
	}
}

func TestARunningRecordIsAskedForAgain(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	if _, _, err := b.Register(b.ctx, registration("t-1")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []time.Duration{30 * time.Second, 45 * time.Second} {
		out := b.apply("t-1", task.Report{Provider: "kie", TaskID: "t-1", Result: task.ResultRunning})
		if got := b.due("t-1"); got != want || out.Task.Status != task.Generating {
			t.Errorf("%s, due in %v, want %v", out.Task.Status, got, want)
		}
	}
	if raw, _, err := b.FindRecord(b.ctx, b.find("t-1").Key); err != nil || len(raw) == 0 {
		t.Errorf("kept is %q, %v", raw, err)
	}
}

func TestARecordThatRunsForEver(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	b.commit(b.incoming("t-1", task.ResultRunning))
	b.clock.add(61 * 24 * time.Hour)
	b.claimQuery()
	b.apply("t-1", b.incoming("t-1", task.ResultRunning).Report)
	b.reopen()
	if got := b.due("t-1"); got != -1 {
		t.Errorf("it is due in %v", got)
	}
	if _, _, ok, err := b.ClaimQuery(b.ctx, time.Minute); ok || err != nil {
		t.Errorf("claimed %v, %v", ok, err)
	}
	var next int64
	err := b.read.Raw("SELECT next_query_at FROM tasks").Scan(&next).Error
	if err != nil || next != neverAgain {
		t.Errorf("next_query_at is %d, %v", next, err)
	}
}

// TestAForgedCallback lets other links arrive before the record is read and after.
func TestAForgedCallback(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	b.succeed("t-1", "https://evil/1", "https://evil/2")
	c := b.claim() // one is saved already, the other is on its way
	if err := b.finish(c, task.SavedAsset); err != nil {
		t.Fatal(err)
	}
	running := b.claim()
	r := b.incoming("t-1", task.ResultSucceeded, "https://true/1", "https://true/2").Report
	if out := b.apply("t-1", r); out.Event != task.EventDisagrees || !out.Work {
		t.Errorf("came out as %+v", out)
	}
	got := b.find("t-1")
	if got.CrossChecked != task.CheckDisagrees || got.Status != task.Saving ||
		b.counter(counterSaved) != 0 || b.rows("assets") != 2 {
		t.Errorf("task %+v", got)
	}
	for i, a := range got.Assets {
		if a.State != task.Pending || a.Path != "" || a.SourceURL != r.Files[i].URL {
			t.Errorf("asset %+v", a)
		}
	}
	if err := b.finish(running, task.SavedAsset); !errors.Is(err, ErrClaimLost) {
		t.Errorf("who fetched the forged link could finish: %v", err)
	}
	if err := b.RelinkAsset(b.ctx, running.Asset, "https://x"); !errors.Is(err, ErrClaimLost) {
		t.Errorf("who has lost the claim could relink: %v", err)
	}

	if _, _, err := b.Register(b.ctx, registration("t-2")); err != nil {
		t.Fatal(err)
	}
	b.apply("t-2", b.incoming("t-2", task.ResultSucceeded, "https://true/1").Report)
	out := b.commit(b.incoming("t-2", task.ResultSucceeded, "https://evil/1"))[0]
	if got := b.find("t-2"); out.Outcome != task.Conflicting || out.Work ||
		got.Assets[0].SourceURL != "https://true/1" || got.CrossChecked != task.CheckConfirmed {
		t.Errorf("came out as %+v: %+v", out, got)
	}
}

func TestARecordedFailure(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	b.succeed("t-1", "https://evil/1")
	out := b.apply("t-1", b.incoming("t-1", task.ResultFailed).Report)
	got := b.find("t-1")
	if got.Status != task.Failed || got.Category != task.GenerationFailed || out.Work ||
		got.Assets[0].State != task.FailedAsset || got.CrossChecked != task.CheckDisagrees {
		t.Errorf("task %+v", got)
	}
	if _, next, ok, _ := b.ClaimAsset(b.ctx, time.Minute); ok || !next.IsZero() {
		t.Error("something is still to be saved")
	}
}

func TestRelinkAsset(t *testing.T) {
	t.Parallel()
	b := setupAsking(t)
	b.succeed("t-1", "https://a/1")
	c := b.claim()
	if err := b.RelinkAsset(b.ctx, c.Asset, "https://a/1?fresh"); err != nil {
		t.Fatal(err)
	}
	c.Asset = task.AfterFailure(c.Asset, task.Failure{Reason: "gone", LinkDead: true},
		b.clock.Now(), 0)
	if err := b.finish(c, task.Pending); err != nil {
		t.Fatal(err)
	}
	if a := b.find("t-1").Assets[0]; a.SourceURL != "https://a/1?fresh" || a.Failures != 1 {
		t.Errorf("asset %+v", a)
	}
}

// TestCountsStayTrueUnderRecords does whatever a store is asked to, records included, at random.
func TestCountsStayTrueUnderRecords(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			r := &rambler{bundle: setupAsking(t), rng: rand.New(rand.NewPCG(8, seed))}
			for range 150 {
				r.step()
				r.ask()
				r.checkCounts()
				r.checkOrphans()
				r.checkQuestions()
			}
		})
	}
}

// ask asks about what is due, as an asker does.
func (r *rambler) ask() {
	q, _, ok, err := r.ClaimQuery(r.ctx, time.Minute)
	if err != nil {
		r.t.Fatal(err)
	}
	results := []task.Result{task.ResultRunning, task.ResultFailed, task.ResultSucceeded,
		task.ResultUnclear}
	links := []string{"https://a/1", "https://b/2", "https://a/2?x"}[:r.rng.IntN(4)]
	switch {
	case !ok:
	case r.rng.IntN(8) == 0:
		err = r.NoRecord(r.ctx, q, task.GoneTooOld, time.Time{})
	case r.rng.IntN(8) == 0:
		err = r.ReleaseQuery(r.ctx, q, r.clock.Now())
	default:
		r.apply(q.Task.TaskID, r.incoming(q.Task.TaskID, results[r.rng.IntN(4)], links...).Report)
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// checkQuestions looks for tasks that nobody would ever ask about although nothing has decided,
// and for counts that do not fit what they count.
func (r *rambler) checkQuestions() {
	r.t.Helper()
	for name, query := range map[string]string{
		"forgotten": `SELECT count(*) FROM tasks WHERE cross_checked = 'no' AND next_query_at = 0`,
		"not counted": `SELECT abs(coalesce((SELECT n FROM counters WHERE name = 'assets_saved'), 0)
			- (SELECT count(*) FROM assets WHERE state = 'saved'))`,
		"not repaired": `SELECT abs(coalesce((SELECT n FROM counters WHERE name = 'repaired'), 0)
			- (SELECT count(*) FROM events WHERE kind = 'repaired'))`,
	} {
		var n int
		if err := r.read.Raw(query).Scan(&n).Error; err != nil || n != 0 {
			r.t.Fatalf("%s: %d, %v", name, n, err)
		}
	}
}
