package media

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// newFolder returns a folder below a fresh directory, and that directory.
func newFolder(t *testing.T) (*Folder, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data", "media")
	f, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f, dir
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOpenFolder_IsForNobodyElse(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	part, err := f.Part("a")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = part.Close() }()
	if runtime.GOOS == "windows" {
		t.Skip("no permission bits")
	}
	for name, want := range map[string]os.FileMode{
		dir: dirMode, dir + "/.parts": dirMode, dir + "/.parts/a.part": fileMode,
	} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got&^want != 0 {
			t.Errorf("%s has mode %o, want at most %o", name, got, want)
		}
	}
}

func TestFolder_OpenReadsWhatIsThere(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	writeFile(t, dir+"/2026-11/a.mp4", "video")
	file, info, err := f.Open("2026-11/a.mp4")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(file)
	if string(text) != "video" || err != nil || info.Size() != 5 {
		t.Errorf("read %q, %v, size %d", text, err, info.Size())
	}
}

func TestFolder_StaysInside(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	outside := filepath.Dir(dir) + "/secret"
	writeFile(t, outside, "secret")
	writeFile(t, dir+"/.parts/a.part", "half")
	writeFile(t, dir+"/2026-11/a.mp4", "video")
	if err := os.Symlink(outside, dir+"/2026-11/link.mp4"); err != nil {
		t.Log(err) // not everywhere
	}
	for _, name := range []string{"", ".", "..", "/", "../secret", "2026-11/../../secret",
		outside, ".parts/a.part", ".PARTS/a.part", "./.parts/a.part", "2026-11/../.parts/a.part",
		"2026-11", "2026-11/", "2026-11//a.mp4", "/2026-11/a.mp4", "2026-11\\a.mp4",
		"2026-11/link.mp4", "2026-11/a.mp4\x00", "C:/a", "2026-11/a.mp4/b"} {
		file, _, err := f.Open(name)
		if err == nil {
			_ = file.Close()
			t.Errorf("Open(%q) succeeded", name)
		}
		_ = f.Remove(name)
	}
	for _, name := range []string{outside, dir + "/.parts/a.part", dir + "/2026-11/a.mp4"} {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("Remove took a file that is none of its own: %v", err)
		}
	}
}

func TestFolder_RemoveCanRunAgain(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	writeFile(t, dir+"/2026-11/a.mp4", "video")
	for range 2 {
		if err := f.Remove("2026-11/a.mp4"); err != nil {
			t.Errorf("Remove() = %v", err)
		}
	}
	if _, _, err := f.Open("2026-11/a.mp4"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open() after Remove() = %v, want fs.ErrNotExist", err)
	}
	if err := f.Remove("2026-11"); !errors.Is(err, ErrPath) {
		t.Errorf("Remove() of a directory = %v, want ErrPath", err)
	}
}

func TestFolder_FreeBytes(t *testing.T) {
	t.Parallel()
	f, _ := newFolder(t)
	free, err := f.FreeBytes()
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	if err != nil || free <= 0 {
		t.Errorf("FreeBytes() = %d, %v", free, err)
	}
}
