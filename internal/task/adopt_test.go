package task

import (
	"reflect"
	"slices"
	"strconv"
	"testing"
)

// adopt lets a person have a task saved from the newest delivery that could help it.
func (p *past) adopt() bool {
	for _, d := range slices.Backward(p.h.Deliveries) {
		if d.Reason != ReasonOtherURLs {
			continue
		}
		adopted := Adopt(*p.task, d.Report, d.ReceivedAt, at(p.now), p.rules)
		if len(adopted) == 0 {
			continue
		}
		p.take(*p.task, adopted)
		p.task.Status = DeriveStatus(p.task.Assets)
		for i := range adopted {
			p.event(EventAdopted, &adopted[i])
			p.h.Events[len(p.h.Events)-1].Detail = strconv.FormatInt(d.ID, 10)
		}
		p.adopted++
		return true
	}
	return false
}

// TestRandomHistoriesAreAdoptedIn sees that the histories of the replay's tests do live that.
func TestRandomHistoriesAreAdoptedIn(t *testing.T) {
	t.Parallel()
	n := 0
	for seed := range uint64(2000) {
		p := newPast(seed)
		for range 2 + p.rng.IntN(14) {
			p.step()
		}
		n += p.adopted
	}
	if n < 20 {
		t.Errorf("links are adopted %d times in all", n)
	}
}

// stranded returns a world whose first success came to nothing.
func stranded() *world {
	w := &world{}
	w.deliver(success("https://a/1", "https://a/2"))
	w.finish(ExpiredAsset)
	return w
}

func TestStranded(t *testing.T) {
	t.Parallel()
	for status, want := range map[Status]bool{Waiting: false, Generating: false, Unconfirmed: false,
		Failed: false, Saving: false, Saved: false, PartlySaved: false, Expired: true,
		NotSaved: true} {
		w := inStatus(t, status)
		if got := w.task.Stranded(); got != want {
			t.Errorf("%s: %v", status, got)
		}
	}
	w := stranded()
	w.task.Assets = append(w.task.Assets, Asset{Role: Cover, State: SavedAsset})
	if !w.task.Stranded() {
		t.Error("a cover that is saved makes up for the videos")
	}
	w.task.CrossChecked = CheckConfirmed
	if w.task.Stranded() {
		t.Error("there is a record that says which links are right")
	}
}

func TestATaskIsStrandedWhoseLinksAreDeadAndTriedOn(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		asset Asset
		want  bool
	}{
		"dead, and waits":      {Asset{State: Pending, Failures: 1, Error: DeadReasons()[0]}, true},
		"dead, and being read": {Asset{State: SavingAsset, Failures: 1, Error: DeadReasons()[0]}, false},
		"not tried yet":        {Asset{State: Pending}, false},
		"cut off":              {Asset{State: Pending, Failures: 1, Error: "timeout"}, false},
	} {
		w := &world{}
		w.deliver(success("https://a/1"))
		tt.asset.Role, tt.asset.SourceURL = Video, "https://a/1"
		w.task.Assets = []Asset{tt.asset}
		if got := w.task.Stranded(); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
		adopted := Adopt(*w.task, success("https://b/1"), at(5), at(9), testRules())
		if (len(adopted) == 1) != tt.want || tt.want && adopted[0].SourceURL != "https://b/1" {
			t.Errorf("%s: adopted are %+v", name, adopted)
		}
	}
}

func TestAdopting(t *testing.T) {
	t.Parallel()
	cover := ReportFile{Role: Cover, URL: "https://b/cover"}
	with := func(r Report, files ...ReportFile) Report {
		r.Files = append(r.Files, files...)
		return r
	}
	for name, tt := range map[string]struct {
		other Report
		links []string
	}{
		"another success": {success("https://b/1", "https://b/2"),
			[]string{"https://b/1", "https://b/2"}},
		"one file of two": {success("https://b/1"), []string{"https://b/1"}},
		"no new asset": {with(success("https://b/1", "", "https://b/3"), cover),
			[]string{"https://b/1"}},
		"a place named twice": {with(success("https://b/1"), success("https://c/1").Files...),
			[]string{"https://b/1"}},
		"the same, signed":     {success("https://a/1?sig=2"), []string{"https://a/1?sig=2"}},
		"the very same":        {success("https://a/1", "https://a/2"), nil},
		"an unusable link":     {success("ftp://b/1"), nil},
		"a failure":            {with(failure("no"), success("https://b/1").Files...), nil},
		"an upscale":           {upscale("https://b/4k"), nil},
		"a success with none":  {success(), nil},
		"of another role only": {with(success(), cover), nil},
	} {
		w := stranded()
		before := *w.task
		before.Assets = slices.Clone(w.task.Assets)
		var links []string
		for _, a := range Adopt(*w.task, tt.other, at(5), at(9), testRules()) {
			links = append(links, a.SourceURL)
			if a.State != Pending || a.Failures != 0 || a.Error != "" ||
				!a.ExpiresAt.Equal(at(5).Add(lifetime)) {
				t.Errorf("%s: %+v", name, a)
			}
		}
		if !slices.Equal(links, tt.links) {
			t.Errorf("%s: %v, want %v", name, links, tt.links)
		}
		if !reflect.DeepEqual(*w.task, before) {
			t.Errorf("%s: the task has changed", name)
		}
	}
	w := inStatus(t, Saving)
	if got := Adopt(*w.task, success("https://b/1"), at(5), at(9), testRules()); got != nil {
		t.Errorf("a task that is being saved adopts %+v", got)
	}
}

// TestTheRecordDecidesOverWhatWasAdopted goes on to ask when there is a key at last.
func TestTheRecordDecidesOverWhatWasAdopted(t *testing.T) {
	t.Parallel()
	w := stranded()
	if c := w.deliver(success("https://b/1", "https://b/2")); c.Outcome != Conflicting {
		t.Fatalf("the other success is %s", c.Outcome)
	}
	other := success("https://b/1", "https://b/2")
	for _, a := range Adopt(*w.task, other, at(2), at(3), testRules()) {
		*find(w.task.Assets, ReportFile{Role: a.Role, Index: a.Index}) = a
	}
	w.finish(SavedAsset)
	if c := w.deliver(success("https://a/1", "https://a/2")); c.Outcome != Repeated {
		t.Errorf("the first success once more is %s", c.Outcome)
	}
	c := w.confirm(record(success("https://c/1", "https://c/2")))
	if c.Event != EventDisagrees || w.task.Assets[0].SourceURL != "https://c/1" {
		t.Errorf("%+v", c)
	}
}
