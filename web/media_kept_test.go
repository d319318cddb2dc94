package web_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/web"
)

// keptFiles is as far away as it is told, and notes what is reported.
type keptFiles struct {
	mu       sync.Mutex
	away     task.Away
	reported []string
	believed bool
}

func (k *keptFiles) Report(path string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.reported = append(k.reported, path)
}

func (k *keptFiles) Away() task.Away {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.away
}

func (k *keptFiles) Believe() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.believed = true
	return nil
}

func newKeptSite(t *testing.T) (*site, *keptFiles) {
	t.Helper()
	k := new(keptFiles)
	s := newSite(t, func(o *web.Options) { o.Kept = k })
	s.fill()
	s.saveAll()
	return s, k
}

func TestASavedFileThatIsGoneIsReported(t *testing.T) {
	t.Parallel()
	s, k := newKeptSite(t)
	path := s.firstFile()
	local, err := s.folder.LocalPath(path)
	if err != nil {
		t.Fatal(err)
	}
	if w := s.ask(http.MethodGet, "/media/"+path, ""); w.Code != http.StatusOK || k.reported != nil {
		t.Fatalf("there it is %d; reported %q", w.Code, k.reported)
	}
	if err := os.Remove(local); err != nil {
		t.Fatal(err)
	}
	if w := s.ask(http.MethodGet, "/media/"+path, ""); w.Code != http.StatusNotFound {
		t.Errorf("gone it is %d", w.Code)
	}
	if !slices.Equal(k.reported, []string{path}) {
		t.Errorf("reported: %q", k.reported)
	}
	if w := s.ask(http.MethodGet, "/media/none.mp4", ""); w.Code != http.StatusNotFound ||
		len(k.reported) != 1 {
		t.Errorf("what nobody saved is %d, reported %q", w.Code, k.reported)
	}
}

func TestASavedFileThatIsCutIsReported(t *testing.T) {
	t.Parallel()
	s, k := newKeptSite(t)
	path := s.firstFile()
	local, err := s.folder.LocalPath(path)
	if err == nil {
		err = os.Truncate(local, 3)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.ask(http.MethodGet, "/media/"+path, "")
	if !slices.Equal(k.reported, []string{path}) {
		t.Errorf("reported: %q", k.reported)
	}
}

func TestWhileTheMediaFolderIsAway(t *testing.T) {
	t.Parallel()
	s, k := newKeptSite(t)
	path := s.firstFile()
	if local, err := s.folder.LocalPath(path); err != nil || os.Remove(local) != nil {
		t.Fatal(err)
	}
	for _, away := range []task.Away{task.Absent, task.Emptied} {
		k.away = away
		ready := s.ask(http.MethodGet, "/readyz", "")
		if answer := decode(t, ready); ready.Code != http.StatusServiceUnavailable ||
			answer["reason"] != "media_"+string(away) || answer["detail"] != away.Sentence() {
			t.Errorf("%s: %d %v", away, ready.Code, answer)
		}
		if w := s.ask(http.MethodGet, "/media/"+path, ""); w.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: its files are %d", away, w.Code)
		}
		for lang, word := range map[string]string{"en": "goes on by itself", "zh-CN": "自动继续"} {
			if page := s.get("/tasks?lang=" + lang); !strings.Contains(page, word) {
				t.Errorf("%s, %s: the page does not say so", away, lang)
			}
		}
	}
	if log := s.log.String(); strings.Contains(log, "level=ERROR") {
		t.Errorf("there is an error for every answer:\n%s", log)
	}
	k.away = task.NotAway
	if w := s.ask(http.MethodGet, "/readyz", ""); w.Code != http.StatusOK {
		t.Errorf("back it is %d", w.Code)
	}
}

// firstFile is the path of the first file that is saved.
func (s *site) firstFile() string {
	s.t.Helper()
	files, err := s.store.KeptFiles(s.t.Context(), "", 1)
	if err != nil || len(files) == 0 {
		s.t.Fatalf("nothing is saved: %v", err)
	}
	return files[0].Path
}
