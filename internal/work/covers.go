package work

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/task"
)

// CoverStore is where covers are asked for and kept.
type CoverStore interface {
	ClaimCover(ctx context.Context, again time.Duration) (
		t task.Task, next time.Time, ok bool, err error)
	ReleaseCover(ctx context.Context, key int64, next time.Time) error
	FailCover(ctx context.Context, key int64, m task.MadeCover, next time.Time) error
	KeepCover(ctx context.Context, key int64, m task.MadeCover, replace bool) error
	DropFile(ctx context.Context, path string) error
	DroppedFiles(ctx context.Context) ([]string, error)
	ForgetFile(ctx context.Context, path string) error
}

// CoversOptions are what Covers are made of.
type CoversOptions struct {
	Store   CoverStore
	Folder  *media.Folder
	FFmpeg  string            // the program; empty for none, so that browsers make the covers
	HasRoom func() bool       // says whether the disk has more than its reserve
	Now     func() time.Time  // nil means time.Now
	Log     *slog.Logger      // nil means slog.Default
	Changed func(t task.Task) // is told when a task has got a cover
}

// Covers makes covers where providers send none, one at a time: from the saved video with
// ffmpeg, or from a picture that somebody's browser took. It also removes the files of covers
// that have been replaced.
type Covers struct {
	o CoversOptions
	// making is held while a picture is decoded, which takes memory, and while files come and go.
	making sync.Mutex
	*crew[task.Task]
}

const (
	// roomPause is how long no cover is made where the disk is full or refuses to write.
	roomPause = time.Minute
	// tryAgain is when a try of which nothing is heard counts as failed.
	tryAgain = 10 * time.Minute
)

// NewCovers returns covers, of which none is made before Run.
func NewCovers(o CoversOptions) *Covers {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.HasRoom == nil {
		o.HasRoom = func() bool { return true }
	}
	if o.Changed == nil {
		o.Changed = func(task.Task) {}
	}
	c := &Covers{o: o}
	c.crew = &crew[task.Task]{
		what: "cover", workers: 1, now: o.Now, log: o.Log, wake: make(chan struct{}, 1),
		claim: c.claim, do: c.make,
	}
	return c
}

// Alone says whether covers are made here, without anybody's browser.
func (c *Covers) Alone() bool { return c.o.FFmpeg != "" }

// Run makes covers until the context ends.
func (c *Covers) Run(ctx context.Context) error {
	c.work(ctx)
	return nil
}

// claim removes what is to be removed and claims a task that wants a cover.
func (c *Covers) claim(ctx context.Context) (t task.Task, next time.Time, ok bool, err error) {
	if err := c.tidy(ctx); err != nil {
		return t, next, false, err
	}
	if !c.Alone() {
		return t, next, false, nil
	}
	if !c.o.HasRoom() {
		return t, c.o.Now().Add(roomPause), false, nil
	}
	return c.o.Store.ClaimCover(ctx, tryAgain)
}

// tidy removes the files of covers that nothing shows any more.
func (c *Covers) tidy(ctx context.Context) error {
	c.making.Lock()
	defer c.making.Unlock()
	paths, err := c.o.Store.DroppedFiles(ctx)
	if err != nil {
		return err
	}
	for _, path := range paths {
		if err := c.o.Folder.Remove(path); err != nil {
			c.o.Log.Warn("the file of an old cover could not be removed", "path", path, "err", err)
			continue
		}
		if err := c.o.Store.ForgetFile(ctx, path); err != nil {
			return err
		}
	}
	return nil
}

// make makes one try at the cover of a claimed task, and stores how it came out.
func (c *Covers) make(ctx context.Context, t task.Task) {
	err := c.try(ctx, t)
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	now := c.o.Now()
	switch {
	case err == nil:
		c.o.Log.Info("cover made from the video", "task_id", t.TaskID)
		return
	case errors.Is(err, task.ErrCoverKept):
		return // somebody was faster
	case ctx.Err() != nil: // a shutdown costs nothing
		err = c.o.Store.ReleaseCover(last, t.Key, now)
	case errors.Is(err, errFrame) || errors.Is(err, task.ErrPicture):
		c.o.Log.Warn("no cover could be made", "task_id", t.TaskID, "try", t.Made.Tries, "err", err)
		reason, _, _ := strings.Cut(err.Error(), "\n")
		m, next := task.AfterCoverTry(t.Made, reason, now)
		if err = c.o.Store.FailCover(last, t.Key, m, next); err == nil && m.State != t.Made.State {
			c.o.Changed(t) // a browser may try now
		}
	default: // ours: the disk, the database
		c.o.Log.Error("a cover could not be kept", "task_id", t.TaskID, "err", err)
		err = c.o.Store.ReleaseCover(last, t.Key, now.Add(ownPause))
	}
	if err != nil {
		c.o.Log.Error("the making of a cover could not be noted", "task_id", t.TaskID, "err", err)
	}
}

func (c *Covers) try(ctx context.Context, t task.Task) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: panic: %v\n%s", errFrame, r, debug.Stack())
		}
	}()
	video := t.Picture()
	file, err := c.o.Folder.LocalPath(video.Path)
	if err != nil {
		return err
	}
	content, err := frame(ctx, c.o.FFmpeg, file, *video)
	if err != nil {
		return err
	}
	return c.keep(ctx, t, content, keeping{maker: task.MadeByServer})
}

// Offer makes a picture from somebody's browser the cover of a task that has none. Where there
// is one by now, that stays, which is no error.
func (c *Covers) Offer(ctx context.Context, t task.Task, content []byte) error {
	err := c.keep(ctx, t, content, keeping{maker: task.MadeByBrowser})
	if errors.Is(err, task.ErrCoverKept) {
		return nil
	}
	return err
}

// Choose makes a picture that a person has chosen the cover of a task, in the place of one made
// before. The provider's own stays: task.ErrCoverKept.
func (c *Covers) Choose(ctx context.Context, t task.Task, content []byte) error {
	return c.keep(ctx, t, content, keeping{maker: task.MadeByOperator, replace: true})
}

// keeping is what is to be known of a cover besides its picture.
type keeping struct {
	maker   task.CoverMaker
	replace bool
}

// keep makes our own picture of somebody else's and stores it.
func (c *Covers) keep(ctx context.Context, t task.Task, content []byte, k keeping) error {
	if !c.o.HasRoom() {
		return task.ErrNoRoom
	}
	c.making.Lock()
	defer c.making.Unlock()
	picture, err := media.Still(content)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(picture.JPEG)
	m := task.MadeCover{Maker: k.maker, Bytes: int64(len(picture.JPEG)),
		SHA256: hex.EncodeToString(sum[:]), Width: picture.Width, Height: picture.Height}
	wanted := media.Name{Product: t.Product, TaskID: t.TaskID, Role: task.Cover, Month: month(t),
		ContentType: task.MadeCoverType}.MadePath(m.SHA256)
	if err := c.o.Store.DropFile(ctx, wanted); err != nil {
		return err
	}
	if m.Path, err = c.o.Folder.Keep(fmt.Sprintf("t%d-made", t.Key), wanted, picture.JPEG); err != nil {
		return fmt.Errorf("put the cover in its place: %w", err)
	}
	if err := c.o.Store.KeepCover(ctx, t.Key, m, k.replace); err != nil {
		return err
	}
	c.o.Changed(t)
	c.Wake() // to remove the one before
	return nil
}
