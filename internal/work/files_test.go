package work

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/testkit"
)

// shelves is a real database and a real folder with files of nine bytes in it, watched over at a
// time that moves when it is told to.
type shelves struct {
	*FileWatch
	t       *testing.T
	db      *store.Store
	dir     string
	clock   *testkit.Clock
	log     testkit.Log
	changed []string
	told    []task.Away
}

func newShelves(t *testing.T, files int) *shelves {
	t.Helper()
	s := &shelves{t: t, db: testkit.Store(t, store.Options{}), clock: testkit.NewClock(time.Now()),
		dir: filepath.Join(t.TempDir(), "media")}
	folder, err := media.OpenFolder(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = folder.Close() })
	next := int64(0)
	s.FileWatch = NewFileWatch(FileWatchOptions{Shelves: s.db, Folder: folder, Now: s.clock.Now,
		Log: s.log.Logger(), Random: func(n int64) int64 { next++; return next % n },
		Changed: func(t task.Task) { s.changed = append(s.changed, t.TaskID) },
		Told:    func(away task.Away) { s.told = append(s.told, away) }})
	for i := range files {
		s.add(i)
	}
	return s
}

// add saves a file of a task.
func (s *shelves) add(i int) {
	s.t.Helper()
	_, err := s.db.CommitDeliveries(s.t.Context(), []store.Incoming{{
		Delivery: task.Delivery{Source: "veo3.1", ReceivedAt: time.Now(), Body: []byte("{}")},
		Report: task.Report{Provider: "kie", Product: "veo3.1", TaskID: fmt.Sprint("t-", i),
			Result: task.ResultSucceeded, Code: 200,
			Files: []task.ReportFile{{Role: task.Video, URL: fmt.Sprint("https://a.example/", i)}}},
	}})
	if err != nil {
		s.t.Fatal(err)
	}
	a := claim(s.t, s.db).Asset
	a.State, a.Path, a.Bytes, a.SHA256 = task.SavedAsset, fmt.Sprintf("m/%03d.mp4", i), 9, "aa"
	s.put(i, "nine byte")
	err = s.db.FinishAsset(s.t.Context(), a, task.Event{At: time.Now(),
		Kind: task.EventAssetSaved}, task.Attempt{})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shelves) file(i int) string {
	return filepath.Join(s.dir, "m", fmt.Sprintf("%03d.mp4", i))
}

func (s *shelves) put(i int, content string) {
	s.t.Helper()
	err := errors.Join(os.MkdirAll(filepath.Dir(s.file(i)), 0o750),
		os.WriteFile(s.file(i), []byte(content), 0o600),
		os.Chtimes(s.file(i), s.clock.Now(), s.clock.Now()))
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shelves) remove(from, to int) {
	s.t.Helper()
	for i := from; i < to; i++ {
		if err := os.Remove(s.file(i)); err != nil {
			s.t.Fatal(err)
		}
	}
}

// steps lets time pass, step by step as Run does.
func (s *shelves) steps(d time.Duration) {
	s.t.Helper()
	for end := s.clock.Now().Add(d); s.clock.Now().Before(end); {
		s.clock.Add(s.step(s.t.Context()))
	}
}

func (s *shelves) asset(i int) task.Asset {
	s.t.Helper()
	t, err := s.db.FindTask(s.t.Context(), "kie", fmt.Sprint("t-", i))
	if err != nil {
		s.t.Fatal(err)
	}
	return t.Assets[0]
}

// saved counts the files that count as saved.
func (s *shelves) saved() int {
	s.t.Helper()
	o, err := s.db.Overview(s.t.Context(), time.Now())
	if err != nil {
		s.t.Fatal(err)
	}
	return o.Saved
}

func TestTheWalkFindsWhatIsGone(t *testing.T) {
	t.Parallel()
	s := newShelves(t, 2*filesPage+7)
	s.remove(205, 206)
	s.put(17, "cut")
	begun := s.clock.Now()
	s.steps(20 * time.Second)
	if a := s.asset(205); a.State != task.Pending || a.Error != task.ErrorFileMissing {
		t.Errorf("what is gone is %+v", a)
	}
	if a := s.asset(17); a.State != task.SavedAsset {
		t.Errorf("what somebody may be writing just now is %s", a.State)
	}
	s.steps(stillCopied)
	if a := s.asset(17); a.State != task.Pending || a.Error != task.ErrorFileSize {
		t.Errorf("what was cut is %+v", a)
	}
	if s.saved() != 2*filesPage+5 || len(s.changed) != 2 {
		t.Errorf("%d are saved; told of %v", s.saved(), s.changed)
	}
	if a := s.asset(18); a.State != task.SavedAsset {
		t.Errorf("what is there is %s", a.State)
	}
	if s.walkAt.Sub(begun) < filesEvery {
		t.Errorf("the next walk begins %v after this one", s.walkAt.Sub(begun))
	}
	s.remove(3, 4)
	if s.steps(10 * time.Minute); s.asset(3).State != task.SavedAsset {
		t.Error("it walks without a rest")
	}
	s.clock.Add(filesEvery)
	if s.steps(time.Minute); s.asset(3).State != task.Pending {
		t.Error("it does not walk again")
	}
}

func TestWhatSomebodyAsksForInVainIsLookedAtAtOnce(t *testing.T) {
	t.Parallel()
	s := newShelves(t, 3)
	s.steps(filesBeat) // the walk has passed
	s.remove(1, 2)
	for _, path := range []string{"m/001.mp4", "m/002.mp4", "m/none.mp4"} {
		s.suspect(t.Context(), path)
	}
	if s.step(t.Context()); s.asset(1).State != task.SavedAsset {
		t.Error("it is gone at the first look")
	}
	s.steps(2 * secondLook)
	if s.asset(1).State != task.Pending || s.asset(2).State != task.SavedAsset {
		t.Errorf("what is gone is %s, what is there %s", s.asset(1).State, s.asset(2).State)
	}
}

// TestAFileThatIsReplacedIsNotGone removes one and puts it back, as some tools do.
func TestAFileThatIsReplacedIsNotGone(t *testing.T) {
	t.Parallel()
	s := newShelves(t, 1)
	s.remove(0, 1)
	s.suspect(t.Context(), "m/000.mp4")
	s.step(t.Context())
	s.put(0, "nine more")
	if s.steps(time.Minute); s.asset(0).State != task.SavedAsset || len(s.changed) > 0 {
		t.Errorf("it is %s; told of %v", s.asset(0).State, s.changed)
	}
}

func TestAFileThatComesBackIsSaved(t *testing.T) {
	t.Parallel()
	s := newShelves(t, 2)
	s.remove(0, 2)
	s.steps(time.Minute)
	if s.saved() != 0 {
		t.Fatalf("%d are saved", s.saved())
	}
	s.put(0, "nine byte")
	s.put(1, "other")
	s.steps(time.Minute)
	if s.asset(0).State != task.SavedAsset || s.asset(1).State != task.Pending || s.saved() != 1 {
		t.Errorf("what is back is %s, what is another file %s", s.asset(0).State, s.asset(1).State)
	}
}

// TestADiskThatIsNotMounted lets all files be gone at once, and come back.
func TestADiskThatIsNotMounted(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		start bool // it is so from the start
		empty bool // an empty folder is in the place of the disk
		want  task.Away
	}{
		"an empty folder at the start": {true, true, task.Emptied},
		"an empty folder later":        {false, true, task.Emptied},
		"no folder at the start":       {true, false, task.Absent},
		"no folder later":              {false, false, task.Absent},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShelves(t, sampleLeast+5)
			if !tt.start {
				s.steps(time.Minute)
			}
			if err := os.Rename(s.dir, s.dir+"-away"); err != nil {
				t.Fatal(err)
			}
			if tt.empty {
				if err := os.Mkdir(s.dir, 0o750); err != nil {
					t.Fatal(err)
				}
			}
			s.suspect(t.Context(), "m/001.mp4")
			s.steps(time.Minute)
			s.clock.Add(filesEvery)
			s.steps(time.Minute)
			if s.Away() != tt.want || s.saved() != sampleLeast+5 || len(s.changed) > 0 {
				t.Errorf("away %q; %d saved; told of %v", s.Away(), s.saved(), s.changed)
			}
			if n := strings.Count(s.log.String(), "the media folder is away"); n != 1 {
				t.Errorf("the log says so %d times", n)
			}
			err := errors.Join(os.RemoveAll(s.dir), os.Rename(s.dir+"-away", s.dir))
			if err != nil {
				t.Fatal(err)
			}
			s.steps(time.Minute)
			if s.Away() != task.NotAway || s.saved() != sampleLeast+5 {
				t.Errorf("back: away %q, %d saved", s.Away(), s.saved())
			}
			if len(s.told) != 2 || s.told[0] != tt.want || s.told[1] != task.NotAway {
				t.Errorf("told of %v", s.told)
			}
		})
	}
}

// TestManyFilesThatAreGone tells a part that somebody has deleted from a disk that is away.
func TestManyFilesThatAreGone(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		files, gone int
		away        task.Away
	}{
		"less than half":         {40, 18, task.NotAway},
		"more than half":         {40, 22, task.Emptied},
		"more than half of few":  {sampleLeast - 1, sampleLeast - 1, task.NotAway},
		"more than half of many": {sampleLeast, sampleLeast/2 + 1, task.Emptied},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShelves(t, tt.files)
			s.remove(0, tt.gone)
			s.steps(time.Minute)
			want := tt.files - tt.gone
			if tt.away != task.NotAway {
				want = tt.files
			}
			if s.Away() != tt.away || s.saved() != want {
				t.Errorf("away %q, %d saved", s.Away(), s.saved())
			}
		})
	}
}

func TestSomebodySaysThatAllIsGoneForGood(t *testing.T) {
	t.Parallel()
	for _, absent := range []bool{true, false} {
		s := newShelves(t, sampleLeast+5)
		s.remove(0, sampleLeast+5)
		if absent {
			if err := os.RemoveAll(s.dir); err != nil {
				t.Fatal(err)
			}
		}
		s.steps(time.Minute)
		if s.Away() == task.NotAway {
			t.Fatal("it is not away")
		}
		if err := s.Believe(); err != nil {
			t.Fatal(err)
		}
		s.steps(time.Minute)
		if s.Away() != task.NotAway || s.saved() != 0 || s.asset(3).State != task.Pending {
			t.Errorf("absent %t: away %q, %d saved", absent, s.Away(), s.saved())
		}
	}
}

func TestNothingIsSavedWhileTheFolderIsAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var away atomic.Bool
		away.Store(true)
		q := newQueue(task.Asset{Task: 1})
		s := newTestSaver(t, q, brings([]byte("video")), func(o *SaverOptions) { o.Away = away.Load })
		run(t, s)
		time.Sleep(time.Hour) // of the bubble
		if q.attempts() != 0 || s.HasRoom() {
			t.Errorf("%d attempts, room %t", q.attempts(), s.HasRoom())
		}
		away.Store(false)
		back := time.Now()
		if a := <-q.finished; a.State != task.SavedAsset || time.Since(back) > awayBeat {
			t.Errorf("it went on after %v with %+v", time.Since(back), a)
		}
	})
}

func TestTheWatchRunsUntilTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gone := make(chan store.KeptFile, 1)
		w := NewFileWatch(FileWatchOptions{Folder: &emptyFolder{}, Shelves: &memShelves{gone: gone},
			Log: testkit.Quiet()})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- w.Run(ctx) }()
		time.Sleep(time.Minute) // of the bubble
		begun := time.Now()
		w.Report("a.mp4")
		if f := <-gone; f.Path != "a.mp4" || time.Since(begun) > 2*secondLook {
			t.Errorf("%s is gone after %v", f.Path, time.Since(begun))
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// TestTroubleOfTheBooksIsWaitedOut has a database that cannot be read.
func TestTroubleOfTheBooksIsWaitedOut(t *testing.T) {
	t.Parallel()
	var log testkit.Log
	w := NewFileWatch(FileWatchOptions{Folder: &emptyFolder{}, Log: log.Logger(),
		Shelves: &memShelves{err: errors.New("it is locked")}})
	if rest := w.step(t.Context()); rest != filesBeat || w.Away() != task.NotAway {
		t.Errorf("it rests for %v, away %q", rest, w.Away())
	}
	if !strings.Contains(log.String(), "it is locked") {
		t.Errorf("the log says %s", log.String())
	}
}

// memShelves know of one file, which is found only by its path.
type memShelves struct {
	gone chan store.KeptFile
	err  error
}

func (m *memShelves) KeptFiles(context.Context, string, int) ([]store.KeptFile, error) {
	return nil, m.err
}

func (m *memShelves) KeptFile(_ context.Context, path string) (store.KeptFile, bool, error) {
	return store.KeptFile{Path: path, Bytes: 9}, true, m.err
}

func (m *memShelves) SampleFiles(context.Context, int, func(int64) int64) (
	[]store.KeptFile, error,
) {
	return nil, m.err
}

func (m *memShelves) MissingFiles(context.Context, store.KeptFile, int) ([]store.KeptFile, error) {
	return nil, m.err
}

func (m *memShelves) FileGone(_ context.Context, f store.KeptFile, _ string) (
	task.Task, bool, error,
) {
	m.gone <- f
	return task.Task{}, true, m.err
}

func (m *memShelves) FileBack(context.Context, store.KeptFile) (task.Task, bool, error) {
	return task.Task{}, false, m.err
}

// emptyFolder is a folder that is there with nothing in it.
type emptyFolder struct{}

func (emptyFolder) Check() (bool, error)             { return false, nil }
func (emptyFolder) Stat(string) (os.FileInfo, error) { return nil, os.ErrNotExist }
func (emptyFolder) Remake() error                    { return nil }
