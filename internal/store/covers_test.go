package store

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

// made is a cover of a given name.
func made(name string, maker task.CoverMaker) task.MadeCover {
	return task.MadeCover{Maker: maker, Path: "2026-03/" + name, Bytes: 5, SHA256: name,
		Width: 640, Height: 360}
}

// filmed makes a task whose video is saved, and which has a cover of the provider's to come if
// that has a link.
func (b *bundle) filmed(taskID, cover string) task.Task {
	b.t.Helper()
	in := b.incoming(taskID, task.ResultSucceeded, "https://a/"+taskID)
	if cover != "" {
		in.Report.Files = append(in.Report.Files, task.ReportFile{Role: task.Cover, URL: cover})
	}
	b.commit(in)
	b.save(task.Video, task.SavedAsset)
	return b.find(taskID)
}

// save ends what is claimed next of a role; what else is claimed on the way is given back.
func (b *bundle) save(role task.Role, state task.AssetState) {
	b.t.Helper()
	var others []Claimed
	for {
		c := b.claim()
		if c.Asset.Role != role {
			others = append(others, c)
			continue
		}
		if err := b.finish(c, state); err != nil {
			b.t.Fatal(err)
		}
		break
	}
	for _, c := range others {
		if err := b.ReleaseAsset(b.ctx, c.Asset, task.Attempt{}); err != nil {
			b.t.Fatal(err)
		}
	}
}

// claimCover claims a cover and returns its task's id, empty for none, and when one is due.
func (b *bundle) claimCover() (taskID string, next time.Time) {
	b.t.Helper()
	t, next, ok, err := b.ClaimCover(b.ctx, time.Hour)
	if err != nil || ok != (t.TaskID != "" && ok) {
		b.t.Fatalf("claim a cover: %+v, %v", t, err)
	}
	if !ok {
		return "", next
	}
	return t.TaskID, next
}

func (b *bundle) dropped() []string {
	b.t.Helper()
	paths, err := b.DroppedFiles(b.ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	return paths
}

func TestASavedVideoWantsACover(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-0", "https://a/0") // its video is still to come
	if id, _ := b.claimCover(); id != "" {
		t.Errorf("%s wants one before its video is here", id)
	}
	b.save(task.Video, task.SavedAsset)
	b.filmed("t-1", "")
	b.filmed("t-2", "")
	b.reopen() // what is wanted survives
	var got []string
	for range 3 {
		id, _ := b.claimCover()
		got = append(got, id)
	}
	if !slices.Equal(got, []string{"t-2", "t-1", "t-0"}) {
		t.Errorf("claimed are %q", got)
	}
	if id, next := b.claimCover(); id != "" || !next.Equal(start().Add(time.Hour).Truncate(time.Microsecond)) {
		t.Errorf("claimed again: %q, the next is at %s", id, next)
	}
	if got := b.find("t-1").Made; got.State != task.CoverWanted || got.Tries != 1 {
		t.Errorf("a claimed one is %+v", got)
	}
}

func TestACoverOfTheProvidersIsWaitedFor(t *testing.T) {
	t.Parallel()
	for state, want := range map[task.AssetState]string{
		task.FailedAsset: "t-1", task.ExpiredAsset: "t-1", task.SavedAsset: "",
	} {
		b := setup(t)
		b.filmed("t-1", "https://a/cover")
		if id, _ := b.claimCover(); id != "" {
			t.Errorf("%s is not waited for", state)
		}
		b.save(task.Cover, state)
		if id, _ := b.claimCover(); id != want {
			t.Errorf("%s: claimed is %q", state, id)
		}
		if state == task.SavedAsset && b.rows("made_covers") != 0 {
			t.Error("it is wanted for ever")
		}
	}
}

func TestTriesAreCountedAndShutdownsAreNot(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tk := b.filmed("t-1", "")
	b.claimCover()
	if err := b.ReleaseCover(b.ctx, tk.Key, start()); err != nil {
		t.Fatal(err)
	}
	if got := b.find("t-1").Made; got.Tries != 0 {
		t.Errorf("a shutdown costs %d tries", got.Tries)
	}
	b.claimCover()
	given := task.MadeCover{State: task.CoverGivenUp, Error: "why"}
	if err := b.FailCover(b.ctx, tk.Key, given, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if id, next := b.claimCover(); id != "" || !next.IsZero() {
		t.Errorf("given up, it is claimed: %q, %s", id, next)
	}
	got := b.find("t-1")
	if got.Made.State != task.CoverGivenUp || got.Made.Error != "why" || !got.WantsCover() {
		t.Errorf("given up it is %+v", got.Made)
	}
	if err := b.KeepCover(b.ctx, tk.Key, made("a", task.MadeByBrowser), false); err != nil {
		t.Errorf("nobody else may make it: %v", err)
	}
}

// TestACoverThatKillsTheProgramIsGivenUp claims and is never heard of.
func TestACoverThatKillsTheProgramIsGivenUp(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.filmed("t-1", "")
	for range task.MostCoverTries {
		if id, _ := b.claimCover(); id != "t-1" {
			t.Fatalf("claimed is %q", id)
		}
		b.clock.add(time.Hour)
	}
	if id, _ := b.claimCover(); id != "" || b.find("t-1").Made.State != task.CoverGivenUp {
		t.Errorf("claimed is %q, it is %+v", id, b.find("t-1").Made)
	}
}

func TestManyCoversToComeHoldUpNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for i := range coversLooked + 1 {
		in := b.incoming(fmt.Sprint("t-", i), task.ResultSucceeded, "https://a/v")
		in.Report.Files = append(in.Report.Files, task.ReportFile{Role: task.Cover, URL: "https://a/c"})
		b.commit(in)
	}
	err := b.write.Exec(`UPDATE assets SET state = 'saved', path = task, bytes = 1
		WHERE role = 'video'`).Error
	if err == nil {
		err = b.write.Exec(`INSERT INTO made_covers SELECT key, 'wanted', '', '', 0, '', 0, 0, 0, 0, 0, ''
			FROM tasks`).Error
	}
	if err != nil {
		t.Fatal(err)
	}
	if id, next := b.claimCover(); id != "" || !next.Equal(start()) {
		t.Errorf("claimed is %q, the next is at %s", id, next)
	}
	_, next := b.claimCover()
	if want := start().Add(coverPatience).Truncate(time.Microsecond); !next.Equal(want) {
		t.Errorf("the next is at %s, want %s", next, want)
	}
}

func TestTheFirstCoverWins(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tk := b.filmed("t-1", "")
	if err := b.DropFile(b.ctx, "2026-03/a"); err != nil {
		t.Fatal(err)
	}
	if err := b.KeepCover(b.ctx, tk.Key, made("a", task.MadeByServer), false); err != nil {
		t.Fatal(err)
	}
	if got := b.dropped(); len(got) > 0 {
		t.Errorf("%q is kept and to be removed", got)
	}
	err := b.KeepCover(b.ctx, tk.Key, made("b", task.MadeByBrowser), false)
	if !errors.Is(err, task.ErrCoverKept) {
		t.Errorf("the second one: %v", err)
	}
	want := made("a", task.MadeByServer)
	want.State, want.MadeAt = task.CoverMade, start().UTC().Truncate(time.Microsecond)
	if got := b.find("t-1").Made; got != want {
		t.Errorf("it is %+v", got)
	}
	a, err := b.FindMedia(b.ctx, "2026-03/a")
	if err != nil || a.ContentType != "image/jpeg" || a.SHA256 != "a" || a.Role != task.Cover {
		t.Errorf("served as %+v, %v", a, err)
	}
	if id, _ := b.claimCover(); id != "" {
		t.Error("it is to be made again")
	}
}

func TestAChosenCoverTakesThePlaceOfAMadeOne(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tk := b.filmed("t-1", "")
	for _, name := range []string{"a", "b"} {
		if err := b.KeepCover(b.ctx, tk.Key, made(name, task.MadeByOperator), true); err != nil {
			t.Fatal(err)
		}
	}
	if got := b.dropped(); !slices.Equal(got, []string{"2026-03/a"}) {
		t.Errorf("to be removed are %q", got)
	}
	if _, err := b.FindMedia(b.ctx, "2026-03/a"); !errors.Is(err, ErrNotFound) {
		t.Errorf("the old one is served: %v", err)
	}
	if err := b.KeepCover(b.ctx, tk.Key, made("a", task.MadeByOperator), true); err != nil {
		t.Fatal(err)
	}
	if got := b.dropped(); !slices.Equal(got, []string{"2026-03/b"}) {
		t.Errorf("chosen again, to be removed are %q", got)
	}
	if err := b.ForgetFile(b.ctx, "2026-03/b"); err != nil || len(b.dropped()) > 0 {
		t.Errorf("removed, there are %q, %v", b.dropped(), err)
	}
}

// TestTheProvidersCoverTakesThePlace has it come late: given up, then fetched after all.
func TestTheProvidersCoverTakesThePlace(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tk := b.filmed("t-1", "https://a/cover")
	b.save(task.Cover, task.ExpiredAsset)
	if err := b.KeepCover(b.ctx, tk.Key, made("a", task.MadeByServer), false); err != nil {
		t.Fatal(err)
	}
	all := func(task.Asset) bool { return true }
	if n, err := b.RetryAssets(b.ctx, tk.Key, all); n != 1 || err != nil {
		t.Fatalf("%d retried, %v", n, err)
	}
	if got := b.find("t-1"); got.CoverPath() != "2026-03/a" {
		t.Errorf("meanwhile it shows %q", got.CoverPath())
	}
	b.save(task.Cover, task.SavedAsset)
	got := b.find("t-1")
	if got.Made.State != "" || got.CoverPath() != got.SavedAsset(task.Cover).Path {
		t.Errorf("it shows %q, made %+v", got.CoverPath(), got.Made)
	}
	if gone := b.dropped(); !slices.Equal(gone, []string{"2026-03/a"}) {
		t.Errorf("to be removed are %q", gone)
	}
	err := b.KeepCover(b.ctx, tk.Key, made("b", task.MadeByOperator), true)
	if !errors.Is(err, task.ErrCoverKept) {
		t.Errorf("one may replace it: %v", err)
	}
	if got.Status != task.Saved {
		t.Errorf("the task is %s", got.Status)
	}
}

func TestAMadeCoverIsNoPartOfTheStatus(t *testing.T) {
	t.Parallel()
	b := setup(t)
	tk := b.filmed("t-1", "https://a/cover")
	b.save(task.Cover, task.ExpiredAsset)
	if err := b.KeepCover(b.ctx, tk.Key, made("a", task.MadeByServer), false); err != nil {
		t.Fatal(err)
	}
	if got := b.find("t-1"); got.Status != task.PartlySaved || len(got.Assets) != 2 {
		t.Errorf("it is %s with %d assets", got.Status, len(got.Assets))
	}
	b.checkCounts()
}

func TestCoversAreFoundByTheirIndexes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.filmed("t-1", "")
	checkPlan(t, "due", b.plans("due", func() error { _, _, _, err := b.ClaimCover(b.ctx, 0); return err }),
		"SCAN made_covers USING INDEX made_covers_wanted", "made_covers")
	checkPlan(t, "served", b.plans("served", func() error { _, _ = b.FindMedia(b.ctx, "x"); return nil }),
		"SEARCH made_covers USING INDEX made_covers_by_path (path=?)", "")
}

func TestTheUpgradeWantsCoversOfOldVideos(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.filmed("t-1", "")
	b.filmed("t-2", "https://a/cover")
	b.save(task.Cover, task.SavedAsset)
	b.succeed("t-3", "https://a/3")
	if _, err := b.migrations().DownTo(b.ctx, 13); err != nil {
		t.Fatal(err)
	}
	b.reopen()
	if id, _ := b.claimCover(); id != "t-1" {
		t.Errorf("claimed is %q", id)
	}
	if n := b.rows("made_covers"); n != 1 {
		t.Errorf("%d covers are wanted", n)
	}
}
