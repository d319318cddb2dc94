package web_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/web"
)

// writes is in the trouble it is told.
type writes struct {
	mu      sync.Mutex
	trouble task.Trouble
	noted   []error
}

func (w *writes) Note(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.noted = append(w.noted, err)
}

func (w *writes) Trouble() task.Trouble {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.trouble
}

func TestEveryTroubleIsToldToMachinesAndPeople(t *testing.T) {
	t.Parallel()
	w := new(writes)
	s := newSite(t, func(o *web.Options) { o.Writes = w })
	for _, trouble := range append(task.Troubles(), task.NoTrouble) {
		w.trouble = trouble
		ready := s.ask(http.MethodGet, "/readyz", "")
		if trouble == task.NoTrouble {
			if page := s.get("/tasks"); ready.Code != http.StatusOK || strings.Contains(page, "503") {
				t.Errorf("without trouble: %d, %s", ready.Code, page)
			}
			continue
		}
		answer := decode(t, ready)
		if ready.Code != http.StatusServiceUnavailable || answer["reason"] != string(trouble) ||
			answer["detail"] != trouble.Sentence() || ready.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d %v", trouble, ready.Code, answer)
		}
		for lang, word := range map[string]string{"en": "Nothing can be stored", "zh-CN": "无法保存"} {
			if page := s.get("/tasks?lang=" + lang); !strings.Contains(page, word) {
				t.Errorf("%s, %s: the page does not say so", trouble, lang)
			}
		}
	}
	if log := s.log.String(); strings.Contains(log, "level=ERROR") {
		t.Errorf("there is an error for every answer:\n%s", log)
	}
}
