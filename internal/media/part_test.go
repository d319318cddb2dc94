package media

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
)

func openPart(t *testing.T, f *Folder, key string) *Part {
	t.Helper()
	p, err := f.Part(key)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Close() })
	return p
}

func write(t *testing.T, p *Part, text string) {
	t.Helper()
	if n, err := p.Write([]byte(text)); n != len(text) || err != nil {
		t.Fatalf("Write() = %d, %v", n, err)
	}
}

func content(t *testing.T, p *Part) string {
	t.Helper()
	b, err := io.ReadAll(io.NewSectionReader(p, 0, p.Size()))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

var someValidator = Validator{URL: "https://a.example/x?sig=1", ETag: `"e"`,
	LastModified: "Sat, 21 Nov 2026 01:00:00 GMT", Total: 11}

func TestPart_GoesOnAfterARestart(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	p := openPart(t, f, "t123-video-0")
	if p.Size() != 0 || p.Validator() != (Validator{}) {
		t.Fatalf("a new part has %d bytes and %+v", p.Size(), p.Validator())
	}
	write(t, p, "hello ")
	if err := p.SetValidator(someValidator); err != nil {
		t.Fatal(err)
	}
	// Not closed: a kill closes nothing either.
	again, err := OpenFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	p = openPart(t, again, "t123-video-0")
	if p.Size() != 6 || p.Validator() != someValidator {
		t.Errorf("after a restart: %d bytes, %+v", p.Size(), p.Validator())
	}
	write(t, p, "world")
	if got := content(t, p); got != "hello world" {
		t.Errorf("content = %q", got)
	}
}

func TestPart_ResetForgetsEverything(t *testing.T) {
	t.Parallel()
	f, _ := newFolder(t)
	p := openPart(t, f, "a")
	write(t, p, "old bytes")
	if err := errors.Join(p.SetValidator(someValidator), p.Reset()); err != nil {
		t.Fatal(err)
	}
	if p.Size() != 0 || p.Validator() != (Validator{}) {
		t.Errorf("after Reset: %d bytes, %+v", p.Size(), p.Validator())
	}
	write(t, p, "new")
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p = openPart(t, f, "a")
	if got := content(t, p); got != "new" || p.Validator() != (Validator{}) {
		t.Errorf("after another opening: %q, %+v", got, p.Validator())
	}
}

func TestPart_SideCarThatCannotBeReadCountsAsNone(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"empty": "", "broken": `{"url":"htt`,
		"negative": `{"etag":"\"e\"","total":-1}`,
		"huge":     strings.Repeat(" ", maxSideCar) + `{"total":1}`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, dir := newFolder(t)
			writeFile(t, dir+"/.parts/a.part", "bytes")
			writeFile(t, dir+"/.parts/a.json", text)
			if got := openPart(t, f, "a").Validator(); got != (Validator{}) {
				t.Errorf("Validator() = %+v", got)
			}
		})
	}
}

func TestPart_SideCarWithoutBytesIsVoid(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	writeFile(t, dir+"/.parts/a.json", `{"etag":"\"e\"","total":1}`)
	if got := openPart(t, f, "a").Validator(); got != (Validator{}) {
		t.Errorf("Validator() = %+v, want none: a commit was interrupted", got)
	}
}

func TestPart_HasOneWriter(t *testing.T) {
	t.Parallel()
	f, _ := newFolder(t)
	p := openPart(t, f, "a")
	if _, err := f.Part("a"); !errors.Is(err, ErrBusy) {
		t.Errorf("a second opening = %v, want ErrBusy", err)
	}
	openPart(t, f, "b")
	if err := errors.Join(p.Close(), p.Close()); err != nil {
		t.Fatal(err)
	}
	openPart(t, f, "a")
}

func TestPart_ClosedIsClosed(t *testing.T) {
	t.Parallel()
	f, _ := newFolder(t)
	p := openPart(t, f, "a")
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	_, writeErr := p.Write([]byte("x"))
	_, readErr := p.ReadAt(make([]byte, 1), 0)
	_, commitErr := f.Commit(p, Name{})
	for _, err := range []error{writeErr, readErr, commitErr, p.Reset(), p.SetValidator(Validator{})} {
		if !errors.Is(err, fs.ErrClosed) {
			t.Errorf("on a closed part: %v, want fs.ErrClosed", err)
		}
	}
}

func TestPart_RefusesOtherKeys(t *testing.T) {
	t.Parallel()
	f, _ := newFolder(t)
	for _, key := range []string{"", ".", "..", "../a", "a/b", "a.b", "A", "-a", "_a", "a b", "ä",
		"a\x00", strings.Repeat("a", maxKey+1)} {
		if _, err := f.Part(key); !errors.Is(err, ErrKey) {
			t.Errorf("Part(%q) = %v, want ErrKey", key, err)
		}
	}
	openPart(t, f, strings.Repeat("a", maxKey))
}

func TestFolder_PartKeysAndDiscard(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	a, b := openPart(t, f, "a"), openPart(t, f, "t1-last_frame-0")
	if err := a.SetValidator(someValidator); err != nil {
		t.Fatal(err)
	}
	keys, err := f.PartKeys()
	if err != nil || strings.Join(keys, " ") != "a t1-last_frame-0" {
		t.Errorf("PartKeys() = %v, %v", keys, err)
	}
	if err := errors.Join(a.Discard(), b.Discard(), a.Discard()); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir + "/.parts")
	if err != nil || len(left) != 0 {
		t.Errorf("Discard left %v, %v", left, err)
	}
}

func TestPart_StartsWriteBackOfLargeFiles(t *testing.T) {
	t.Parallel()
	f, _ := newFolder(t)
	p := openPart(t, f, "a")
	p.indirect = true // as where the file system takes no direct writes
	chunk := bytes.Repeat([]byte("0123456789abcdef"), 16<<10)
	for range 2*writeBackEvery/len(chunk) + 1 {
		write(t, p, string(chunk))
	}
	if p.started != 2*writeBackEvery {
		t.Errorf("write-back was started up to %d of %d bytes", p.started, p.size)
	}
	if got := content(t, p); got != strings.Repeat(string(chunk), 2*writeBackEvery/len(chunk)+1) {
		t.Error("the content differs")
	}
}

// TestPart_LargeBlocksGoPastTheCache writes what lies as the disk wants it and what does not, and
// goes on with a part that ends anywhere.
func TestPart_LargeBlocksGoPastTheCache(t *testing.T) {
	t.Parallel()
	f, _ := newFolder(t)
	p := openPart(t, f, "a")
	p.validator.Total = directTotal
	var want strings.Builder
	add := func(n int) {
		t.Helper()
		text := strings.Repeat(fmt.Sprintf("%07d ", want.Len()), n/8+1)[:n]
		want.WriteString(text)
		write(t, p, text)
	}
	for range directFrom / (256 << 10) {
		add(256 << 10)
	}
	if p.direct != nil {
		t.Error("the first megabyte is not in memory")
	}
	add(256 << 10)
	if p.direct == nil {
		t.Logf("the file system of %s has no direct writes", t.TempDir())
	}
	add(4 << 10)
	add(5)         // a tail
	add(256 << 10) // at an odd place
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p = openPart(t, f, "a")
	p.validator.Total = directTotal
	add(directAlign - int(p.size%directAlign))
	add(256 << 10)
	if got := content(t, p); got != want.String() {
		t.Errorf("%d bytes that are not the %d written", len(got), want.Len())
	}
	if err := errors.Join(p.Reset(), p.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestPart_ADirectWriteThatFails is done again the usual way.
func TestPart_ADirectWriteThatFails(t *testing.T) {
	t.Parallel()
	f, _ := newFolder(t)
	p := openPart(t, f, "a")
	p.validator.Total = directTotal
	block := strings.Repeat("0123456789abcdef", 16<<10)
	want := strings.Repeat(block, directFrom/len(block)+3)
	for range directFrom / len(block) {
		write(t, p, block)
	}
	broken, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	p.direct = broken // not for writing
	for range 3 {
		write(t, p, block)
	}
	if got := content(t, p); got != want || !p.indirect {
		t.Errorf("%d bytes of %d, indirect %t", len(got), len(want), p.indirect)
	}
}
