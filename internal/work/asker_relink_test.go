package work

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/fetch"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

func TestRelink(t *testing.T) {
	t.Parallel()
	const dead = "https://a/1?dead"
	recorded := func(link string) func(context.Context, task.Task) (task.Record, error) {
		return func(context.Context, task.Task) (task.Record, error) {
			return task.Record{Report: task.Report{Files: []task.ReportFile{
				{Role: task.Cover, URL: "https://a/cover"}, {Role: task.Video, URL: link}}}}, nil
		}
	}
	none := func(context.Context, task.Task) (task.Record, error) {
		return task.Record{}, ErrNoRecord
	}
	gone := func(context.Context, task.Task) (task.Record, error) {
		return task.Record{}, ErrRecordGone
	}
	locked := func(context.Context, task.Task) (task.Record, error) {
		return task.Record{}, &Quiet{For: time.Minute, Err: errors.New("401")}
	}
	fresh := func(link string) (string, error) { return link + "&fresh", nil }
	foreign := func(string) (string, error) { return "", errors.New("not the provider's") }
	tests := map[string]struct {
		records records
		want    string
		came    task.Relinked
	}{
		"signed anew in the record": {records{recorded("https://a/1?new"), foreign},
			"https://a/1?new", task.RelinkFresh},
		"the same in the record": {records{recorded(dead), fresh}, dead + "&fresh",
			task.RelinkFresh},
		"no record":         {records{none, fresh}, dead + "&fresh", task.RelinkFresh},
		"nothing to be had": {records{none, foreign}, "", task.RelinkNone},
		"the same again": {records{none, func(l string) (string, error) { return l, nil }},
			"", task.RelinkNone},
		"a record that is gone": {records{gone, foreign}, "", task.RelinkGone},
		"a refused key":         {records{locked, foreign}, "", task.RelinkSilent},
	}
	for name, test := range tests {
		q := newQuestions()
		a := newTestAsker(q, test.records)
		found := a.Relink(t.Context(), store.Claimed{
			Asset: task.Asset{Role: task.Video, SourceURL: dead}})
		var want []string
		if test.want != "" {
			want = []string{test.want}
		}
		if found != test.came || !slices.Equal(q.links, want) {
			t.Errorf("%s: %v, links %q", name, found, q.links)
		}
	}
}

func TestNoLinkIsAskedForWhileTheProviderIsQuiet(t *testing.T) {
	t.Parallel()
	asked := 0
	a := newTestAsker(newQuestions(), records{
		query: func(context.Context, task.Task) (task.Record, error) {
			asked++
			return task.Record{}, &Quiet{For: time.Minute, Err: errors.New("429")}
		}})
	for range 3 {
		if came := a.Relink(t.Context(), store.Claimed{}); came != task.RelinkSilent {
			t.Errorf("it came to %q", came)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
}

func TestADeadLinkIsReplacedBeforeTheNextAttempt(t *testing.T) {
	t.Parallel()
	for kind, want := range map[fetch.Kind]int{fetch.Gone: 1, fetch.Denied: 1, fetch.Cut: 0} {
		q := newQueue(task.Asset{Task: 1, SourceURL: "https://a/1"})
		asked := 0
		s := newTestSaver(t, q, fails(&fetch.Error{Kind: kind}), func(o *SaverOptions) {
			o.Relink = func(context.Context, store.Claimed) task.Relinked {
				asked++
				return task.RelinkFresh
			}
		})
		s.save(t.Context(), claim(t, q))
		if a := q.asset(0); asked != want || a.State != task.Pending || a.Failures != 1 {
			t.Errorf("%v: asked %d times, asset %+v", kind, asked, a)
		}
	}
}

// TestAPartThatIsStillInUse is about an asset whose link was changed while it was being fetched.
func TestAPartThatIsStillInUse(t *testing.T) {
	t.Parallel()
	q := newQueue(task.Asset{Task: 1})
	s := newTestSaver(t, q, brings([]byte("video")))
	c := claim(t, q)
	part, err := s.o.Folder.Part(partKey(c.Asset))
	if err != nil {
		t.Fatal(err)
	}
	s.save(t.Context(), c)
	a := q.asset(0)
	if wait := time.Until(a.NextTryAt); a.State != task.Pending || a.Failures != 0 ||
		wait > busyPause {
		t.Errorf("it waits for %v: %+v", wait, a)
	}
	if err := part.Close(); err != nil {
		t.Fatal(err)
	}
	s.save(t.Context(), store.Claimed{Asset: a, Task: c.Task})
	if a := q.asset(0); a.State != task.SavedAsset {
		t.Errorf("once it is free: %+v", a)
	}
}
