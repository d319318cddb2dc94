// Package static holds what pages are dressed in: style sheets, scripts and drawings. It reads
// them once, joins the style sheets, names every file after its content and compresses it, so
// that a browser may keep a file for ever. It knows no page and no URL above its own names.
package static

import (
	"bytes"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// Sheet is the name of the style sheet that all files in css are joined to.
const Sheet = "app.css"

// Files are the files of a release. The value never changes and is safe for concurrent use.
type Files struct {
	byName map[string]*file
}

// file is one file as it is served.
type file struct {
	served string // the name with its hash: "app.3fa9c1d25e.css"
	hash   string
	kind   string // the media type
	body   []byte
	packed []byte // gzip; nil where it would not be smaller
}

// New reads the files of the program.
func New() (*Files, error) { return read(source()) }

// read builds the files from a tree with the folders css, js and img.
func read(tree fs.FS) (*Files, error) {
	f := &Files{byName: map[string]*file{}}
	for _, step := range []func(fs.FS) error{f.addImages, f.addScripts, f.addSheet} {
		if err := step(tree); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// Name returns the name under which a file is served: "app.css" gives "app.3fa9c1d25e.css",
// "js/main.js" gives "js.0c2f55ab10/main.js". It panics on a name that does not exist, which is
// a mistake in the program that the first test of the page finds.
func (f *Files) Name(name string) string {
	found, ok := f.byName[name]
	if !ok {
		panic(fmt.Sprintf("static: no file named %q", name))
	}
	return found.served
}

// Names lists the plain name of every file, in no particular order.
func (f *Files) Names() []string {
	names := make([]string, 0, len(f.byName))
	for name := range f.byName {
		names = append(names, name)
	}
	return names
}

// Handler serves the files; the path it sees is a served name, with or without a slash before.
func (f *Files) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		files := f
		if fromDisk {
			fresh, err := New()
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			files = fresh
		}
		files.serve(w, r)
	})
}

// addImages adds every drawing under its own name and hash.
func (f *Files) addImages(tree fs.FS) error {
	return eachFile(tree, "img", func(name string, body []byte) {
		hash := sum(body)
		extension := path.Ext(name)
		f.add(name, strings.TrimSuffix(name, extension)+"."+hash+extension, hash, body)
	})
}

// addScripts adds the modules in one folder named after all of them together. Modules import
// one another by relative names, and so a page never mixes modules of two releases.
func (f *Files) addScripts(tree fs.FS) error {
	var all bytes.Buffer
	modules := map[string][]byte{}
	err := eachFile(tree, "js", func(name string, body []byte) {
		fmt.Fprintf(&all, "%s %d\n%s", name, len(body), body)
		modules[name] = body
	})
	hash := sum(all.Bytes())
	for name, body := range modules {
		f.add(name, "js."+hash+strings.TrimPrefix(name, "js"), hash, body)
	}
	return err
}

// addSheet joins the style sheets and points their url() at the hashed names.
func (f *Files) addSheet(tree fs.FS) error {
	var all bytes.Buffer
	for _, name := range sheets() {
		body, err := fs.ReadFile(tree, "css/"+name)
		if err != nil {
			return fmt.Errorf("read style sheet: %w", err)
		}
		all.Write(body)
	}
	body, err := f.resolveURLs(all.Bytes())
	if err != nil {
		return err
	}
	hash := sum(body)
	extension := path.Ext(Sheet)
	f.add(Sheet, strings.TrimSuffix(Sheet, extension)+"."+hash+extension, hash, body)
	return nil
}

// add keeps a file with everything an answer needs.
func (f *Files) add(name, served, hash string, body []byte) {
	f.byName[name] = &file{
		served: served,
		hash:   hash,
		kind:   mediaType(name),
		body:   body,
		packed: pack(body),
	}
}

// eachFile hands every file below folder to use, in order of name.
func eachFile(tree fs.FS, folder string, use func(name string, body []byte)) error {
	return fs.WalkDir(tree, folder, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(tree, name)
		if err != nil {
			return fmt.Errorf("read static file: %w", err)
		}
		use(name, body)
		return nil
	})
}
