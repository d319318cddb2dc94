package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/testkit"
	"github.com/reelback/reelback/internal/work"
	"github.com/reelback/reelback/web"
)

// cinema is a site with a task, veo-1, whose video is saved and which has no cover.
func cinema(t *testing.T, change ...func(*web.Options)) *site {
	t.Helper()
	s := newSite(t, change...)
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "veo-1"))
	s.saveAll()
	return s
}

func (s *site) made(taskID string) task.MadeCover {
	s.t.Helper()
	return must(s.store.FindTask(s.t.Context(), "kie", taskID)).Made
}

const sameSite = "Sec-Fetch-Site: same-origin"

func TestAPictureBecomesTheCover(t *testing.T) {
	t.Parallel()
	s := cinema(t)
	picture := string(testkit.Cover(t))
	if page := s.get("/"); !strings.Contains(page, `data-cover="/tasks/kie/veo-1/cover"`) {
		t.Error("the gallery asks for none")
	}
	var answers []string
	for range 2 { // the second one changes nothing
		w := s.ask(http.MethodPost, "/tasks/kie/veo-1/cover", picture, sameSite)
		if w.Code != http.StatusOK {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		answers = append(answers, w.Body.String())
	}
	made := s.made("veo-1")
	if made.Maker != task.MadeByBrowser || answers[0] != answers[1] {
		t.Errorf("it is %+v, answered %q", made, answers)
	}
	w := s.ask(http.MethodGet, "/media/"+made.Path, "")
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/jpeg" ||
		!strings.HasPrefix(w.Body.String(), "\xff\xd8\xff") {
		t.Errorf("served: %d %v", w.Code, w.Header())
	}
	for _, page := range []string{"/", "/tasks", "/tasks/kie/veo-1"} {
		html := s.get(page)
		if !strings.Contains(html, "/media/"+made.Path) || strings.Contains(html, "data-cover=") {
			t.Errorf("%s does not show it, or asks for another", page)
		}
	}
	const words = "Cover made here from the video"
	if html := s.get("/tasks/kie/veo-1?lang=en"); !strings.Contains(html, words) {
		t.Error("the task's page does not say that it was made")
	}
	j := s.getJSON("/api/v1/tasks/kie/veo-1")
	cover, _ := j["made_cover"].(map[string]any)
	if cover["url"] != "/media/"+made.Path || cover["maker"] != "browser" ||
		cover["sha256"] != made.SHA256 ||
		cover["content_type"] != "image/jpeg" || len(j["assets"].([]any)) != 1 {
		t.Errorf("the API says %v", j)
	}
}

func TestAChosenPictureReplacesAMadeOne(t *testing.T) {
	t.Parallel()
	s := cinema(t)
	picture := string(testkit.Cover(t))
	for _, target := range []string{"/tasks/kie/veo-1/cover", "/tasks/kie/veo-1/cover/choose"} {
		if w := s.ask(http.MethodPost, target, picture, sameSite); w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", target, w.Code, w.Body)
		}
	}
	if made := s.made("veo-1"); made.Maker != task.MadeByOperator {
		t.Errorf("it is %+v", made)
	}
	chosen := auth.AuditFilter{Action: auth.ActCover}
	lines, _, err := s.store.ListAudit(t.Context(), chosen, task.Page{Limit: 9})
	if err != nil || len(lines) != 1 || lines[0].Subject != "kie/veo-1" {
		t.Errorf("the audit trail has %+v, %v", lines, err)
	}
	s.deliver("runway-extend", fmt.Sprintf(runwayDone, "run-1"))
	s.saveAll()
	w := s.ask(http.MethodPost, "/tasks/kie/run-1/cover/choose", picture, sameSite)
	if w.Code != http.StatusConflict || s.made("run-1").State != "" {
		t.Errorf("the provider's own gave way: %d, %+v", w.Code, s.made("run-1"))
	}
	if html := s.get("/tasks/kie/run-1"); strings.Contains(html, "data-choose") {
		t.Error("the page offers it")
	}
}

func TestHostilePicturesAreRefused(t *testing.T) {
	t.Parallel()
	s := cinema(t)
	whole := string(testkit.Cover(t))
	huge := "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x75\x30\x00\x00\x75\x30" +
		"\x08\x06\x00\x00\x00\xb7\x7c\x4c\xef"
	for name, tt := range map[string]struct {
		body string
		line string
		code int
	}{
		"nothing":          {"", sameSite, 422},
		"HTML":             {"<!doctype html><script>alert(1)</script>", sameSite, 422},
		"HTML as a JPEG":   {"\xff\xd8\xff<!doctype html>", sameSite, 422},
		"30000 x 30000":    {huge, sameSite, 422},
		"half a picture":   {whole[:len(whole)/2], sameSite, 422},
		"3 MB":             {whole + strings.Repeat("x", 3_000_000), sameSite, 413},
		"another site's":   {whole, "Sec-Fetch-Site: cross-site", 403},
		"a sister site's":  {whole, "Sec-Fetch-Site: same-site", 403},
		"another origin's": {whole, "Origin: https://evil.example.com", 403},
	} {
		for _, target := range []string{"/tasks/kie/veo-1/cover", "/tasks/kie/veo-1/cover/choose"} {
			if w := s.ask(http.MethodPost, target, tt.body, tt.line); w.Code != tt.code {
				t.Errorf("%s to %s: %d %s", name, target, w.Code, w.Body)
			}
		}
	}
	if made := s.made("veo-1"); made.State != task.CoverWanted {
		t.Errorf("it is %+v", made)
	}
}

// TestOnlyOperatorsMakeCovers asks as a viewer, whose pages do not ask for pictures either.
func TestOnlyOperatorsMakeCovers(t *testing.T) {
	t.Parallel()
	s := newClosedSite(t)
	s.addUser("vera", auth.Viewer)
	s.addUser("otto", auth.Operator)
	s.deliver("veo3.1", fmt.Sprintf(veoDone, "veo-1"))
	s.saveAll()
	picture := string(testkit.Cover(t))
	for _, target := range []string{"/tasks/kie/veo-1/cover", "/tasks/kie/veo-1/cover/choose"} {
		if w := s.ask(http.MethodPost, target, picture, sameSite, s.cookies["vera"]); w.Code != 403 {
			t.Errorf("a viewer posts to %s: %d", target, w.Code)
		}
		if w := s.ask(http.MethodPost, target, picture, sameSite); w.Code != 401 {
			t.Errorf("nobody posts to %s: %d", target, w.Code)
		}
	}
	for _, page := range []string{"/", "/tasks", "/tasks/kie/veo-1"} {
		html := s.get(page, s.cookies["vera"])
		if strings.Contains(html, "data-cover=") || strings.Contains(html, "data-choose=") {
			t.Errorf("%s asks a viewer", page)
		}
		if html = s.get(page, s.cookies["otto"]); !strings.Contains(html, "data-cover=") {
			t.Errorf("%s does not ask an operator", page)
		}
	}
	if made := s.made("veo-1"); made.State != task.CoverWanted {
		t.Errorf("it is %+v", made)
	}
	w := s.ask(http.MethodPost, "/tasks/kie/veo-1/cover", picture, sameSite, s.cookies["otto"])
	if w.Code != http.StatusOK || s.made("veo-1").State != task.CoverMade {
		t.Errorf("an operator: %d %s", w.Code, w.Body)
	}
}

func TestNobodyIsAskedWhereAProgramMakesThem(t *testing.T) {
	t.Parallel()
	s := cinema(t, func(o *web.Options) { o.Covers = alone{o.Covers} })
	if html := s.get("/"); strings.Contains(html, "data-cover=") {
		t.Error("the gallery asks")
	}
	tk := must(s.store.FindTask(t.Context(), "kie", "veo-1"))
	given := task.MadeCover{State: task.CoverGivenUp, Error: "why"}
	if err := s.store.FailCover(t.Context(), tk.Key, given, s.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if html := s.get("/"); !strings.Contains(html, "data-cover=") {
		t.Error("given up, the gallery does not ask")
	}
}

// alone are covers that a program makes.
type alone struct{ web.Covers }

func (alone) Alone() bool { return true }

func TestPicturesAreTakenAtABoundedRate(t *testing.T) {
	t.Parallel()
	s := cinema(t)
	codes := make(map[int]int)
	for range 60 {
		w := s.ask(http.MethodPost, "/tasks/kie/veo-1/cover", "x", sameSite)
		if codes[w.Code]++; w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
			t.Error("it does not say when to come again")
		}
	}
	if codes[422] < 20 || codes[429] < 20 || codes[422]+codes[429] != 60 {
		t.Errorf("answers: %v", codes)
	}
}

func TestAFullDiskTakesNoPictures(t *testing.T) {
	t.Parallel()
	s := cinema(t, func(o *web.Options) {
		o.Covers = work.NewCovers(work.CoversOptions{HasRoom: func() bool { return false }})
	})
	w := s.ask(http.MethodPost, "/tasks/kie/veo-1/cover", string(testkit.Cover(t)), sameSite)
	if w.Code != http.StatusInsufficientStorage || s.made("veo-1").State != task.CoverWanted {
		t.Errorf("%d, it is %+v", w.Code, s.made("veo-1"))
	}
}
