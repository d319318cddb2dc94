package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

// small is a tree with one file of each kind.
func small() fstest.MapFS {
	tree := fstest.MapFS{
		"img/mark.svg": {Data: []byte("<svg/>")},
		"js/main.js":   {Data: []byte("import './other.js';" + strings.Repeat(" ", 200))},
		"js/other.js":  {Data: []byte("export {};")},
	}
	for _, name := range sheets() {
		tree["css/"+name] = &fstest.MapFile{Data: []byte("/* " + name + " */\n")}
	}
	tree["css/tokens.css"].Data = []byte(`a { mask: url("../img/mark.svg"); }` + "\n")
	return tree
}

func readSmall(t *testing.T) *Files {
	t.Helper()
	files, err := read(small())
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// get asks the handler for a path.
func get(files *Files, method, path string, header ...string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	files.Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestName_CarriesTheHashOfTheContent(t *testing.T) {
	t.Parallel()
	files := readSmall(t)
	changed := small()
	changed["js/other.js"].Data = []byte("export const a = 1;")
	changed["css/edge.css"].Data = []byte("b {}")
	changed["img/mark.svg"].Data = []byte("<svg></svg>")
	other, err := read(changed)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"app.css", "js/main.js", "img/mark.svg"} {
		plain, hash := splitName(files.Name(name))
		if plain != name || !isHash(hash) {
			t.Errorf("Name(%q) = %q, which does not lead back to it", name, files.Name(name))
		}
		if files.Name(name) == other.Name(name) {
			t.Errorf("Name(%q) stays the same although the content changed", name)
		}
		if again := readSmall(t).Name(name); again != files.Name(name) {
			t.Errorf("Name(%q) = %q, then %q for the same content", name, files.Name(name), again)
		}
	}
}

func TestName_PanicsOnAnUnknownName(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("Name of an unknown file returned")
		}
	}()
	readSmall(t).Name("app.js")
}

func TestSheet_IsAllFilesInOrderWithResolvedAddresses(t *testing.T) {
	t.Parallel()
	files := readSmall(t)
	body := string(files.byName[Sheet].body)
	if !strings.Contains(body, `url("`+files.Name("img/mark.svg")+`")`) {
		t.Errorf("sheet does not name the hashed picture: %.60s", body)
	}
	if !strings.HasSuffix(body, "/* utilities.css */\n") {
		t.Error("utilities do not come last")
	}
}

func TestRead_FailsOnAPictureThatDoesNotExist(t *testing.T) {
	t.Parallel()
	tree := small()
	tree["css/edge.css"].Data = []byte("a { mask: url(../img/gone.svg) }")
	if _, err := read(tree); err == nil || !strings.Contains(err.Error(), "gone.svg") {
		t.Errorf("read = %v, want an error that names gone.svg", err)
	}
	delete(tree, "css/edge.css")
	if _, err := read(tree); err == nil {
		t.Error("read without a style sheet of the list succeeded")
	}
}

func TestHandler_CachesByHash(t *testing.T) {
	t.Parallel()
	files := readSmall(t)
	const stale, script = "0123456789", "text/javascript; charset=utf-8"
	tests := map[string]struct {
		path   string
		status int
		cache  string
		kind   string
	}{
		"the right hash":         {"/" + files.Name("app.css"), 200, forEver, "text/css; charset=utf-8"},
		"without a leading":      {"/" + files.Name("img/mark.svg"), 200, forEver, "image/svg+xml"},
		"a module":               {"/" + files.Name("js/other.js"), 200, forEver, script},
		"another hash":           {"/app." + stale + ".css", 200, "no-cache", "text/css; charset=utf-8"},
		"no hash":                {"/img/mark.svg", 200, "no-cache", "image/svg+xml"},
		"a module, another hash": {"/js." + stale + "/main.js", 200, "no-cache", script},
		"unknown":                {"/app." + stale + ".js", 404, "", "text/plain; charset=utf-8"},
		"a folder":               {"/img", 404, "", "text/plain; charset=utf-8"},
		"outside":                {"/../static.go", 404, "", "text/plain; charset=utf-8"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := get(files, http.MethodGet, test.path)
			if answer.StatusCode != test.status {
				t.Errorf("status %d, want %d", answer.StatusCode, test.status)
			}
			if got := answer.Header.Get("Cache-Control"); got != test.cache {
				t.Errorf("Cache-Control %q, want %q", got, test.cache)
			}
			if got := answer.Header.Get("Content-Type"); got != test.kind {
				t.Errorf("Content-Type %q, want %q", got, test.kind)
			}
			if got := answer.Header.Get("X-Content-Type-Options"); got != "nosniff" {
				t.Errorf("X-Content-Type-Options %q, want nosniff", got)
			}
		})
	}
}

func TestHandler_PacksForWhoTakesIt(t *testing.T) {
	t.Parallel()
	files := readSmall(t)
	path := "/" + files.Name("js/main.js")
	tests := map[string]bool{
		"gzip":              true,
		"br, gzip;q=0.5":    true,
		"*":                 true,
		"":                  false,
		"br":                false,
		"gzip;q=0, deflate": false,
	}
	for accepted, packed := range tests {
		t.Run(accepted, func(t *testing.T) {
			t.Parallel()
			answer := get(files, http.MethodGet, path, "Accept-Encoding", accepted)
			if got := answer.Header.Get("Content-Encoding") == "gzip"; got != packed {
				t.Errorf("packed %v, want %v", got, packed)
			}
			if answer.Header.Get("Vary") != "Accept-Encoding" {
				t.Error("the answer does not vary by Accept-Encoding")
			}
			if body := unpack(t, answer); !strings.HasPrefix(body, "import './other.js';") {
				t.Errorf("body is %.40q", body)
			}
		})
	}
}

// unpack reads a body as the content it stands for.
func unpack(t *testing.T, answer *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.Header.Get("Content-Encoding") != "gzip" {
		return string(body)
	}
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body, err = io.ReadAll(r); err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestHandler_KnowsWhatABrowserHas(t *testing.T) {
	t.Parallel()
	files := readSmall(t)
	path := "/" + files.Name("js/main.js")
	tag := get(files, http.MethodGet, path).Header.Get("ETag")
	packedTag := get(files, http.MethodGet, path, "Accept-Encoding", "gzip").Header.Get("ETag")
	if tag == "" || tag == packedTag {
		t.Errorf("tags %q and %q, want two different ones", tag, packedTag)
	}
	if got := get(files, http.MethodGet, path, "If-None-Match", tag).StatusCode; got != 304 {
		t.Errorf("status %d for the same tag, want 304", got)
	}
	if got := get(files, http.MethodHead, path); got.StatusCode != 200 {
		t.Errorf("status %d for HEAD, want 200", got.StatusCode)
	}
	if got := get(files, http.MethodPost, path); got.StatusCode != 405 {
		t.Errorf("status %d for POST, want 405", got.StatusCode)
	}
}
