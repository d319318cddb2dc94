package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/web"
)

// veoElsewhere is the success of veoDone with another link.
const veoElsewhere = `{"code":200,"data":{"taskId":"%s","fallbackFlag":false,
	"info":{"resultUrls":["https://other.example.com/b.mp4?sig=SECRET"]}}}`

// strand has a task whose only link is dead, and two deliveries more: a success with another link
// and a failure that came too late.
func (s *site) strand(id string) {
	s.t.Helper()
	s.deliver("veo3.1", fmt.Sprintf(veoDone, id))
	s.failAll()
	s.deliver("veo3.1", fmt.Sprintf(veoElsewhere, id))
	s.deliver("veo3.1", fmt.Sprintf(veoFailed, id))
}

func TestALostVideoCanBeSavedFromAnotherDelivery(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(o *web.Options) { o.Links = route.New("https://v.example.com/x") })
	s.strand("veo-1")
	const action = `action="/x/tasks/kie/veo-1/adopt/2"`
	for _, page := range []string{"/x/tasks/kie/veo-1", "/x/tasks/lost"} {
		html := s.get(page)
		for _, text := range []string{action, "Delivery #2 has other links", "other.example.com",
			`href="/x/deliveries/2"`, "look at the delivery first"} {
			if !strings.Contains(html, text) {
				t.Errorf("%s lacks %q", page, text)
			}
		}
		if strings.Contains(html, "/b.mp4?sig=SECRET") {
			t.Errorf("%s shows the secret of a link", page)
		}
	}
	w := s.ask(http.MethodPost, "/x/tasks/kie/veo-1/adopt/2", "", browser, form)
	if to := w.Header().Get("Location"); w.Code != 303 || to != "/x/tasks/kie/veo-1" {
		t.Fatalf("%d to %q", w.Code, to)
	}
	got := must(s.store.FindTask(t.Context(), "kie", "veo-1"))
	if got.Status != task.Saving || len(got.Assets) != 1 || s.wakes.Load() != 1 ||
		got.Assets[0].SourceURL != "https://other.example.com/b.mp4?sig=SECRET" {
		t.Errorf("%+v, %d wakes", got, s.wakes.Load())
	}
	html := s.get("/x/tasks/kie/veo-1")
	if strings.Contains(html, action) || !strings.Contains(html, "Video: to be saved from another") {
		t.Error("the page goes on to offer the links, or does not tell that they are used")
	}
	lines, _, err := s.store.ListAudit(t.Context(), auth.AuditFilter{Action: auth.ActAdopt},
		task.Page{Limit: 9})
	if err != nil || len(lines) != 1 || lines[0].Subject != "kie/veo-1" || lines[0].Detail != "#2" {
		t.Errorf("%+v, %v", lines, err)
	}
}

func TestOnlyWhatCouldHelpIsAdopted(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.strand("veo-1")
	s.strand("veo-2")
	for target, want := range map[string]int{
		"/tasks/kie/veo-1/adopt/1":   409, // the first success itself
		"/tasks/kie/veo-1/adopt/3":   409, // a failure
		"/tasks/kie/veo-1/adopt/5":   409, // of another task
		"/tasks/kie/veo-1/adopt/99":  409,
		"/tasks/kie/veo-1/adopt/two": 404,
		"/tasks/kie/nobody/adopt/2":  404,
	} {
		if w := s.ask(http.MethodPost, target, "", sameSite); w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "veo-3")) // whose own link is still tried
	s.deliver("veo3.1", fmt.Sprintf(veoElsewhere, "veo-3"))
	if strings.Contains(s.get("/tasks/kie/veo-3"), "has other links") {
		t.Error("other links are offered although those that came first may live")
	}
	if w := s.ask(http.MethodPost, "/tasks/kie/veo-3/adopt/8", "", sameSite); w.Code != 409 {
		t.Errorf("they are adopted: %d", w.Code)
	}
	for _, id := range []string{"veo-1", "veo-2", "veo-3"} {
		a := must(s.store.FindTask(t.Context(), "kie", id)).Assets[0]
		if a.SourceURL != "https://files.example.com/b.mp4" {
			t.Errorf("%s has %s", id, a.SourceURL)
		}
	}
}

func TestOnlyOperatorsAdopt(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t)
	s.addUser("vera", auth.Viewer)
	s.addUser("otto", auth.Operator)
	s.strand("veo-1")
	for _, page := range []string{"/tasks/kie/veo-1", "/tasks/lost"} {
		html := s.get(page, s.cookies["vera"])
		if !strings.Contains(html, "Delivery #2 has other links") || strings.Contains(html, "/adopt/") {
			t.Errorf("%s: a viewer is not told, or asked to act", page)
		}
	}
	const target = "/tasks/kie/veo-1/adopt/2"
	for name, want := range map[string]int{"": 401, "vera": 403} {
		if w := s.ask(http.MethodPost, target, "", sameSite, s.cookies[name]); w.Code != want {
			t.Errorf("%q: %d, want %d", name, w.Code, want)
		}
	}
	w := s.ask(http.MethodPost, target, "", "Sec-Fetch-Site: cross-site", s.cookies["otto"])
	if w.Code != 403 {
		t.Errorf("from another site: %d", w.Code)
	}
	if w = s.ask(http.MethodPost, target, "", sameSite, s.cookies["otto"]); w.Code != 303 {
		t.Errorf("an operator: %d %s", w.Code, w.Body)
	}
}
