package store

import (
	"slices"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// kept is the file of the first video of a task.
func (b *bundle) kept(taskID string) KeptFile {
	b.t.Helper()
	a := b.find(taskID).Assets[0]
	f, ok, err := b.KeptFile(b.ctx, a.Path)
	if err != nil || !ok {
		b.t.Fatalf("%s is not kept: %v", a.Path, err)
	}
	return f
}

// gone lets a file be gone and says whether that was noted.
func (b *bundle) gone(f KeptFile) bool {
	b.t.Helper()
	t, gone, err := b.FileGone(b.ctx, f, task.ErrorFileMissing)
	if err != nil || gone != (t.Key == f.Task) {
		b.t.Fatalf("%+v is gone: %t, %v", f, gone, err)
	}
	return gone
}

// back lets a file be there again and says whether that was noted.
func (b *bundle) back(f KeptFile) bool {
	b.t.Helper()
	_, back, err := b.FileBack(b.ctx, f)
	if err != nil {
		b.t.Fatal(err)
	}
	b.checkCounts()
	return back
}

// missing are the files that are looked for.
func (b *bundle) missing() []KeptFile {
	b.t.Helper()
	files, err := b.MissingFiles(b.ctx, KeptFile{}, 10)
	if err != nil {
		b.t.Fatal(err)
	}
	return files
}

func TestAFileThatIsGoneIsSavedAnew(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.filmed("t-1", "")
	f := b.kept("t-1")
	before := b.find("t-1").Assets[0]
	if !b.gone(f) {
		t.Fatal("it was not noted")
	}
	got := b.find("t-1")
	if a := got.Assets[0]; got.Status != task.Saving || a.State != task.Pending ||
		a.Error != task.ErrorFileMissing || a.Path != "" || a.Claim <= before.Claim {
		t.Errorf("the task is %s, its file %+v", got.Status, a)
	}
	if n := b.counter(counterSaved); n != 0 {
		t.Errorf("%d count as saved", n)
	}
	if kinds := b.kinds(got.Key); !slices.Contains(kinds, task.EventFileGone) {
		t.Errorf("the timeline has %v", kinds)
	}
	if m := b.missing(); len(m) != 1 || m[0] != f {
		t.Errorf("missing are %+v, want %+v", m, f)
	}
	if b.gone(f) {
		t.Error("it is gone twice")
	}
	b.checkCounts()

	b.save(task.Video, task.SavedAsset)
	if got = b.find("t-1"); got.Status != task.Saved || b.counter(counterSaved) != 1 {
		t.Errorf("fetched anew the task is %s, %d saved", got.Status, b.counter(counterSaved))
	}
	if m := b.missing(); len(m) != 0 || b.back(f) {
		t.Errorf("still looked for: %+v", m)
	}
}

func TestAFileThatIsGoneWithItsLinkIsLost(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		patience *task.Patience
		status   task.Status
		lost     int
	}{
		"without a key": {nil, task.Expired, 1},
		"with one":      {&task.Patience{}, task.Saving, 0},
	} {
		b := setup(t)
		b.patience = tt.patience
		b.reopen()
		b.filmed("t-1", "")
		b.clock.add(lifetime + time.Hour)
		b.gone(b.kept("t-1"))
		o, err := b.Overview(b.ctx, b.clock.Now())
		if got := b.find("t-1"); err != nil || got.Status != tt.status || o.Lost != tt.lost {
			t.Errorf("%s: the task is %s, %d lost, %v", name, got.Status, o.Lost, err)
		}
		lost, err := b.LostFiles(b.ctx, []task.Task{b.find("t-1")})
		if err != nil || len(lost[0]) != tt.lost {
			t.Fatalf("%s: explained are %+v, %v", name, lost, err)
		}
		if tt.lost > 0 && (lost[0][0].Cause != task.LostMissing || lost[0][0].At.IsZero()) {
			t.Errorf("%s: explained as %+v", name, lost[0][0])
		}
	}
}

func TestAFileThatIsBackIsSavedAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.filmed("t-1", "")
	b.clock.add(lifetime + time.Hour)
	f, before := b.kept("t-1"), b.find("t-1").Assets[0]
	b.gone(f)
	b.reopen() // it is remembered
	if !b.back(f) || b.back(f) {
		t.Error("it is not back, or twice")
	}
	got := b.find("t-1")
	a := got.Assets[0]
	if a.Claim = before.Claim; got.Status != task.Saved || a != before {
		t.Errorf("the task is %s, its file\n%+v, before\n%+v", got.Status, a, before)
	}
	if b.counter(counterSaved) != 1 || len(b.missing()) != 0 {
		t.Errorf("%d saved, %d missing", b.counter(counterSaved), len(b.missing()))
	}
	if kinds := b.kinds(got.Key); kinds[len(kinds)-1] != task.EventFileBack {
		t.Errorf("the timeline has %v", kinds)
	}
}

// TestAFileComesBackWhileItIsFetched leaves it to the one who has the claim.
func TestAFileComesBackWhileItIsFetched(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.filmed("t-1", "")
	f := b.kept("t-1")
	b.gone(f)
	c := b.claim()
	if b.back(f) {
		t.Error("it came back behind the saver's back")
	}
	if err := b.finish(c, task.SavedAsset); err != nil {
		t.Errorf("the saver: %v", err)
	}
	if b.counter(counterSaved) != 1 {
		t.Errorf("%d are saved", b.counter(counterSaved))
	}
}

func TestOnlyTheFileThatWasLookedForIsGone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.filmed("t-1", "")
	f := b.kept("t-1")
	for name, change := range map[string]func(*KeptFile){
		"another path": func(f *KeptFile) { f.Path += "-2" },
		"another size": func(f *KeptFile) { f.Bytes++ },
		"another task": func(f *KeptFile) { f.Task++ },
	} {
		other := f
		if change(&other); b.gone(other) {
			t.Errorf("%s: it was noted", name)
		}
	}
	if err := b.DropFile(b.ctx, f.Path); err != nil {
		t.Fatal(err)
	}
	if b.gone(f) {
		t.Error("what is removed on purpose counts as gone")
	}
}

// TestAFileOfAnotherLinkDoesNotComeBack lets the record replace the link meanwhile.
func TestAFileOfAnotherLinkDoesNotComeBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.filmed("t-1", "")
	f := b.kept("t-1")
	b.gone(f)
	b.apply("t-1", b.incoming("t-1", task.ResultSucceeded, "https://a/other").Report)
	if b.back(f) {
		t.Errorf("the file of the old link is saved: %+v", b.find("t-1").Assets[0])
	}
}

func TestAMadeCoverThatIsGoneIsMadeAnew(t *testing.T) {
	t.Parallel()
	b := setup(t)
	key := b.filmed("t-1", "").Key
	if err := b.KeepCover(b.ctx, key, made("c", task.MadeByServer), false); err != nil {
		t.Fatal(err)
	}
	f, ok, err := b.KeptFile(b.ctx, "2026-03/c")
	if err != nil || !ok || !f.Made {
		t.Fatalf("kept is %+v, %t, %v", f, ok, err)
	}
	if !b.gone(f) || b.gone(f) {
		t.Error("it is not gone, or twice")
	}
	if id, _ := b.claimCover(); id != "t-1" {
		t.Errorf("a cover is wanted of %q", id)
	}
	if got := b.find("t-1"); got.Status != task.Saved || len(b.missing()) != 0 {
		t.Errorf("the task is %s", got.Status)
	}
}

func TestALostCoverOfTheProvidersIsMadeHere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.filmed("t-1", "https://a/cover")
	b.save(task.Cover, task.SavedAsset)
	b.clock.add(lifetime + time.Hour)
	found := b.find("t-1")
	f, _, err := b.KeptFile(b.ctx, found.SavedAsset(task.Cover).Path)
	if err != nil || !b.gone(f) {
		t.Fatalf("%+v is not gone: %v", f, err)
	}
	if id, _ := b.claimCover(); id != "t-1" {
		t.Errorf("a cover is wanted of %q", id)
	}
}

func TestKeptFilesComeInPages(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, id := range []string{"t-1", "t-2", "t-3"} {
		b.filmed(id, "")
	}
	if err := b.KeepCover(b.ctx, b.find("t-2").Key, made("2_x", task.MadeByServer), false); err != nil {
		t.Fatal(err)
	}
	var got []string
	place := ""
	for {
		files, err := b.KeptFiles(b.ctx, place, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			got, place = append(got, f.Path), f.Path
		}
		if len(files) < 3 {
			break
		}
	}
	want := []string{"2026-03/1_video_0", "2026-03/2_video_0", "2026-03/2_x", "2026-03/3_video_0"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	next := int64(0)
	sample, err := b.SampleFiles(b.ctx, 9, func(n int64) int64 { next++; return next % n })
	if err != nil || len(sample) != 3 {
		t.Errorf("the sample has %+v, %v", sample, err)
	}
}
