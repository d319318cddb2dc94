package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/auth"
)

// TestWhatIsWrongWithARegistrationIsSaidInItsOwnWords sends values of the wrong kind: the answer
// names the member and what it wants, and no types of the program.
func TestWhatIsWrongWithARegistrationIsSaidInItsOwnWords(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	err := s.store.AddAPIToken(t.Context(), "test", "rb_test", auth.ScopeRegister)
	if err != nil {
		t.Fatal(err)
	}
	const known = `"provider":"kie","product":"veo3.1","task_id":"t-1"`
	for body, want := range map[string]string{
		`{` + known + `,"prompt":7}`:                                   "prompt has to be a text, not a number",
		`{` + known + `,"prompt":{"a":1}}`:                             "prompt has to be a text, not an object",
		`{` + known + `,"task_id":[]}`:                                 "task_id has to be a text, not a list",
		`{` + known + `,"labels":"a"}`:                                 "labels has to be a list of texts; there is a text",
		`{` + known + `,"labels":["a",1e300]}`:                         "labels has to be a list of texts; there is a number",
		`{` + known + `,"enable_fallback":"yes"}`:                      "enable_fallback has to be true or false, not a text",
		`{"provider":"kie","product":"veo3.1"}`:                        `"The task_id is missing: give one."`,
		`{` + known + `,"Prompt":"a"}`:                                 `unknown field \"Prompt\"`,
		`{` + known + `,"label\u017f":["a"]}`:                          `unknown field \"labelſ\"`,
		`{` + known + `,"Task_ID":"t-2"}`:                              `unknown field \"Task_ID\"`,
		`{` + known + `,"task_id":"t-1"}`:                              "task_id is given twice",
		`{` + known + `,"task\u005fid":"t-2"}`:                         "task_id is given twice",
		`{` + known + `,"labels":[],"prompt":"a","labels":["labels"]}`: "labels is given twice",
		`null`:                        "it has to be one object, not null",
		`[1]`:                         "it has to be one object, not a list",
		`true`:                        "it has to be one object, not true or false",
		`{` + known + `,"promt":"a"}`: `unknown field`,
		`{` + known + `,"aspect_ratio":false,"a":1}`: "aspect_ratio has to be a text, not true or false",
	} {
		w := s.ask(http.MethodPost, "/api/v1/tasks", body, "Authorization: Bearer rb_test")
		got := w.Body.String()
		if w.Code != http.StatusBadRequest || !strings.Contains(got, want) ||
			strings.Contains(got, "Go ") || strings.Contains(got, "JSON") {
			t.Errorf("%s: %d %s", body, w.Code, got)
		}
	}
}

func TestARegistrationHasABound(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if err := s.store.AddAPIToken(t.Context(), "test", "rb_test", auth.ScopeRegister); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		body   string
		status int
		want   string
	}{
		{"", 400, "empty"},
		{" \n", 400, "empty"},
		{`{"prompt":"`, 400, "unexpected EOF"},
		{`{"prompt":"` + strings.Repeat("a", 64<<10) + `"}`, 413, "longer than 64 KiB"},
	} {
		w := s.ask(http.MethodPost, "/api/v1/tasks", c.body, "Authorization: Bearer rb_test")
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%.20q: %d %s", c.body, w.Code, w.Body)
		}
	}
}

// TestSpaceAroundAnIDIsNoneOfIt registers an id as it was copied, and lets its callback come so, too.
func TestSpaceAroundAnIDIsNoneOfIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	err := s.store.AddAPIToken(t.Context(), "test", "rb_test", auth.ScopeRegister)
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string]int{
		`{"provider":"kie","product":"veo3.1","task_id":" t-1\n","parent_task_id":"\tp-1 "}`: 201,
		`{"provider":"kie","product":"veo3.1","task_id":" \t"}`:                              400,
	} {
		w := s.ask(http.MethodPost, "/api/v1/tasks", body, "Authorization: Bearer rb_test")
		if w.Code != want {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	s.deliver("veo3.1", fmt.Sprintf(veoDone, `\u00a0t-1 `))
	got := must(s.store.FindTask(t.Context(), "kie", "t-1"))
	if got.ParentTaskID != "p-1" || got.Deliveries != 1 || got.RegisteredAt.IsZero() {
		t.Errorf("%+v", got)
	}
}

// TestAnotherProductIsWarnedOf registers a task again as another product's, which it does not become.
func TestAnotherProductIsWarnedOf(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	if err := s.store.AddAPIToken(t.Context(), "test", "rb_test", auth.ScopeRegister); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ product, warnings string }{
		{"veo3.1", `"warnings":[]`},
		{"runway", `"warnings":["other_product"]`},
		{"veo3.1", `"warnings":[]`},
	} {
		w := s.ask(http.MethodPost, "/api/v1/tasks", `{"provider":"kie","product":"`+step.product+
			`","task_id":"t-1"}`, "Authorization: Bearer rb_test")
		for _, want := range []string{step.warnings, `"product":"veo3.1"`} {
			if got := w.Body.String(); !strings.Contains(got, want) {
				t.Errorf("as %s: no %s in %s", step.product, want, got)
			}
		}
	}
}
