package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// library fills a store with tasks that differ in every field a filter has. It returns their
// ids, the newest first.
func (b *bundle) library() {
	b.t.Helper()
	at := func(hour int) { b.clock.add(time.Duration(hour) * time.Hour) }
	waiting := b.incoming("run-1", task.ResultRunning)
	waiting.Report.Prompt = "一只猫在屋顶上跳舞"
	b.commit(waiting) // at 0 h
	at(1)
	failed := b.incoming("fail-1", task.ResultFailed)
	failed.Report.Category, failed.Report.Product = task.ContentPolicy, "runway"
	failed.Report.Message = "100% rejected by Flow(violence)"
	b.commit(failed) // at 1 h
	at(1)
	failed = b.incoming("fail-2", task.ResultFailed)
	failed.Report.Category, failed.Report.Fallback = task.RateLimited, task.FallbackNo
	failed.Report.Message = `too_many requests in C:\path`
	b.commit(failed) // at 2 h
	at(1)
	done := b.incoming("ok-1", task.ResultSucceeded, "https://cdn/ok-1.mp4")
	done.Report.Fallback, done.Report.Resolution = task.FallbackYes, "1080p"
	done.Report.Prompt = "A dancing Dog"
	b.commit(done) // at 3 h
	at(1)
	done = b.incoming("ok-2", task.ResultSucceeded, "https://cdn/ok-2.mp4?sig=x_y")
	done.Report.Resolution, done.Report.Product = "720p", "runway-extend"
	done.Report.ParentTaskID = "ok-1-parent"
	b.commit(done) // at 4 h
	at(1)
}

func ids(tasks []task.Task) string {
	all := make([]string, len(tasks))
	for i := range tasks {
		all[i] = tasks[i].TaskID
	}
	return strings.Join(all, " ")
}

func TestFilters(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.library()
	hour := func(n int) time.Time { return start().Add(time.Duration(n) * time.Hour) }
	all := "ok-2 ok-1 fail-2 fail-1 run-1"
	statuses := func(v ...task.Status) task.Filter { return task.Filter{Statuses: v} }
	categories := func(v ...task.Category) task.Filter { return task.Filter{Categories: v} }
	moves := func(v ...task.Party) task.Filter { return task.Filter{Moves: v} }
	words := func(v string) task.Filter { return task.Filter{Query: v} }
	tests := map[string]struct {
		filter task.Filter
		want   string
	}{
		"none":       {task.Filter{}, all},
		"status":     {statuses(task.Failed), "fail-2 fail-1"},
		"statuses":   {statuses(task.Failed, task.Generating), "fail-2 fail-1 run-1"},
		"category":   {categories(task.RateLimited), "fail-2"},
		"categories": {categories(task.RateLimited, task.ContentPolicy), "fail-2 fail-1"},
		"product":    {task.Filter{Products: []string{"veo3.1"}}, "ok-1 fail-2 run-1"},
		"fallback": {task.Filter{Fallbacks: []task.Fallback{task.FallbackUnknown}},
			"ok-2 fail-1 run-1"},
		"resolution":     {task.Filter{Resolutions: []string{"1080p", "720p"}}, "ok-2 ok-1"},
		"move":           {moves(task.Creator), "fail-1"},
		"moves":          {moves(task.Creator, task.Operator), "fail-2 fail-1"},
		"move of nobody": {moves(task.NobodyKnows), "ok-2 ok-1 run-1"},
		"move of some":   {moves(task.NobodyKnows, task.Operator), "ok-2 ok-1 fail-2 run-1"},
		"move and category": {task.Filter{Moves: []task.Party{task.Creator},
			Categories: []task.Category{task.RateLimited}}, ""},
		"from":        {task.Filter{From: hour(3)}, "ok-2 ok-1"},
		"to":          {task.Filter{To: hour(3)}, "fail-2 fail-1 run-1"},
		"from and to": {task.Filter{From: hour(1), To: hour(3)}, "fail-2 fail-1"},
		"combined": {task.Filter{Statuses: []task.Status{task.Failed},
			Products: []string{"runway"}, Moves: []task.Party{task.Creator},
			Query: "violence"}, "fail-1"},
		"nothing matches": {task.Filter{Statuses: []task.Status{task.Failed},
			Fallbacks: []task.Fallback{task.FallbackYes}}, ""},
		"an id":             {words("ok-2"), "ok-2"},
		"part of an id":     {words("fail"), "fail-2 fail-1"},
		"with spaces":       {words("  fail-1 \n"), "fail-1"},
		"only spaces":       {words("  "), all},
		"a parent":          {words("ok-1-parent"), "ok-2"},
		"a link":            {words("https://cdn/ok-1.mp4"), "ok-1"},
		"a message":         {words("rejected by flow"), "fail-1"},
		"a prompt":          {words("dancing dog"), "ok-1"},
		"two characters":    {words("屋顶"), "run-1"},
		"two others":        {words("狗狗"), ""},
		"percent":           {words("%"), "fail-1"},
		"percent in words":  {words("0% rej"), "fail-1"},
		"underscore":        {words("_"), "ok-2 fail-2"},
		"underscore, words": {words("too_many"), "fail-2"},
		"wildcard":          {words("o_-1"), ""},
		"backslash":         {words(`\`), "fail-2"},
		"escaped":           {words(`\%`), ""},
		"a name":            {words("@q"), ""},
		"a quote":           {words("'; DROP TABLE tasks; --"), ""},
	}
	for name, test := range tests {
		got, next, err := b.ListTasks(b.ctx, test.filter, task.Page{})
		if err != nil || ids(got) != test.want || next != 0 {
			t.Errorf("%s: got %q, want %q (next %d, %v)", name, ids(got), test.want, next, err)
		}
		b.checkCountTasks(name, test.filter)
	}
}

// checkCountTasks compares CountTasks with counting what ListTasks returns.
func (b *bundle) checkCountTasks(name string, f task.Filter) {
	b.t.Helper()
	got, capped, err := b.CountTasks(b.ctx, f)
	if err != nil || capped {
		b.t.Errorf("%s: capped %t, %v", name, capped, err)
	}
	f.Statuses = nil
	tasks, _, err := b.ListTasks(b.ctx, f, task.Page{Limit: task.MaxLimit})
	if err != nil {
		b.t.Fatal(err)
	}
	want := make(map[task.Status]int)
	for i := range tasks {
		want[tasks[i].Status]++
	}
	maps.DeleteFunc(got, func(_ task.Status, n int) bool { return n == 0 })
	if !maps.Equal(got, want) {
		b.t.Errorf("%s: counted %v, want %v", name, got, want)
	}
}

func TestCountingStopsAtItsBound(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.bounds.counted = 3
	for i := range 5 {
		b.commit(b.incoming(fmt.Sprintf("t-%d", i), task.ResultFailed))
	}
	counts, capped, err := b.CountTasks(b.ctx, task.Filter{Query: "t-"})
	if err != nil || !capped || counts[task.Failed] != 3 {
		t.Errorf("%v, capped %t, %v", counts, capped, err)
	}
	counts, capped, err = b.CountTasks(b.ctx, task.Filter{Query: "t-4"})
	if err != nil || capped || counts[task.Failed] != 1 {
		t.Errorf("few match: %v, capped %t, %v", counts, capped, err)
	}
	counts, capped, err = b.CountTasks(b.ctx, task.Filter{Products: []string{"veo3.1"}})
	if err != nil || capped || counts[task.Failed] != 5 {
		t.Errorf("the kept counts: %v, capped %t, %v", counts, capped, err)
	}
}

func TestPagingVisitsEachOnceWhileNewOnesArrive(t *testing.T) {
	t.Parallel()
	b := setup(t)
	var want []string
	for i := range 23 {
		id := fmt.Sprintf("t-%d", i)
		b.commit(b.incoming(id, task.ResultFailed))
		want = append(want, id)
	}
	slices.Reverse(want)
	var got []string
	for before := int64(0); ; {
		page, next, err := b.ListTasks(b.ctx, task.Filter{}, task.Page{Before: before, Limit: 5})
		if err != nil {
			t.Fatal(err)
		}
		for i := range page {
			got = append(got, page[i].TaskID)
		}
		b.commit(b.incoming(fmt.Sprintf("new-%d", before), task.ResultFailed))
		if before = next; next == 0 {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestLastPageThatIsJustFullHasNoNext(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range 4 {
		b.commit(b.incoming(fmt.Sprintf("t-%d", i), task.ResultFailed))
	}
	page, next, err := b.ListTasks(b.ctx, task.Filter{}, task.Page{Limit: 4})
	if len(page) != 4 || next != 0 || err != nil {
		t.Errorf("%d tasks, next %d, %v", len(page), next, err)
	}
}

func TestListBringsTheAssets(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1", "https://a/2")
	b.succeed("t-2", "https://b/1")
	tasks, _, err := b.ListTasks(b.ctx, task.Filter{}, task.Page{})
	if err != nil || len(tasks[0].Assets) != 1 || len(tasks[1].Assets) != 2 ||
		tasks[0].Assets[0].SourceURL != "https://b/1" {
		t.Errorf("%+v, %v", tasks, err)
	}
}

func TestFindTaskThatIsNotThere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1")
	for _, id := range [][2]string{{"kie", "t-2"}, {"fal", "t-1"}, {"kie", "T-1"}, {"kie", "t-%"}} {
		if _, err := b.FindTask(b.ctx, id[0], id[1]); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

func TestFacets(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.library()
	gone := b.incoming("run-1", task.ResultSucceeded, "https://a/1")
	gone.Report.Product = "luma" // run-1 was veo3.1's, which others still are
	b.commit(gone)
	got, err := b.ListFacets(b.ctx)
	if err != nil || strings.Join(got.Products, " ") != "luma runway runway-extend veo3.1" ||
		strings.Join(got.Resolutions, " ") != "1080p 720p" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestOverview(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if o, err := b.Overview(b.ctx, b.clock.Now()); err != nil || o != (task.Overview{}) {
		t.Errorf("of nothing: %+v, %v", o, err)
	}
	b.succeedAt("soon", start().Add(24*time.Hour-lifetime))
	b.succeedAt("later", start().Add(96*time.Hour-lifetime))
	b.succeedAt("saved", start().Add(time.Hour-lifetime))
	if err := b.finish(b.claim(), task.SavedAsset); err != nil {
		t.Fatal(err)
	}
	b.claim() // being saved is open, too
	o, err := b.Overview(b.ctx, b.clock.Now())
	want := task.Overview{Saved: 1, Open: 2, Soon: 1,
		SoonestAt:      start().Add(24 * time.Hour).UTC().Truncate(time.Microsecond),
		LastDeliveryAt: start().UTC().Truncate(time.Microsecond)}
	if err != nil || o != want {
		t.Errorf("got  %+v, %v\nwant %+v", o, err, want)
	}
}
