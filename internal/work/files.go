package work

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
)

// Shelves are the books about what is to be on disk.
type Shelves interface {
	KeptFiles(ctx context.Context, after string, limit int) ([]store.KeptFile, error)
	KeptFile(ctx context.Context, path string) (store.KeptFile, bool, error)
	SampleFiles(ctx context.Context, n int, random func(n int64) int64) ([]store.KeptFile, error)
	MissingFiles(ctx context.Context, after store.KeptFile, limit int) ([]store.KeptFile, error)
	FileGone(ctx context.Context, f store.KeptFile, reason string) (task.Task, bool, error)
	FileBack(ctx context.Context, f store.KeptFile) (task.Task, bool, error)
}

// FileFolder is where the files are.
type FileFolder interface {
	Check() (another bool, err error)
	Stat(path string) (fs.FileInfo, error)
	Remake() error
}

// FileWatchOptions are what a FileWatch is made of.
type FileWatchOptions struct {
	Shelves Shelves
	Folder  FileFolder
	Now     func() time.Time     // nil means time.Now
	Random  func(n int64) int64  // below n; nil means at random
	Log     *slog.Logger         // nil means slog.Default
	Changed func(t task.Task)    // is told when a file has gone or come back
	Told    func(away task.Away) // is told when the whole folder has gone or come back
}

// FileWatch sees to it that what counts as saved is there. It walks through all that is kept, now
// and then and slowly, asking the file system for sizes only; what somebody asks for in vain it
// looks at at once. A file that is gone at two looks is noted, so that it is fetched anew. Where
// most files are gone at once no note is taken: their disk is not mounted, and comes back.
type FileWatch struct {
	o        FileWatchOptions
	reported chan string
	woken    chan struct{}

	mu       sync.Mutex
	away     task.Away
	believed bool // somebody has said that what is gone does not come back

	// What follows is the loop's alone.
	looked   bool // at a sample, since the start
	suspects map[string]suspect
	place    string    // of the walk; the path it has come to
	walking  bool      // a walk is under way
	walkAt   time.Time // when the next one begins
	returned store.KeptFile
	returnAt time.Time // when missing files are looked for again
}

const (
	// filesEvery is the rest between two walks: disks that sleep are not to be woken all day.
	filesEvery = 6 * time.Hour
	// filesBeat is how often the folder itself is looked at, and what is missing from it.
	filesBeat = 10 * time.Second
	// awayBeat is how often an absent folder is looked for.
	awayBeat = 2 * time.Second
	// filesPage is how many files are looked at in one go, and filesPause the least rest after it:
	// at most 500 a second. The rest grows with the time that a page takes, so that the walk has a
	// twentieth of the time at most and gives way where the disk or the database is busy.
	filesPage  = 100
	filesPause = 200 * time.Millisecond
	filesShare = 20
	// mostSuspects bounds what is remembered between two looks; the walk waits meanwhile.
	mostSuspects = 512
)

// NewFileWatch returns a watch, which does nothing before Look or Run.
func NewFileWatch(o FileWatchOptions) *FileWatch {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Int64N
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Changed == nil {
		o.Changed = func(task.Task) {}
	}
	if o.Told == nil {
		o.Told = func(task.Away) {}
	}
	return &FileWatch{o: o, reported: make(chan string, 64), woken: make(chan struct{}, 1),
		suspects: make(map[string]suspect)}
}

// Report tells that a file that is to be there was asked for in vain, or is not as long as it
// should be. It never waits.
func (w *FileWatch) Report(path string) {
	select {
	case w.reported <- path:
	default: // the walk comes by in any case
	}
}

// Believe tells that what is gone does not come back: where the folder is absent another one is
// made, and files are noted as gone however many they are.
func (w *FileWatch) Believe() error {
	if w.Away() == task.Absent {
		if err := w.o.Folder.Remake(); err != nil {
			return err
		}
	}
	w.mu.Lock()
	w.believed = true
	w.mu.Unlock()
	select {
	case w.woken <- struct{}{}:
	default:
	}
	return nil
}

// Run watches until the context ends.
func (w *FileWatch) Run(ctx context.Context) error {
	step := time.NewTimer(0)
	defer step.Stop()
	for {
		select {
		case path := <-w.reported:
			w.suspect(ctx, path)
			step.Reset(0)
			continue
		case <-w.woken:
		case <-step.C:
		case <-ctx.Done():
			return nil
		}
		step.Reset(w.step(ctx))
	}
}

// step does a little of what is to be done and returns how long to rest after it.
func (w *FileWatch) step(ctx context.Context) time.Duration {
	begun := w.o.Now()
	if w.Look(ctx) != task.NotAway {
		return awayBeat
	}
	err := w.judge(ctx)
	if err == nil && !begun.Before(w.returnAt) {
		err = w.lookForReturned(ctx)
	}
	if err == nil && len(w.suspects) < mostSuspects {
		err = w.walk(ctx)
	}
	if err != nil && ctx.Err() == nil {
		w.o.Log.Warn("the saved files could not be looked through", "err", err)
		return filesBeat
	}
	rest := max(filesPause, filesShare*w.o.Now().Sub(begun))
	switch {
	case w.walking:
		return rest
	case len(w.suspects) > 0:
		return max(rest, secondLook)
	default:
		return max(rest, filesBeat)
	}
}

// walk looks at the next page of files where a walk is due.
func (w *FileWatch) walk(ctx context.Context) error {
	now := w.o.Now()
	if !w.walking && now.Before(w.walkAt) {
		return nil
	}
	files, err := w.o.Shelves.KeptFiles(ctx, w.place, filesPage)
	if err != nil {
		return err
	}
	for _, f := range files {
		w.place = f.Path
		w.note(f)
	}
	w.walking = len(files) == filesPage
	if !w.walking {
		w.place, w.walkAt = "", now.Add(filesEvery)
	}
	return nil
}

// lookForReturned looks whether missing files are there again.
func (w *FileWatch) lookForReturned(ctx context.Context) error {
	files, err := w.o.Shelves.MissingFiles(ctx, w.returned, filesPage)
	if err != nil {
		return err
	}
	for _, f := range files {
		w.returned = f
		if w.fault(f) != "" {
			continue
		}
		t, back, err := w.o.Shelves.FileBack(ctx, f)
		if err != nil {
			return err
		}
		if back {
			w.o.Log.Info("a missing file is back", "task_id", t.TaskID, "path", f.Path)
			w.o.Changed(t)
		}
	}
	if len(files) < filesPage {
		w.returned = store.KeptFile{}
		w.returnAt = w.o.Now().Add(filesBeat)
	}
	return nil
}

// fault says what is wrong with a file on disk, empty for nothing that can be told.
func (w *FileWatch) fault(f store.KeptFile) string {
	info, err := w.o.Folder.Stat(f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return task.ErrorFileMissing
	case err == nil && info.Size() != f.Bytes:
		return task.ErrorFileSize
	}
	return ""
}
