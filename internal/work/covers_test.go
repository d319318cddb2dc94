package work

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/testkit"
)

// cinema is a store with a task whose video is saved and which has no cover.
type cinema struct {
	t      *testing.T
	store  *store.Store
	folder *media.Folder
	task   task.Task
	told   chan task.Task
	*Covers
}

// newCinema starts nothing; ffmpeg is the program to be used.
func newCinema(t *testing.T, ffmpeg string, change ...func(*CoversOptions)) *cinema {
	t.Helper()
	c := &cinema{t: t, store: testkit.Store(t, store.Options{}), folder: testkit.Folder(t),
		told: make(chan task.Task, 10)}
	c.task = c.film("t-1", "video/mp4", testkit.Clip(t))
	o := CoversOptions{Store: c.store, Folder: c.folder, FFmpeg: ffmpeg, Log: testkit.Quiet(),
		Changed: func(t task.Task) { c.told <- t }}
	for _, set := range change {
		set(&o)
	}
	c.Covers = NewCovers(o)
	return c
}

// film makes a task whose video is saved.
func (c *cinema) film(taskID, contentType string, content []byte) task.Task {
	c.t.Helper()
	ctx := c.t.Context()
	_, err := c.store.CommitDeliveries(ctx, []store.Incoming{{
		Delivery: task.Delivery{Source: "veo3.1", ReceivedAt: time.Now()},
		Report: task.Report{Provider: "kie", Product: "veo3.1", TaskID: taskID, Code: 200,
			Result: task.ResultSucceeded, Files: []task.ReportFile{{Role: task.Video, URL: "https://a/v"}}},
	}})
	if err != nil {
		c.t.Fatal(err)
	}
	claimed := claim(c.t, c.store)
	a := claimed.Asset
	name := media.Name{Product: "veo3.1", TaskID: taskID, Role: task.Video, ContentType: contentType}
	if a.Path, err = c.folder.Keep("film", name.Path(), content); err != nil {
		c.t.Fatal(err)
	}
	a.State, a.Bytes, a.ContentType = task.SavedAsset, int64(len(content)), contentType
	a.Duration = 4 * time.Second
	e := task.Event{At: time.Now(), Kind: task.EventAssetSaved, Role: a.Role}
	if err := c.store.FinishAsset(ctx, a, e, task.Attempt{}); err != nil {
		c.t.Fatal(err)
	}
	return c.find(taskID)
}

func (c *cinema) find(taskID string) task.Task {
	c.t.Helper()
	t, err := c.store.FindTask(c.t.Context(), "kie", taskID)
	if err != nil {
		c.t.Fatal(err)
	}
	return t
}

// once claims one task and makes one try at its cover.
func (c *cinema) once(ctx context.Context) task.MadeCover {
	c.t.Helper()
	t, _, ok, err := c.claim(ctx)
	if err != nil || !ok {
		c.t.Fatalf("nothing was claimed: %v", err)
	}
	c.make(ctx, t)
	return c.find(t.TaskID).Made
}

// files lists the pictures on disk.
func (c *cinema) files() (names []string) {
	c.t.Helper()
	root, err := c.folder.LocalPath("x")
	if err != nil {
		c.t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(filepath.Dir(root), "*", "*_made-*"))
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

// script is a program in ffmpeg's place.
func script(t *testing.T, lines string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	path := filepath.Join(t.TempDir(), "ffmpeg")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+lines+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// shows is a program that hands over a picture, whatever it is asked for.
func shows(t *testing.T, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "picture")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return script(t, "cat '"+path+"'")
}

func TestACoverIsMadeOfASavedVideo(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("there is no ffmpeg")
	}
	c := newCinema(t, program)
	got := c.once(t.Context())
	if got.State != task.CoverMade || got.Maker != task.MadeByServer || got.Width != 480 ||
		got.Height != 270 {
		t.Fatalf("it is %+v", got)
	}
	file, info, err := c.folder.Open(got.Path)
	if err != nil || info.Size() != got.Bytes {
		t.Fatalf("%v, %v", info, err)
	}
	defer func() { _ = file.Close() }()
	img, err := jpeg.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if r, g, b, _ := img.At(240, 200).RGBA(); r+g+b == 0 {
		t.Error("the picture is black")
	}
	if told := <-c.told; told.TaskID != "t-1" {
		t.Errorf("told of %s", told.TaskID)
	}
}

// TestNoVideoChoosesItsFormat gives ffmpeg a play list that names other files, as a film.
func TestNoVideoChoosesItsFormat(t *testing.T) {
	t.Parallel()
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		t.Skip("there is no ffmpeg")
	}
	c := newCinema(t, program)
	clip, err := c.folder.LocalPath(c.task.Assets[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	c.film("t-2", "video/mp4", []byte("ffconcat version 1.0\nfile '"+clip+"'\n"))
	if got := c.once(t.Context()); got.State == task.CoverMade || got.Error == "" {
		t.Errorf("it is %+v", got)
	}
}

// TestAConverterThatMisbehavesHarmsNothing tries each three times, and no more.
func TestAConverterThatMisbehavesHarmsNothing(t *testing.T) {
	t.Parallel()
	huge := "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x75\x30\x00\x00\x75\x30\x08\x06\x00\x00\x00"
	for name, program := range map[string]string{
		"ends with an error": script(t, "echo oh >&2; exit 1"),
		"sends nothing":      script(t, "exit 0"),
		"sends garbage":      script(t, "echo no picture"),
		"sends HTML":         script(t, "echo '<!doctype html><script>'"),
		"sends for ever":     script(t, "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done"),
		"sends 30000x30000":  shows(t, []byte(huge)),
		"sends half a one":   shows(t, testkit.Cover(t)[:500]),
		"is gone":            filepath.Join(t.TempDir(), "nothing"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := testkit.NewClock(time.Now())
			c := newCinema(t, program, func(o *CoversOptions) { o.Now = clock.Now })
			for try := 1; try <= task.MostCoverTries; try++ {
				c.make(t.Context(), c.claimed(try))
			}
			got := c.find("t-1")
			if got.Made.State != task.CoverGivenUp || got.Made.Error == "" || got.Status != task.Saved {
				t.Errorf("the task is %s, its cover %+v", got.Status, got.Made)
			}
			if strings.ContainsRune(got.Made.Error, '\n') || len(c.files()) > 0 {
				t.Errorf("left are %q, and %q", got.Made.Error, c.files())
			}
			if _, next, ok, err := c.claim(t.Context()); ok || err != nil || !next.IsZero() {
				t.Errorf("it is tried again at %s: %t, %v", next, ok, err)
			}
		})
	}
}

// claimed is the task as it is claimed for a try, without waiting for its time.
func (c *cinema) claimed(try int) task.Task {
	t := c.find("t-1")
	t.Made.Tries = try
	return t
}

func TestAConverterThatHangsIsKilled(t *testing.T) {
	t.Parallel()
	noted := filepath.Join(t.TempDir(), "pid")
	// What it started itself hangs too, with its output open.
	c := newCinema(t, script(t, "sleep 1000 & echo $! > '"+noted+"'; sleep 1000"))
	ctx, cancel := context.WithCancel(t.Context())
	tk, _, ok, err := c.claim(ctx)
	if err != nil || !ok {
		t.Fatalf("nothing was claimed: %v", err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		c.make(ctx, tk)
	}()
	child := awaitFile(t, noted)
	cancel()
	<-done
	if got := c.find("t-1").Made; got.State != task.CoverWanted || got.Tries != 0 {
		t.Errorf("a shutdown costs a try: %+v", got)
	}
	if err := exec.Command("kill", "-0", strings.TrimSpace(child)).Run(); err == nil {
		state, _ := os.ReadFile("/proc/" + strings.TrimSpace(child) + "/stat")
		if !bytes.Contains(state, []byte(") Z ")) { // nobody may have buried it yet
			t.Errorf("what it started lives on: %s", state)
		}
	}
}

// awaitFile waits until another program has written a line.
func awaitFile(t *testing.T, path string) string {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for range 3000 {
		if text, err := os.ReadFile(path); err == nil && bytes.HasSuffix(text, []byte("\n")) {
			return string(text)
		}
		<-tick.C
	}
	t.Fatalf("nobody wrote %s", path)
	return ""
}

// TestAConverterSeesNoSecrets looks at its environment and its arguments.
func TestAConverterSeesNoSecrets(t *testing.T) {
	t.Setenv("REELBACK_KIE_API_KEY", "s3cret")
	noted := filepath.Join(t.TempDir(), "noted")
	c := newCinema(t, script(t, "(env; echo \"$@\") > '"+noted+"'; exit 1"))
	c.once(t.Context())
	text, err := os.ReadFile(noted)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("s3cret")) {
		t.Errorf("it sees\n%s", text)
	}
	for _, want := range []string{"-protocol_whitelist file", "-f mov", "-i file:/", "-nostdin"} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("it is not told %s:\n%s", want, text)
		}
	}
}

func TestAnUnknownFormatIsNoWorkForAConverter(t *testing.T) {
	t.Parallel()
	c := newCinema(t, shows(t, testkit.Cover(t)))
	c.film("t-2", "application/octet-stream", []byte("what is this"))
	if got := c.once(t.Context()); got.State != task.CoverWanted || got.Error == "" {
		t.Errorf("it is %+v", got)
	}
}

func TestWithoutAConverterNothingIsClaimed(t *testing.T) {
	t.Parallel()
	c := newCinema(t, "")
	if _, _, ok, err := c.claim(t.Context()); ok || err != nil || c.Alone() {
		t.Errorf("claimed %t, %v, alone %t", ok, err, c.Alone())
	}
	if err := c.store.DropFile(t.Context(), c.task.Assets[0].Path); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := c.claim(t.Context()); err != nil {
		t.Fatal(err)
	}
	if exists(t, c.folder, c.task.Assets[0].Path) {
		t.Error("what was dropped is still there")
	}
}

func TestAFullDiskIsWaitedFor(t *testing.T) {
	t.Parallel()
	c := newCinema(t, shows(t, testkit.Cover(t)), func(o *CoversOptions) {
		o.HasRoom = func() bool { return false }
	})
	_, next, ok, err := c.claim(t.Context())
	if ok || err != nil || !next.After(time.Now()) {
		t.Errorf("claimed %t, %v, the next at %s", ok, err, next)
	}
	if err := c.Choose(t.Context(), c.task, testkit.Cover(t)); !errors.Is(err, task.ErrNoRoom) {
		t.Errorf("a chosen one: %v", err)
	}
	if got := c.find("t-1").Made; got.Tries != 0 || got.State != task.CoverWanted {
		t.Errorf("it is %+v", got)
	}
}

// TestTroubleOfOursCostsNoTry has the folder refuse.
func TestTroubleOfOursCostsNoTry(t *testing.T) {
	t.Parallel()
	c := newCinema(t, shows(t, testkit.Cover(t)))
	part, err := c.folder.Part(fmt.Sprintf("t%d-made", c.task.Key)) // somebody has it open
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = part.Close() }()
	if got := c.once(t.Context()); got.State != task.CoverWanted || got.Tries != 0 {
		t.Errorf("it is %+v", got)
	}
	if _, next, ok, _ := c.claim(t.Context()); ok || !next.After(time.Now()) {
		t.Errorf("it is tried again at once, or never: %s", next)
	}
}

func TestOffersAndChoices(t *testing.T) {
	t.Parallel()
	c := newCinema(t, "")
	ctx, picture := t.Context(), testkit.Cover(t)
	if err := c.Offer(ctx, c.task, []byte("<html>")); !errors.Is(err, task.ErrPicture) {
		t.Errorf("HTML: %v", err)
	}
	if err := c.Offer(ctx, c.task, picture); err != nil {
		t.Fatal(err)
	}
	first := c.find("t-1").Made
	if first.Maker != task.MadeByBrowser || len(c.files()) != 1 {
		t.Errorf("offered, it is %+v on %q", first, c.files())
	}
	other := another(t, picture)
	if err := c.Offer(ctx, c.task, other); err != nil || c.find("t-1").Made != first {
		t.Errorf("offered again, it is %+v, %v", c.find("t-1").Made, err)
	}
	if err := c.Choose(ctx, c.task, other); err != nil {
		t.Fatal(err)
	}
	chosen := c.find("t-1").Made
	if chosen.Maker != task.MadeByOperator || chosen.Path == first.Path {
		t.Errorf("chosen, it is %+v", chosen)
	}
	if err := c.tidy(ctx); err != nil {
		t.Fatal(err)
	}
	if left := c.files(); len(left) != 1 || !strings.HasSuffix(left[0], filepath.Base(chosen.Path)) {
		t.Errorf("left are %q", left)
	}
	if err := c.Choose(ctx, c.task, other); err != nil { // the very same
		t.Fatal(err)
	}
	if err := c.tidy(ctx); err != nil || !exists(t, c.folder, chosen.Path) {
		t.Errorf("chosen again, it is gone, %v", err)
	}
}

// another is a picture that differs from the one given.
func another(t *testing.T, picture []byte) []byte {
	t.Helper()
	still, err := media.Still(picture)
	if err != nil {
		t.Fatal(err)
	}
	again, err := media.Still(still.JPEG)
	if err != nil {
		t.Fatal(err)
	}
	return again.JPEG
}

// TestManyOffersAtOnceMakeOneCover is for the race detector, too.
func TestManyOffersAtOnceMakeOneCover(t *testing.T) {
	t.Parallel()
	c := newCinema(t, "")
	ctx, picture := t.Context(), testkit.Cover(t)
	errs := make(chan error)
	for range 8 {
		go func() { errs <- c.Offer(ctx, c.task, picture) }()
	}
	for range 8 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if len(c.told) != 1 || len(c.files()) != 1 {
		t.Errorf("told %d times, %q", len(c.told), c.files())
	}
}

// TestCoversRunUntilTold starts the loop, which makes what is wanted.
func TestCoversRunUntilTold(t *testing.T) {
	t.Parallel()
	c := newCinema(t, shows(t, testkit.Cover(t)))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	<-c.told
	c.film("t-2", "video/mp4", testkit.Clip(t))
	c.Wake()
	if told := <-c.told; told.TaskID != "t-2" {
		t.Errorf("told of %s", told.TaskID)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestABoundedBufferTellsWhenItIsFull(t *testing.T) {
	t.Parallel()
	told := 0
	b := &bounded{most: 3, full: func() { told++ }}
	if _, err := io.WriteString(b, "abc"); err != nil || told > 0 {
		t.Errorf("%v, told %d times", err, told)
	}
	if _, err := io.WriteString(b, "d"); err == nil || told != 1 || !b.over || b.kept.String() != "abc" {
		t.Errorf("%v, told %d times, kept %q", err, told, b.kept.String())
	}
}
