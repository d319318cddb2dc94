package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/web"
)

// paste posts the form that registers tasks.
func (s *site) paste(fields url.Values) (status int, page string) {
	s.t.Helper()
	w := s.ask(http.MethodPost, "/tasks/register", fields.Encode(), browser, form)
	return w.Code, w.Body.String()
}

func TestRegisteringByForm(t *testing.T) {
	t.Parallel()
	var told []string
	s := newSite(t, func(o *web.Options) {
		o.Registered = func(t task.Task) { told = append(told, t.TaskID) }
	})
	s.deliver("veo3.1", fmt.Sprintf(veoFailed, "veo_task_000000000001"))
	status, page := s.paste(url.Values{"product": {"veo3.1"}, "labels": {"客户 7， autumn,autumn"},
		"ids": {"veo_task_000000000001, and {\"data\":{\"taskId\":\"e989621f54392584b05867f87b160672\"}}\r\n" +
			"task_id: " + strings.Repeat("9a", 200)}})
	if status != http.StatusOK {
		t.Fatalf("%d %s", status, page)
	}
	doc := parse(t, page)
	var links []string
	for _, n := range elements(doc, func(n *html.Node) bool {
		return n.Data == "a" && strings.HasPrefix(attr(n, "href"), "/tasks/kie/")
	}) {
		links = append(links, attr(n, "href"))
	}
	// The first line says which of its words is the id.
	if got := fmt.Sprint(links); got != "[/tasks/kie/e989621f54392584b05867f87b160672]" {
		t.Errorf("linked are %s", got)
	}
	for _, text := range []string{"1 new, 1 refused", "256 characters", `value="客户 7， autumn,autumn"`,
		`<option value="veo3.1" selected>`} {
		if !strings.Contains(page, text) {
			t.Errorf("the answer lacks %q", text)
		}
	}
	if area := elements(doc, func(n *html.Node) bool { return attr(n, "id") == "ids" })[0]; area.FirstChild != nil {
		t.Error("the ids that were registered are still in the field")
	}
	got := must(s.store.FindTask(t.Context(), "kie", "e989621f54392584b05867f87b160672"))
	if got.Status != task.Waiting || got.Product != "veo3.1" || fmt.Sprint(got.Labels) != "[autumn 客户 7]" {
		t.Errorf("registered is %+v", got)
	}
	status, page = s.paste(url.Values{"product": {"runway"}, "ids": {"veo_task_000000000001"}})
	if status != http.StatusOK || !strings.Contains(page, "1 known already") ||
		!strings.Contains(page, "a task of Veo 3.1") || !strings.Contains(page, `data-status="failed"`) {
		t.Errorf("a known one: %d %s", status, page)
	}
	if fmt.Sprint(told) != "[e989621f54392584b05867f87b160672 veo_task_000000000001]" {
		t.Errorf("told of %v", told)
	}
}

// TestAKnownIDIsTakenInAnyForm registers what callbacks and the API have named before, by ids that
// nobody would take for some.
func TestAKnownIDIsTakenInAnyForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.deliver("veo3.1", fmt.Sprintf(veoFailed, "t-1"))
	if _, _, err := s.store.Register(t.Context(), task.Registration{Provider: "kie",
		Product: "veo3.1", TaskID: "boat, the third"}); err != nil {
		t.Fatal(err)
	}
	for _, fields := range []url.Values{{"look": {"1"}},
		{"product": {"veo3.1"}, "labels": {"autumn"}}} {
		fields.Set("ids", "t-1\r\nboat, the third\r\ncat\r\ntask_id: dog")
		status, page := s.paste(fields)
		want := "2 known already"
		if fields.Has("look") {
			want = "3 ids recognised"
		}
		if status != http.StatusOK || !strings.Contains(page, want) ||
			!strings.Contains(page, "1 word was not taken") {
			t.Errorf("%v: %d without %q\n%s", fields, status, want, page)
		}
	}
	for id, want := range map[string]string{"t-1": "[autumn]", "boat, the third": "[autumn]",
		"dog": "[autumn]"} {
		if got := must(s.store.FindTask(t.Context(), "kie", id)); fmt.Sprint(got.Labels) != want {
			t.Errorf("%s has labels %v, want %s", id, got.Labels, want)
		}
	}
	if _, err := s.store.FindTask(t.Context(), "kie", "cat"); err == nil {
		t.Error("a word that is no id has become a task")
	}
}

func TestAFormThatCannotBeTakenRegistersNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const id = "veo_task_000000000001"
	var many strings.Builder
	for i := range 1001 {
		fmt.Fprintf(&many, "veo_task_%012d\n", i)
	}
	for name, c := range map[string]struct {
		fields url.Values
		status int
		want   string
	}{
		"nothing":           {url.Values{}, 422, "No task id was recognised"},
		"words":             {url.Values{"product": {"runway"}, "ids": {"my 3 videos, please"}}, 422, "my 3 videos, please</textarea>"},
		"cut short":         {url.Values{"product": {"runway"}, "ids": {"ee603959-debb-48d1"}}, 422, "has not the form of a task id"},
		"too many":          {url.Values{"product": {"runway"}, "ids": {many.String()}}, 422, "1,001 ids were recognised"},
		"no product":        {url.Values{"ids": {id}}, 422, "Choose the product"},
		"another product":   {url.Values{"ids": {id}, "product": {"<b>"}}, 422, "Choose the product"},
		"a long label":      {url.Values{"ids": {id}, "product": {"runway"}, "labels": {strings.Repeat("l", 201)}}, 422, "at most 200 bytes"},
		"two, one prompt":   {url.Values{"ids": {id + "1 " + id + "2"}, "product": {"runway"}, "prompt": {"a"}}, 422, "belongs to one task"},
		"a long prompt":     {url.Values{"ids": {id}, "product": {"runway"}, "prompt": {strings.Repeat("p", 33<<10)}}, 422, "longer than 32 KB"},
		"more than 1 MB":    {url.Values{"ids": {strings.Repeat(id+"\n", 60_000)}}, 413, "too much at once"},
		"only to look":      {url.Values{"ids": {id + "\n" + id + "2"}, "look": {"1"}}, 200, "2 ids recognised"},
		"nothing to see":    {url.Values{"ids": {"what?"}, "look": {"1"}}, 422, "No task id was recognised"},
		"the look, hostile": {url.Values{"ids": {hostile + "\n" + id}, "look": {"1"}}, 200, "1 id recognised"},
	} {
		status, page := s.paste(c.fields)
		if status != c.status || !strings.Contains(page, c.want) {
			t.Errorf("%s: %d, want %d and %q in\n%.3000s", name, status, c.status, c.want, page)
		}
		checkHarmless(t, name, page)
	}
	if n, _, err := s.store.CountTasks(t.Context(), task.Filter{}); err != nil || len(n) != 0 {
		t.Errorf("there are tasks: %v, %v", n, err)
	}
}

func TestRegisteringWarnsOfWhatTheProviderRefuses(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.HasAPIKey = true })
	status, page := s.paste(url.Values{"ids": {"veo_task_000000000001"}, "product": {"veo3.1"},
		"prompt": {strings.Repeat("雪", 2049)}, "aspect_ratio": {"9:16"}, "fallback": {"1"}})
	for _, text := range []string{"2,048", "English", "16:9 only", "the provider is asked"} {
		if status != http.StatusOK || !strings.Contains(page, text) {
			t.Errorf("%d, without %q", status, text)
		}
	}
}

func TestAnotherSiteCannotRegister(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	w := s.ask(http.MethodPost, "/tasks/register", "product=runway&ids=veo_task_000000000001", browser,
		form, "Origin: https://evil.example.com", "Sec-Fetch-Site: cross-site")
	if w.Code != http.StatusForbidden {
		t.Errorf("%d", w.Code)
	}
}

func TestPagesLeadToTheForm(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, page := range []string{"/tasks", "/setup"} {
		if !strings.Contains(s.get(page), `href="/tasks/register"`) {
			t.Errorf("%s does not lead there", page)
		}
	}
}
