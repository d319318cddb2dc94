package media

import (
	"errors"
	"testing"
)

// unsettled commits a part and lets the caller die before it can settle that.
func unsettled(t *testing.T, f *Folder, key, text string) (path string) {
	t.Helper()
	p := openPart(t, f, key)
	write(t, p, text)
	v := someValidator
	v.URL = "https://a/x"
	if err := p.SetValidator(v); err != nil {
		t.Fatal(err)
	}
	path, err := f.Commit(p, someName())
	if err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFolder_ReclaimMakesAWholeFileAPartAgain(t *testing.T) {
	t.Parallel()
	f, dir := newFolder(t)
	path := unsettled(t, f, "a", "video")
	if err := f.Reclaim("a", "https://a/x"); err != nil {
		t.Fatal(err)
	}
	p := openPart(t, f, "a")
	if v := p.Validator(); p.Size() != 5 || v.Total != 5 || v.ETag != someValidator.ETag {
		t.Errorf("the part has %d bytes, known is %+v", p.Size(), v)
	}
	if again, err := f.Commit(p, someName()); again != path || err != nil {
		t.Errorf("Commit() = %q, %v, want %q again", again, err, path)
	}
	if err := f.Settle("a"); err != nil {
		t.Fatal(err)
	}
	if files := tree(t, dir); len(files) != 1 || files[path] != "video" {
		t.Errorf("on disk: %v", files)
	}
}

func TestFolder_ReclaimLeavesWhatIsNotItsOwn(t *testing.T) {
	t.Parallel()
	tests := map[string]func(f *Folder, dir, path string){
		"settled":     func(f *Folder, _, _ string) { _ = f.Settle("a") },
		"no note":     func(_ *Folder, dir, _ string) { writeFile(t, dir+"/.parts/a.json", "{}") },
		"other bytes": func(_ *Folder, dir, path string) { writeFile(t, dir+"/"+path, "longer video") },
		"a path outside": func(_ *Folder, dir, _ string) {
			writeFile(t, dir+"/.parts/a.json", `{"url":"https://a/x","total":5,"final":"../x"}`)
		},
		"a new part": func(_ *Folder, dir, _ string) { writeFile(t, dir+"/.parts/a.part", "new") },
	}
	for name, change := range tests {
		f, dir := newFolder(t)
		path := unsettled(t, f, "a", "video")
		change(f, dir, path)
		if err := f.Reclaim("a", "https://a/x"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if files := tree(t, dir); files[path] == "" {
			t.Errorf("%s: the file is gone: %v", name, files)
		}
	}
	f, dir := newFolder(t)
	path := unsettled(t, f, "a", "video")
	if err := f.Reclaim("a", "https://a/another"); err != nil || tree(t, dir)[path] == "" {
		t.Errorf("of another link: %v, %v", err, tree(t, dir))
	}
	for _, fn := range []func() error{func() error { return f.Settle("..") },
		func() error { return f.Reclaim("..", "x") }} {
		if err := fn(); !errors.Is(err, ErrKey) {
			t.Errorf("of no key: %v", err)
		}
	}
	_ = openPart(t, f, "b")
	if err := errors.Join(f.Settle("b"), f.Reclaim("b", "x")); !errors.Is(err, ErrBusy) {
		t.Errorf("of a part in use: %v", err)
	}
}
