package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/web"
)

func TestLostFilesAreCountedAndExplained(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	s.failAll()
	page := s.get("/tasks/lost?lang=en")
	for _, text := range []string{"1 file is lost", "Given up: no", "Only the provider can say why"} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q:\n%s", text, page)
		}
	}
}

func TestAllLostFilesAreRetried(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body string
		to   string
		wake int32
	}{
		"all":            {"", "/tasks/lost?retried=2", 1},
		"one reason":     {"reason=no", "/tasks/lost?retried=2", 1},
		"another reason": {"reason=other", "/tasks/lost?retried=0", 0},
	} {
		s := newSite(t)
		s.deliver("veo3.1", twoFiles)
		s.failAll()
		w := s.ask(http.MethodPost, "/tasks/lost/retry", tt.body, browser, form)
		if to := w.Header().Get("Location"); w.Code != http.StatusSeeOther || to != tt.to {
			t.Errorf("%s: %d, it leads to %q", name, w.Code, to)
		}
		o := must(s.store.Overview(t.Context(), noon()))
		if n := s.wakes.Load(); n != tt.wake || (o.Lost == 0) != (tt.wake == 1) {
			t.Errorf("%s: %d wakes, %d lost", name, n, o.Lost)
		}
		entries, _, err := s.store.ListAudit(t.Context(), auth.AuditFilter{}, task.Page{Limit: 9})
		if err != nil || len(entries) != int(tt.wake) {
			t.Fatalf("%s: the trail has %+v, %v", name, entries, err)
		}
		if len(entries) > 0 && (entries[0].Action != auth.ActRetryLost || entries[0].Detail != "2") {
			t.Errorf("%s: the trail says %+v", name, entries[0])
		}
	}
}

func TestFilesAreSaidToBeGoneForGood(t *testing.T) {
	t.Parallel()
	k := new(keptFiles)
	s := newSite(t, func(o *web.Options) { o.Kept = k })
	ask := func() {
		t.Helper()
		w := s.ask(http.MethodPost, "/tasks/lost/believe", "", browser, form)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/tasks/lost" {
			t.Errorf("%d, it leads to %q", w.Code, w.Header().Get("Location"))
		}
	}
	if ask(); k.believed {
		t.Error("files that are there count as gone")
	}
	k.away = task.Emptied
	if ask(); !k.believed {
		t.Error("it is not believed")
	}
	entries, _, err := s.store.ListAudit(t.Context(), auth.AuditFilter{}, task.Page{Limit: 9})
	if err != nil || len(entries) != 1 || entries[0].Action != auth.ActFilesGone {
		t.Errorf("the trail has %+v, %v", entries, err)
	}
}
