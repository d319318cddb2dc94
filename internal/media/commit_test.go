package media

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

func someName() Name {
	return Name{Product: "veo3.1", TaskID: "x", Role: task.Video, ContentType: typeMP4,
		Month: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)}
}

// commit fills a part and commits it under a name.
func commit(t *testing.T, f *Folder, key, text string, name Name) string {
	t.Helper()
	p := openPart(t, f, key)
	write(t, p, text)
	if err := p.SetValidator(someValidator); err != nil {
		t.Fatal(err)
	}
	got, err := f.Commit(p, name)
	if err == nil {
		err = f.Settle(key)
	}
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// tree lists the files below a folder with their content.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := make(map[string]string)
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		files[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestFolder_CommitMovesThePartToItsName(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	want := "2026-11/veo3.1_generated_x_0.mp4"
	if got := commit(t, f, "a", "video", someName()); got != want {
		t.Errorf("Commit() = %q, want %q", got, want)
	}
	if files := tree(t, dir); len(files) != 1 || files[want] != "video" {
		t.Errorf("on disk: %v", files)
	}
	if p := openPart(t, f, "a"); p.Size() != 0 {
		t.Errorf("the key still has a part of %d bytes", p.Size())
	}
}

func TestFolder_CommitReplacesNoFile(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	for key, tt := range map[string]struct{ text string }{"a": {"one"}, "b": {"two"}, "c": {"three"}} {
		commit(t, f, key, tt.text, someName())
	}
	files := tree(t, dir)
	for _, name := range []string{"_0.mp4", "_0-2.mp4", "_0-3.mp4"} {
		if files["2026-11/veo3.1_generated_x"+name] == "" {
			t.Errorf("no file ends in %s: %v", name, files)
		}
	}
	if len(files) != 3 {
		t.Errorf("on disk: %v", files)
	}
}

func TestFolder_CommitAfterACommitWhoseCallerDied(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	first := commit(t, f, "a", "video", someName())
	if again := commit(t, f, "a", "video", someName()); again != first {
		t.Errorf("the same bytes went to %q, want %q again", again, first)
	}
	if files := tree(t, dir); len(files) != 1 {
		t.Errorf("on disk: %v", files)
	}
	other := commit(t, f, "a", "VIDEO", someName()) // as long, but different
	if other == first {
		t.Errorf("other bytes were taken for the same")
	}
}

func TestFolder_CommitGivesUpAmongNamesakes(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	for i := range maxNamesakes {
		commit(t, f, "a", strings.Repeat("x", i+1), someName())
	}
	p := openPart(t, f, "a")
	write(t, p, "one too many, but of a length of its own"+strings.Repeat(".", maxNamesakes))
	if _, err := f.Commit(p, someName()); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Commit() = %v, want fs.ErrExist", err)
	}
	if files := tree(t, dir); len(files) != maxNamesakes+1 {
		t.Errorf("%d files on disk, want the part kept", len(files))
	}
}

func TestFolder_CommitOfNothing(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	if _, err := f.Commit(openPart(t, f, "a"), someName()); !errors.Is(err, ErrEmpty) {
		t.Errorf("Commit() = %v, want ErrEmpty", err)
	}
	if _, err := os.Stat(dir + "/2026-11"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder was made: %v", err)
	}
}

func TestFolder_CommitThatFailsKeepsThePart(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	writeFile(t, dir+"/2026-11", "a file where the folder should be")
	p := openPart(t, f, "a")
	write(t, p, "video")
	if name, err := f.Commit(p, someName()); err == nil {
		t.Fatalf("Commit() = %q", name)
	}
	if err := os.Remove(dir + "/2026-11"); err != nil {
		t.Fatal(err)
	}
	if got := content(t, openPart(t, f, "a")); got != "video" {
		t.Errorf("the part has %q", got)
	}
}

func TestFolder_CommitsAtOnceKeepEveryFile(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	var all sync.WaitGroup
	for _, key := range []string{"a", "b", "c", "d", "e", "f"} {
		all.Go(func() {
			p, err := f.Part(key)
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := p.Write([]byte(key)); err != nil {
				t.Error(err)
			}
			if _, err := f.Commit(p, someName()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if files := tree(t, dir); len(files) != 6 {
		t.Errorf("on disk: %v", files)
	}
}

func TestIsFull(t *testing.T) {
	t.Parallel()
	full := &os.PathError{Op: "write", Path: "a", Err: syscall.ENOSPC}
	if !IsFull(errors.Join(errors.New("write part"), full)) || IsFull(fs.ErrClosed) {
		t.Error("a full disk is not told from another error")
	}
}
