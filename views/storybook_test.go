package views

import (
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/static"
)

// story is one page in one state, drawn for eyes.
type story struct {
	name string // of the file, without language and theme
	path string // of the page, as its frame knows it
	nav  string
	page func(f Frame) templ.Component
}

// stories lists every page in every state worth looking at.
func stories() []story {
	return slices.Concat(frontStories(), pageStories(), lossStories(), doorStories(),
		settingsStories(), diskStories(), lostStories())
}

// storyNow is the moment all stories are told at.
func storyNow() time.Time { return time.Date(2026, 11, 21, 14, 41, 30, 0, time.UTC) }

// Reading the catalogues and packing the assets takes longer than most tests do.
var (
	catalogue   = sync.OnceValues(i18n.Load)
	staticFiles = sync.OnceValues(static.New)
)

// shared are the catalogues and the assets, which no test changes.
func shared(t *testing.T) (*i18n.Catalogue, *static.Files) {
	t.Helper()
	texts, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	files, err := staticFiles()
	if err != nil {
		t.Fatal(err)
	}
	return texts, files
}

// storyFrame is the frame of a story.
func storyFrame(t *testing.T, lang, theme string) Frame {
	t.Helper()
	texts, files := shared(t)
	now := storyNow()
	return Frame{
		T: texts.Printer(lang), Link: route.New(""), Files: files, Now: now, Zone: time.UTC,
		Theme: theme, Query: url.Values{},
		Strip: Strip{Saved: 1284, Open: 3, Soon: 2, SoonestAt: now.Add(31*time.Hour + time.Minute),
			LastDeliveryAt: now.Add(-12 * time.Second), DiskFree: 412e9},
	}
}

// TestStorybook draws every story in both languages and themes. With REELBACK_STORYBOOK set to a
// folder it writes them there with their assets; serve that folder to look at them. Pictures and
// clips are taken from its subfolder media, which is left alone.
func TestStorybook(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("REELBACK_STORYBOOK")
	if folder != "" {
		copyStatic(t, storyFrame(t, i18n.English, "").Files, filepath.Join(folder, "static"))
	}
	for _, lang := range i18n.Languages() {
		frame := storyFrame(t, lang, "")
		for _, s := range stories() {
			for _, theme := range []string{"light", "dark"} {
				name := strings.Join([]string{s.name, lang, theme, "html"}, ".")
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					html := drawStory(t, s, theme, frame)
					checkPage(t, html)
					if folder != "" {
						write(t, filepath.Join(folder, name), html)
					}
				})
			}
		}
	}
}

// drawStory renders a story.
func drawStory(t *testing.T, s story, theme string, f Frame) string {
	t.Helper()
	f.Path, f.Current, f.Theme = s.path, s.nav, theme
	var page strings.Builder
	if err := s.page(f).Render(t.Context(), &page); err != nil {
		t.Fatal(err)
	}
	return page.String()
}

// checkPage holds what is true of every page: nothing a strict policy would block, no message
// that is missing from the catalogue, one heading of the first rank.
func checkPage(t *testing.T, html string) {
	t.Helper()
	for _, banned := range []string{" style=", "<style", "javascript:", "data:image", " onclick=",
		" onload=", " onerror=", "<no value>", "%!"} {
		if strings.Contains(html, banned) {
			t.Errorf("page contains %q", banned)
		}
	}
	if n := strings.Count(html, "<h1"); n != 1 {
		t.Errorf("page has %d headings of the first rank, want 1", n)
	}
	seen := map[string]bool{}
	for _, rest := range strings.Split(html, ` id="`)[1:] {
		id, _, _ := strings.Cut(rest, `"`)
		if seen[id] {
			t.Errorf("page has two elements with the id %q", id)
		}
		seen[id] = true
	}
	if at := strings.Index(html, "<script"); at >= 0 && !strings.Contains(html[at:], "></script>") {
		t.Error("page has an inline script")
	}
}

// copyStatic writes every file under its served name.
func copyStatic(t *testing.T, files *static.Files, folder string) {
	t.Helper()
	for _, name := range files.Names() {
		served := files.Name(name)
		answer := httptest.NewRecorder()
		files.Handler().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/"+served, nil))
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(folder, filepath.FromSlash(served)), string(body))
	}
}

// write writes a file and the folders above it.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), fs.ModePerm); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
