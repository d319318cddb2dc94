package media

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestTheFolderIsLookedForInItsPlace(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "media")
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	check := func(name string, want bool, wantErr error) {
		t.Helper()
		if another, err := f.Check(); another != want || !errors.Is(err, wantErr) {
			t.Errorf("%s: another %t, %v", name, another, err)
		}
	}
	put := func(dir string) {
		t.Helper()
		err := errors.Join(os.MkdirAll(filepath.Join(dir, "m"), 0o750),
			os.WriteFile(filepath.Join(dir, "m", "a.mp4"), []byte("video"), 0o600))
		if err != nil {
			t.Fatal(err)
		}
	}
	put(dir)
	check("nothing happened", false, nil)
	if info, err := f.Stat("m/a.mp4"); err != nil || info.Size() != 5 {
		t.Errorf("the file is %v, %v", info, err)
	}

	if err := os.Rename(dir, dir+"-away"); err != nil {
		t.Fatal(err)
	}
	check("it was moved", false, fs.ErrNotExist)
	if _, err := os.Lstat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("looking made a folder: %v", err)
	}

	if err := f.Remake(); err != nil {
		t.Fatal(err)
	}
	check("it was made anew", false, nil)
	if _, err := f.Stat("m/a.mp4"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the empty folder has the file: %v", err)
	}

	// As a disk does that is mounted there.
	if err := errors.Join(os.RemoveAll(dir), os.Rename(dir+"-away", dir)); err != nil {
		t.Fatal(err)
	}
	check("the old one came to its place", true, nil)
	if file, _, err := f.Open("m/a.mp4"); err != nil {
		t.Error(err)
	} else {
		_ = file.Close()
	}
	if _, err := f.Part("t1-video-0"); err != nil {
		t.Errorf("no part can be begun in it: %v", err)
	}
	if _, err := f.Stat("../a"); !errors.Is(err, ErrPath) {
		t.Errorf("outside: %v", err)
	}
}
