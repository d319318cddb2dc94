package media

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

func madeName() Name {
	return Name{Product: "veo3.1", TaskID: "t", Role: task.Cover, ContentType: typeJPEG,
		Month: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
}

func TestAnotherPictureHasAnotherName(t *testing.T) {
	t.Parallel()
	a := madeName().MadePath(strings.Repeat("ab", 32))
	if a != "2026-11/veo3.1_cover_t_0_made-abababababab.jpg" {
		t.Errorf("it is %s", a)
	}
	if b := madeName().MadePath(strings.Repeat("ac", 32)); a == b {
		t.Errorf("both are %s", a)
	}
	if short := madeName().MadePath("f"); short != "2026-11/veo3.1_cover_t_0_made-f.jpg" {
		t.Errorf("it is %s", short)
	}
}

func TestKeepPutsBytesInTheirPlace(t *testing.T) {
	t.Parallel()
	f, _ := newFolder(t)
	wanted := madeName().MadePath("0123456789abcdef")
	for range 2 { // the second time they are there already
		kept, err := f.Keep("made", wanted, []byte("picture"))
		if err != nil || kept != wanted {
			t.Fatalf("kept as %q, %v", kept, err)
		}
	}
	at, err := f.LocalPath(wanted)
	if err != nil || !filepath.IsAbs(at) {
		t.Fatalf("it lies at %q, %v", at, err)
	}
	if content, err := os.ReadFile(at); err != nil || string(content) != "picture" {
		t.Errorf("it holds %q, %v", content, err)
	}
	if keys, err := f.PartKeys(); err != nil || len(keys) > 0 {
		t.Errorf("left are %q, %v", keys, err)
	}
	if kept, err := f.Keep("made", wanted, []byte("others")); err != nil || kept == wanted {
		t.Errorf("others took the place, %q, %v", kept, err)
	}
}

// TestKeepBeginsAnew finds the part of a maker that died.
func TestKeepBeginsAnew(t *testing.T) {
	t.Parallel()
	f, _ := newFolder(t)
	p, err := f.Part("made")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Write([]byte("half a pic")); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	kept, err := f.Keep("made", "2026-11/a.jpg", []byte("picture"))
	if err != nil {
		t.Fatal(err)
	}
	_, info, err := f.Open(kept)
	if err != nil || info.Size() != int64(len("picture")) {
		t.Errorf("%v, %v", info, err)
	}
}

func TestKeepStaysInTheFolder(t *testing.T) {
	t.Parallel()
	f, _ := newFolder(t)
	for _, path := range []string{"", "a.jpg", "../a/b.jpg", "/a/b.jpg", ".parts/b.jpg", "a/b/c.jpg"} {
		if kept, err := f.Keep("made", path, []byte("x")); !errors.Is(err, ErrPath) {
			t.Errorf("%q is kept as %q, %v", path, kept, err)
		}
	}
	for _, path := range []string{"", "../a", "a/../../b", "/etc/passwd"} {
		if at, err := f.LocalPath(path); !errors.Is(err, ErrPath) {
			t.Errorf("%q lies at %q, %v", path, at, err)
		}
	}
}
