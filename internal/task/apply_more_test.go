package task

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

func TestUnusableLinkMakesAFailedAssetWithItsReason(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		links  []string
		status Status
		states []AssetState
	}{
		"none usable": {[]string{"ftp://a/1", ""}, Unconfirmed,
			[]AssetState{FailedAsset, FailedAsset}},
		"one usable": {[]string{"ftp://a/1", "https://a/2"}, Saving,
			[]AssetState{FailedAsset, Pending}},
	} {
		c := Apply(nil, success(test.links...), at(1), testRules())
		checkStatus(t, &c.Task, test.status)
		for i, a := range c.Assets {
			if a.State != test.states[i] || (a.Error != "") != (a.State == FailedAsset) {
				t.Errorf("%s: asset %d is %s with error %q", name, i, a.State, a.Error)
			}
			if a.SourceURL != test.links[i] {
				t.Errorf("%s: asset %d lost its link, has %q", name, i, a.SourceURL)
			}
		}
	}
}

func TestLaterSuccessFillsOneWithoutUsableLinks(t *testing.T) {
	t.Parallel()
	for name, first := range map[string]Report{
		"no files":       success(),
		"unusable files": success("ftp://a/1", "ftp://a/2"),
	} {
		w := &world{}
		w.deliver(first)
		checkStatus(t, w.task, Unconfirmed)
		if c := w.deliver(first); c.Outcome != Repeated {
			t.Errorf("%s: the same once more is %s", name, c.Outcome)
		}
		if c := w.deliver(failure("late")); c.Outcome != Conflicting {
			t.Errorf("%s: a late failure is %s", name, c.Outcome)
		}
		if c := w.deliver(success("https://b/1", "https://b/2")); c.Outcome != Applied {
			t.Errorf("%s: the success that fills it is %s", name, c.Outcome)
		}
		checkStatus(t, w.task, Saving)
		if len(w.task.Assets) != 2 || w.task.Assets[0].SourceURL != "https://b/1" {
			t.Errorf("%s: assets %+v", name, w.task.Assets)
		}
		w.finish(SavedAsset)
		checkStatus(t, w.task, Saved)
	}
}

func TestSuccessAfterAFailureTakesItsPlace(t *testing.T) {
	t.Parallel()
	w := &world{}
	w.deliver(failure("it broke"))
	if w.task.Category != GenerationFailed {
		t.Fatalf("category %q", w.task.Category)
	}
	w.deliver(success("https://a/1"))
	checkStatus(t, w.task, Saving)
	if w.task.Code != 200 || w.task.Message != "done" || !w.task.CompletedAt.Equal(at(0)) {
		t.Errorf("the failure's words are still there: %+v", w.task)
	}
}

func TestFailureWithoutACategoryIsUnknown(t *testing.T) {
	t.Parallel()
	r := failure("?")
	r.Category = ""
	if c := Apply(nil, r, at(1), testRules()); c.Task.Category != UnknownCategory {
		t.Errorf("category %q", c.Task.Category)
	}
}

func TestFactsAreTakenOverAndNeverForgotten(t *testing.T) {
	t.Parallel()
	full := report(ResultRunning)
	full.Model, full.ParentTaskID, full.Resolution = "veo3_fast", "t-0", "1080p"
	full.Prompt, full.Note, full.CreatedAt = "a cat", NoteOtherProduct, at(0)
	for _, known := range Fallbacks() {
		for _, said := range append(Fallbacks(), "") {
			w := &world{}
			full.Fallback = known
			w.deliver(full)
			r := success("https://a/1")
			r.Fallback = said
			w.deliver(r)
			want := known
			if said == FallbackYes || said == FallbackNo {
				want = said
			}
			got := w.task
			if got.Fallback != want {
				t.Errorf("%s, then %q: fallback is %s, want %s", known, said, got.Fallback, want)
			}
			if got.Model != "veo3_fast" || got.ParentTaskID != "t-0" || got.Prompt != "a cat" ||
				got.Resolution != "1080p" || got.Note != NoteOtherProduct ||
				!got.CreatedAt.Equal(at(0)) {
				t.Errorf("facts were lost: %+v", got)
			}
		}
	}
}

func TestRunningWithNewsIsApplied(t *testing.T) {
	t.Parallel()
	w := inStatus(t, Generating)
	r := report(ResultRunning)
	r.Prompt = "a cat"
	if c := w.deliver(r); c.Outcome != Applied || w.task.Prompt != "a cat" {
		t.Errorf("%s with prompt %q", c.Outcome, w.task.Prompt)
	}
	if c := w.deliver(r); c.Outcome != Repeated {
		t.Errorf("the same once more is %s", c.Outcome)
	}
}

func TestTwoFilesInOnePlaceMakeOneAsset(t *testing.T) {
	t.Parallel()
	r := success("https://a/1")
	r.Files = append(r.Files, ReportFile{Role: Video, Index: 0, URL: "https://a/2"})
	c := Apply(nil, r, at(1), testRules())
	if len(c.Assets) != 1 || c.Assets[0].SourceURL != "https://a/1" {
		t.Errorf("assets %+v", c.Assets)
	}
}

func TestApplyChangesNoneOfItsArguments(t *testing.T) {
	t.Parallel()
	for _, status := range Statuses() {
		for _, r := range []Report{report(ResultRunning), success("https://a/1", "https://a/2"),
			success("ftp://b/1"), failure("it broke"), upscale("https://b/4k"),
			report(ResultUnclear)} {
			current := inStatus(t, status).task
			// Room behind the assets is where an append would write.
			current.Assets = append(make([]Asset, 0, 8), current.Assets...)
			spare := current.Assets[:cap(current.Assets)]
			before, spareBefore := *current, slices.Clone(spare)
			filesBefore := slices.Clone(r.Files)
			c := Apply(current, r, at(30), testRules())
			for i := range c.Task.Assets {
				c.Task.Assets[i].Error = "written by the caller"
			}
			if !reflect.DeepEqual(*current, before) || !reflect.DeepEqual(spare, spareBefore) {
				t.Errorf("%s, then %s: the task changed", status, r.Result)
			}
			if !slices.Equal(r.Files, filesBefore) {
				t.Errorf("%s, then %s: the report changed", status, r.Result)
			}
		}
	}
}

// TestOrderAndRepeatsDoNotMatter delivers the same reports in many orders, each any number of
// times, and expects one end.
func TestOrderAndRepeatsDoNotMatter(t *testing.T) {
	t.Parallel()
	running := report(ResultRunning)
	running.Fallback = FallbackYes
	sets := map[string][]Report{
		"success":                {success("https://a/1")},
		"run and success":        {running, success("https://a/1", "https://a/2")},
		"failure and success":    {failure("it broke"), success("https://a/1")},
		"unclear and success":    {report(ResultUnclear), success("https://a/1")},
		"run and failure":        {running, failure("it broke")},
		"success and upscale":    {success("https://a/1"), upscale("https://a/4k")},
		"upscale and failure":    {failure("no 4K"), upscale("https://a/4k")},
		"empty and full success": {success(), success("https://a/1")},
		"empty success, failure": {success(), failure("it broke")},
		"everything": {running, report(ResultUnclear), failure("it broke"),
			success("https://a/1"), upscale("https://a/4k")},
	}
	for name, reports := range sets {
		var first *Task
		for round := range 200 {
			rng := rand.New(rand.NewPCG(1, uint64(round)))
			w := &world{}
			for _, i := range order(rng, len(reports)) {
				w.deliver(reports[i])
			}
			got := timeless(w.task)
			if name == "run and success" || name == "run and failure" || name == "everything" {
				got.Fallback = "" // news of a run that has ended are not taken over
			}
			if first == nil {
				first = got
			}
			if !reflect.DeepEqual(got, first) {
				t.Fatalf("%s: the end depends on the order:\n%+v\n%+v", name, first, got)
			}
		}
	}
}

// order returns each of n numbers once or more, in any order.
func order(rng *rand.Rand, n int) []int {
	all := rng.Perm(n)
	for range rng.IntN(4) {
		all = append(all, rng.IntN(n))
	}
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// timeless returns the task without what tells when and how often, its assets in order.
func timeless(t *Task) *Task {
	c := *t
	c.Deliveries, c.FirstSeenAt, c.FirstDeliveryAt, c.CompletedAt = 0, at(0), at(0), at(0)
	c.Assets = slices.Clone(c.Assets)
	for i := range c.Assets {
		c.Assets[i].ExpiresAt = at(0)
	}
	slices.SortFunc(c.Assets, func(a, b Asset) int {
		if a.Role != b.Role {
			return slices.Index(Roles(), a.Role) - slices.Index(Roles(), b.Role)
		}
		return a.Index - b.Index
	})
	return &c
}

func TestProductIsNeverToldLessExactly(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ known, said, want string }{
		{"runway", "runway-extend", "runway-extend"}, {"runway-extend", "runway", "runway-extend"},
		{"runway", "veo3.1", "veo3.1"}, {"runway", "", "runway"}, {"", "runway", "runway"},
		{"runway-extend", "veo3.1", "veo3.1"},
	} {
		first, second := report(ResultRunning), success("https://a/1")
		first.Product, second.Product = test.known, test.said
		w := &world{}
		w.deliver(first)
		w.deliver(second)
		if w.task.Product != test.want {
			t.Errorf("%q, then %q: %q, want %q", test.known, test.said, w.task.Product, test.want)
		}
	}
}
