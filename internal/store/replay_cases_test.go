package store

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

func TestReplayOfRefusedDeliveries(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.send(b.incoming("t-1", task.ResultRunning))
	first := b.turnAway(task.ReasonNoTaskID, b.incoming("t-1", task.ResultSucceeded, "https://a/1"))
	b.turnAway(task.ReasonNotJSON+": line 1", b.incoming("t-new", task.ResultFailed))
	b.turnAway(task.ReasonNotObject, b.incoming("t-new", task.ResultFailed))
	b.turnAway(task.ReasonTokenWrong, b.incoming("t-1", task.ResultFailed))
	b.turnAway(task.ReasonSignatureStale, b.incoming("t-1", task.ResultFailed))
	b.turnAway(task.ReasonTooLarge, b.incoming("t-1", task.ResultFailed))
	bad := b.incoming("t-1", task.ResultFailed)
	bad.Delivery.Source = "gone"
	b.turnAway(task.ReasonWrongType+": data", bad)
	before := b.dump()

	all := task.DeliveryFilter{}
	p := b.preview(all, &scribe{})
	want := Tally{Deliveries: 8, Refused: 4, Tasks: 2, Changed: 2, Made: 1, Outcomes: 3, Files: 1}
	stays := map[string]int64{task.StaysVouch: 2, task.StaysTooLarge: 1, task.StaysUnclear: 1}
	if p.Tally != want || !reflect.DeepEqual(p.Stays, stays) {
		t.Fatalf("preview %+v", p)
	}
	compare(t, b.dump(), before)
	got := b.replay(all, &scribe{})
	if got.Tally != want {
		t.Errorf("replay %+v", got.Tally)
	}
	if tk := b.find("t-1"); tk.Status != task.Saving || tk.Deliveries != 2 {
		t.Errorf("t-1 %+v", tk)
	}
	if tk := b.find("t-new"); tk.Status != task.Failed || tk.Deliveries != 2 ||
		tk.Category == "" {
		t.Errorf("t-new %+v", tk)
	}
	d, err := b.FindDelivery(b.ctx, first)
	if err != nil || d.Outcome != task.Applied || d.TaskID != "t-1" || d.Reason != "" {
		t.Errorf("the delivery is %+v, %v", d, err)
	}
	if again := b.replay(all, &scribe{}); again.Changed != 0 || again.Refused != 4 {
		t.Errorf("the second time %+v", again.Tally)
	}
	if u := b.undo(got.ID); u.Undone != 2 {
		t.Errorf("undone %+v", u)
	}
	compare(t, b.dump(), before)
	(&rambler{bundle: b}).checkOrphans()
}

func TestReplayOfARefusedDeliveryOfARegisteredTask(t *testing.T) {
	t.Parallel()
	b := setup(t)
	if _, _, err := b.Register(b.ctx, task.Registration{Provider: "kie", Product: "veo3.1",
		TaskID: "t-1"}); err != nil {
		t.Fatal(err)
	}
	b.turnAway(task.ReasonNoTaskID, b.incoming("t-1", task.ResultFailed))
	before := b.dump()
	r := b.replay(task.DeliveryFilter{}, &scribe{})
	if tk := b.find("t-1"); r.Deliveries != 1 || r.Changed != 1 || r.Made != 0 ||
		tk.Status != task.Failed || tk.Deliveries != 1 || tk.RegisteredAt.IsZero() {
		t.Errorf("%+v, task %+v", r, tk)
	}
	b.undo(r.ID)
	compare(t, b.dump(), before)
}

func TestUndoLeavesAloneWhatChangedSince(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, id := range []string{"t-same", "t-more", "t-saved"} {
		b.send(b.incoming(id, task.ResultUnclear))
	}
	b.turnAway(task.ReasonNoTaskID, b.incoming("t-made", task.ResultSucceeded, "https://a/9"))
	r := b.replay(task.DeliveryFilter{}, understood("https://a/1", "https://a/2"))
	if r.Changed != 4 || r.Made != 1 {
		t.Fatalf("replay %+v", r)
	}
	b.send(b.incoming("t-more", task.ResultFailed))
	var late Claimed
	for range 7 {
		c := b.claim()
		id := c.Task.TaskID
		switch {
		case id == "t-saved" && c.Asset.Index == 0, id == "t-made":
			if err := b.finish(c, task.SavedAsset); err != nil {
				t.Fatal(err)
			}
		case id == "t-same":
			late = c
		}
	}
	u := b.undo(r.ID)
	if u.Undone != 2 || u.NotUndone != 2 || u.FilesKept != 2 {
		t.Errorf("undone %+v", u)
	}
	if tk := b.find("t-same"); tk.Status != task.Unconfirmed || len(tk.Assets) != 0 {
		t.Errorf("t-same %+v", tk)
	}
	if err := b.finish(late, task.SavedAsset); !errors.Is(err, ErrClaimLost) {
		t.Errorf("who was saving a file that is taken back: %v", err)
	}
	if tk := b.find("t-more"); tk.Status != task.Saving || tk.Deliveries != 2 {
		t.Errorf("t-more %+v", tk)
	}
	tk := b.find("t-saved")
	if tk.Status != task.Saved || len(tk.Assets) != 1 || tk.Assets[0].Path == "" || tk.Code != 0 {
		t.Errorf("t-saved %+v", tk)
	}
	if tk := b.find("t-made"); tk.Status != task.Saved {
		t.Errorf("t-made %+v", tk)
	}
	b.checkCounts()
	if again := b.replay(task.DeliveryFilter{}, understood("https://a/1", "https://a/2")); again.
		Changed != 2 || b.find("t-saved").Code != 200 || len(b.find("t-saved").Assets) != 2 {
		t.Errorf("replayed again %+v", again)
	}
}

func TestReplayGivesABetterLinkToAFileOfNoUse(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.send(b.incoming("t-1", task.ResultSucceeded, "ftp://a/1"))
	before := b.dump()
	newer := &scribe{reread: func(r *task.Report) {
		for i := range r.Files {
			r.Files[i].URL = strings.Replace(r.Files[i].URL, "ftp:", "https:", 1)
		}
	}}
	r := b.replay(task.DeliveryFilter{}, newer)
	tk := b.find("t-1")
	if r.Files != 1 || len(tk.Assets) != 1 || tk.Assets[0].State != task.Pending ||
		tk.Assets[0].SourceURL != "https://a/1" || tk.Status != task.Saving {
		t.Fatalf("%+v, task %+v", r, tk)
	}
	c := b.claim()
	b.undo(r.ID)
	compare(t, b.dump(), before)
	if err := b.finish(c, task.SavedAsset); !errors.Is(err, ErrClaimLost) {
		t.Errorf("who held the better link: %v", err)
	}
}

func TestTasksThatCannotBeRebuiltAreLeftAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	gone := b.incoming("t-gone", task.ResultUnclear)
	gone.Delivery.Source = "gone"
	b.send(gone)
	b.send(b.incoming("t-other", task.ResultUnclear), b.incoming("t-mute", task.ResultUnclear))
	b.commit(b.incoming("t-broken", task.ResultSucceeded, "https://a/1")) // whose body is "{}"
	b.send(b.incoming("t-pruned", task.ResultUnclear), b.incoming("t-pruned", task.ResultUnclear))
	if err := b.write.Exec("DELETE FROM deliveries WHERE id = (SELECT max(id) FROM deliveries)").
		Error; err != nil {
		t.Fatal(err)
	}
	if err := b.write.Create(&recordRow{Task: b.find("t-mute").Key, At: 1, Body: []byte("?"),
		Result: task.ResultRunning}).Error; err != nil {
		t.Fatal(err)
	}
	newer := understood("https://a/1")
	inner := newer.reread
	newer.reread = func(r *task.Report) {
		if inner(r); r.TaskID == "t-other" {
			r.TaskID = "t-another"
		}
	}
	p := b.preview(task.DeliveryFilter{}, newer)
	want := map[string]int64{task.LeftSource: 1, task.LeftOtherTask: 1, task.LeftRecord: 1,
		task.LeftUnreadable: 1, task.LeftIncomplete: 1}
	if !reflect.DeepEqual(p.Left, want) || p.Changed != 0 || p.LeftAlone != 5 {
		t.Errorf("preview %+v", p)
	}
	before := b.dump()
	if r := b.replay(task.DeliveryFilter{}, newer); r.LeftAlone != 5 || r.CanUndo {
		t.Errorf("replay %+v", r)
	}
	compare(t, b.dump(), before)
}

func TestTheFilterChoosesWhatIsReplayed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.send(b.incoming("t-1", task.ResultUnclear))
	between := b.clock.Now().Add(time.Millisecond)
	second := b.send(b.incoming("t-2", task.ResultUnclear))[0].ID
	b.send(b.incoming("t-3", task.ResultFailed))
	for name, tt := range map[string]struct {
		f    task.DeliveryFilter
		want []string
	}{
		"all":        {task.DeliveryFilter{}, []string{"t-1", "t-2"}},
		"one":        {task.DeliveryFilter{ID: second}, []string{"t-2"}},
		"by task":    {task.DeliveryFilter{TaskID: "t-1"}, []string{"t-1"}},
		"since":      {task.DeliveryFilter{From: between}, []string{"t-2"}},
		"until":      {task.DeliveryFilter{To: between}, []string{"t-1"}},
		"by source":  {task.DeliveryFilter{Sources: []string{"runway"}}, nil},
		"by outcome": {task.DeliveryFilter{Outcomes: []task.Outcome{task.Applied}}, nil},
		"understood": {task.DeliveryFilter{Outcomes: []task.Outcome{task.NotUnderstood}},
			[]string{"t-1", "t-2"}},
	} {
		var got []string
		for _, c := range b.preview(tt.f, understood("https://a/1")).Changes {
			got = append(got, c.Task.TaskID)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
