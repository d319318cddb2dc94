package web_test

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/testkit"
	"github.com/reelback/reelback/web"
)

func readAll(t *testing.T, res *http.Response) string {
	t.Helper()
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// mediaSite is a site with one saved video.
func mediaSite(t *testing.T) (s *site, link, etag string) {
	t.Helper()
	s = newSite(t)
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "veo-1"))
	s.saveAll()
	asset := must(s.store.FindTask(t.Context(), "kie", "veo-1")).Assets[0]
	return s, s.options.Links.Media(asset.Path), `"` + asset.SHA256 + `"`
}

func TestRangesOfAFile(t *testing.T) {
	t.Parallel()
	s, link, etag := mediaSite(t)
	clip := testkit.Clip(t)
	size := len(clip)
	from := func(first, last int) string { return fmt.Sprintf("bytes %d-%d/%d", first, last, size) }
	rng := func(wanted string, more ...string) []string {
		return append(more, "Range: "+wanted)
	}
	for name, tt := range map[string]struct {
		lines []string
		code  int
		want  []byte
		cover string // Content-Range
	}{
		"the whole":       {nil, 200, clip, ""},
		"the first two":   {rng("bytes=0-1"), 206, clip[:2], from(0, 1)},
		"open":            {rng("bytes=0-"), 206, clip, from(0, size-1)},
		"from the middle": {rng("bytes=100-"), 206, clip[100:], from(100, size-1)},
		"the last ten":    {rng("bytes=-10"), 206, clip[size-10:], from(size-10, size-1)},
		"more than all":   {rng("bytes=0-99999999"), 206, clip, from(0, size-1)},
		"past the end":    {rng("bytes=99999999-"), 416, nil, fmt.Sprintf("bytes */%d", size)},
		"nonsense":        {rng("bytes=b-a"), 416, nil, ""},
		"other units":     {rng("frames=0-1"), 200, clip, ""},
		"no unit":         {rng("0-1"), 200, clip, ""},
		"units in capitals": {rng("Bytes=0-1"), 206, clip[:2],
			fmt.Sprintf("bytes 0-1/%d", size)},
		"if unchanged":     {rng("bytes=0-1", "If-Range: "+etag), 206, clip[:2], from(0, 1)},
		"if changed":       {rng("bytes=0-1", `If-Range: "other"`), 200, clip, ""},
		"if not known":     {[]string{"If-None-Match: " + etag}, 304, nil, ""},
		"if other known":   {[]string{`If-None-Match: "other"`}, 200, clip, ""},
		"if it is this":    {[]string{"If-Match: " + etag}, 200, clip, ""},
		"if it is another": {[]string{`If-Match: "other"`}, 412, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := s.ask(http.MethodGet, link, "", tt.lines...)
			if w.Code != tt.code || w.Header().Get("Content-Range") != tt.cover {
				t.Errorf("%d, Content-Range %q, want %d, %q", w.Code,
					w.Header().Get("Content-Range"), tt.code, tt.cover)
			}
			if tt.code < 300 && !bytes.Equal(w.Body.Bytes(), tt.want) {
				t.Errorf("%d bytes that are not the %d wanted", w.Body.Len(), len(tt.want))
			}
			if tt.code >= 300 && bytes.Contains(w.Body.Bytes(), clip[:32]) {
				t.Error("the file comes with the refusal")
			}
			head := s.ask(http.MethodHead, link, "", tt.lines...)
			if head.Code != tt.code || tt.code < 300 && head.Body.Len() != 0 {
				t.Errorf("HEAD: %d with %d bytes", head.Code, head.Body.Len())
			}
		})
	}
}

func TestSeveralRangesAtOnce(t *testing.T) {
	t.Parallel()
	s, link, _ := mediaSite(t)
	w := s.ask(http.MethodGet, link, "", "Range: bytes=0-9,100-199,-5")
	_, params, err := mime.ParseMediaType(w.Header().Get("Content-Type"))
	if w.Code != http.StatusPartialContent || err != nil {
		t.Fatalf("%d %v", w.Code, err)
	}
	parts := multipart.NewReader(w.Body, params["boundary"])
	for _, size := range []int{10, 100, 5} {
		part, err := parts.NextPart()
		if err != nil {
			t.Fatal(err)
		}
		if body := must(io.ReadAll(part)); len(body) != size ||
			part.Header.Get("Content-Type") != "video/mp4" {
			t.Errorf("%d bytes of %s, want %d", len(body), part.Header.Get("Content-Type"), size)
		}
	}
}

func TestTheHeadersOfAFile(t *testing.T) {
	t.Parallel()
	s, link, etag := mediaSite(t)
	for target, want := range map[string]string{
		link:                 `inline; filename="veo3.1_generated_veo-1_0.mp4"`,
		link + "?download=1": `attachment; filename="veo3.1_generated_veo-1_0.mp4"`,
		link + "?download=":  `inline; filename="veo3.1_generated_veo-1_0.mp4"`,
	} {
		h := s.ask(http.MethodGet, target, "").Header()
		for name, want := range map[string]string{
			"Content-Disposition": want, "Content-Type": "video/mp4", "ETag": etag,
			"Accept-Ranges": "bytes", "X-Content-Type-Options": "nosniff",
			"Content-Security-Policy": "default-src 'none'; sandbox",
			"Content-Length":          fmt.Sprint(len(testkit.Clip(t))),
			"Cache-Control":           "private, max-age=86400", "Content-Encoding": "",
		} {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", target, name, got, want)
			}
		}
	}
}

// TestOnlyPicturesAndVideosAreShown saves files of many types and sees which a browser is told.
func TestOnlyPicturesAndVideosAreShown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	page := []byte("<script>alert(1)</script>")
	for kind, shown := range map[string]bool{
		"video/mp4": true, "video/webm": true, "video/quicktime": true, "image/png": true,
		"image/jpeg": true, "image/webp": true, "image/gif": true,
		"text/html": false, "image/svg+xml": false, "application/xhtml+xml": false, "": false,
		"text/javascript": false, "video/mp4; x=<script>": false, "application/pdf": false,
		"VIDEO/MP4": false,
	} {
		s.deliver("veo3.1", fmt.Sprintf(veoDone, "t-"+fmt.Sprintf("%x", kind)))
		c, _, _, err := s.store.ClaimAsset(t.Context(), time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		asset := s.save(c, page, kind)
		w := s.ask(http.MethodGet, s.options.Links.Media(asset.Path), "", browser)
		want := "application/octet-stream"
		if shown {
			want = kind
		}
		if got := w.Header().Get("Content-Type"); w.Code != 200 || got != want {
			t.Errorf("a file of the type %q comes as %d %q, want %q", kind, w.Code, got, want)
		}
		if policy := w.Header().Get("Content-Security-Policy"); !strings.HasSuffix(policy, "sandbox") {
			t.Errorf("%q: the policy is %q", kind, policy)
		}
	}
}

// TestNoPathLeavesTheSavedFiles asks for files that are there, but are no saved assets.
func TestNoPathLeavesTheSavedFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	folder := must(media.OpenFolder(filepath.Join(dir, "media")))
	defer func() { _ = folder.Close() }()
	s := newSite(t, func(o *web.Options) { o.Files = folder })
	part := must(folder.Part("half"))
	_ = must(part.Write([]byte("secret")))
	defer func() { _ = part.Close() }()
	for _, name := range []string{"reelback.db", "media/loose.mp4"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{"loose.mp4", "../reelback.db", "..%2freelback.db",
		"%2e%2e/reelback.db", "%2e%2e%2freelback.db", "..%5creelback.db", "x/../../reelback.db",
		".parts/half.part", "%2eparts/half.part", ".PARTS/half.part", "/etc/passwd",
		"%2fetc%2fpasswd", "loose.mp4%00", "loose.mp4%00.png", "", ".", "%", "....//reelback.db",
		dir + "/reelback.db", "%c0%ae%c0%ae/reelback.db", strings.Repeat("a/", 4000)} {
		r := newRequest(http.MethodGet, "/media/x", "", browser)
		r.URL.Path, r.URL.RawPath = "/media/"+path, ""
		if u, err := r.URL.Parse("/media/" + path); err == nil && strings.Contains(path, "%") {
			r.URL.Path, r.URL.RawPath = u.Path, u.RawPath
		}
		w := httptest.NewRecorder()
		s.server.ServeHTTP(w, r)
		if w.Code != http.StatusNotFound || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%.40q: %d", path, w.Code)
		}
	}
}

// TestAFileThatIsGone has the database know what the disk has lost.
func TestAFileThatIsGone(t *testing.T) {
	t.Parallel()
	s, link, _ := mediaSite(t)
	if err := s.folder.Remove(strings.TrimPrefix(link, "/media/")); err != nil {
		t.Fatal(err)
	}
	for accept, kind := range map[string]string{browser: htmlType, "Accept: */*": problemType} {
		w := s.ask(http.MethodGet, link+"?download=1", "", accept)
		h := w.Header()
		if w.Code != http.StatusNotFound || h.Get("Content-Type") != kind || h.Get("ETag") != "" ||
			h.Get("Content-Disposition") != "" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("%d %v", w.Code, h)
		}
	}
}
