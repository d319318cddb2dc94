package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

// TestTheAPISaysWhatOfAQueryIsWrong holds for every parameter that can be wrong, and nothing more.
func TestTheAPISaysWhatOfAQueryIsWrong(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.fill()
	if _, _, err := s.store.Register(t.Context(), task.Registration{Provider: "kie",
		Product: "of-tomorrow", TaskID: "new-1"}); err != nil {
		t.Fatal(err)
	}
	for target, want := range map[string]string{ // a part of the detail, empty where all is well
		"tasks?limit=ten":                      "number from 1 to 500",
		"tasks?limit=1.5":                      "number from 1 to 500",
		"tasks?limit=0":                        "number from 1 to 500",
		"tasks?limit=501":                      "",
		"tasks?limit=99999999999999999999":     "",
		"tasks?limit=":                         "",
		"tasks?status=done":                    "partly_saved",
		"tasks?status=saved,done":              "\"done\"",
		"tasks?status=":                        "",
		"tasks?category=likenes":               "likeness",
		"tasks?fallback=maybe":                 "unknown",
		"tasks?product=veo":                    "veo3.1",
		"tasks?product=veo3.1,runwy":           "\"runwy\"",
		"tasks?product=aleph":                  "",
		"tasks?product=of-tomorrow":            "",
		"tasks?product=of-yesterday":           "of-tomorrow",
		"tasks?cursor=5":                       "next_cursor",
		"tasks?cursor=AAAAAAAAAAA":             "next_cursor",
		"tasks?cursor=":                        "",
		"tasks?from=yesterday":                 "YYYY-MM-DD",
		"tasks?to=21.11.2026":                  "RFC 3339",
		"tasks?from=2026-11-22&to=2026-11-20":  "not before",
		"tasks?from=2026-11-22&to=2026-11-22":  "",
		"tasks?status=%zz":                     "cannot be read",
		"tasks?status=failed;q=a":              "cannot be read",
		"tasks?page=3&sort=x&status=failed":    "",
		"tasks?resolution=8k&q=%F0%9F%A6%86":   "",
		"deliveries?limit=many":                "number from 1 to 500",
		"deliveries?limit=900":                 "",
		"deliveries?outcome=fine":              "not_understood",
		"deliveries?cursor=!":                  "next_cursor",
		"deliveries?to=x":                      "RFC 3339",
		"deliveries?from=2027&to=2026":         "YYYY-MM-DD",
		"deliveries?task_id=%":                 "cannot be read",
		"deliveries?source=nobody&outcomes=no": "",
	} {
		w := s.ask(http.MethodGet, "/api/v1/"+target, "")
		if want == "" {
			if w.Code != http.StatusOK {
				t.Errorf("%s: %d %s", target, w.Code, w.Body)
			}
			continue
		}
		var p struct {
			Status int
			Detail string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 400 || p.Status != 400 ||
			w.Header().Get("Content-Type") != "application/problem+json" ||
			!strings.Contains(p.Detail, want) || !strings.HasSuffix(p.Detail, ".") {
			t.Errorf("%s: %d %s, %q is wanted", target, w.Code, w.Body, want)
		}
	}
}
