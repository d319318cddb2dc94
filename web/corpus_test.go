package web_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/testkit"
)

// maxPage is how long a page with one hostile text in every place may get, in bytes.
const maxPage = 4 << 20

// plant has a site take a text in every field that a callback, its headers, its address or a
// registration can set.
func (s *site) plant(id, text string) {
	s.t.Helper()
	short := text[:min(len(text), 6<<10)] // the server takes 64 KiB of headers in all
	var header []string
	for _, name := range []string{"X-Custom: ", "User-Agent: ", "Content-Type: ", "X-Forwarded-For: ",
		"X-Forwarded-Host: ", "Forwarded: for=", "X-Webhook-Timestamp: ", "X-Webhook-Signature: ",
		"Cookie: lang="} {
		header = append(header, name+short)
	}
	ref := "?" + url.Values{"ref": {text, "a " + text}}.Encode()
	for source, bodies := range testkit.HostileBodies(id, text) {
		for _, body := range bodies {
			for _, address := range []string{s.callback(source) + ref,
				"/callbacks/" + source + "/" + url.PathEscape(short),
				"/callbacks/" + url.PathEscape(short) + "/x"} {
				w := s.ask(http.MethodPost, address, body, header...)
				if w.Code >= http.StatusInternalServerError {
					s.t.Errorf("%s: %d %s", source, w.Code, w.Body)
				}
			}
		}
		s.ask(http.MethodPost, s.callback(source), text, header...)
		s.ask(http.MethodPost, s.callback(source), `{"data":{"taskId":{`+testkit.Quoted(text)+`:1}}}`)
	}
	prompt := strings.ToValidUTF8(text[:min(len(text), 32<<10)], "")
	for _, labels := range [][]string{nil, {prompt}} {
		body := must(json.Marshal(map[string]any{"provider": "kie", "product": "veo3.1",
			"task_id": "reg" + id, "prompt": prompt, "parent_task_id": prompt[:min(len(prompt), 200)],
			"labels": labels, "aspect_ratio": prompt}))
		w := s.ask(http.MethodPost, "/api/v1/tasks", string(body), "Authorization: Bearer rb_test")
		if w.Code >= http.StatusInternalServerError || w.Code == http.StatusForbidden {
			s.t.Errorf("registering: %d %s", w.Code, w.Body)
		}
	}
}

// TestTheCorpusStaysText plants each text of the corpus in a site of its own and reads every page
// and every JSON answer it got into.
func TestTheCorpusStaysText(t *testing.T) {
	t.Parallel()
	for name, text := range testkit.Hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			err := s.store.AddAPIToken(t.Context(), "test", "rb_test", auth.ScopeRegister)
			if err != nil {
				t.Fatal(err)
			}
			s.plant("1", text)
			targets := s.planted(text)
			if len(targets) < 20 {
				t.Fatalf("only %d targets: nothing was taken", len(targets))
			}
			for _, target := range targets {
				w := s.ask(http.MethodGet, target, "", browser)
				kind := w.Header().Get("Content-Type")
				if w.Code >= http.StatusInternalServerError || w.Body.Len() > maxPage {
					t.Errorf("%.80s: %d, %d bytes", target, w.Code, w.Body.Len())
				}
				if strings.HasPrefix(kind, "text/html") {
					checkHarmless(t, target, w.Body.String())
				}
				checkClean(t, fmt.Sprintf("%.80s", target), kind, w.Body.String())
				checkHeaders(t, target, w.Header())
			}
			checkLog(t, s.log.String())
		})
	}
}

// planted lists the pages and answers that hold what was planted, or are asked for it.
func (s *site) planted(text string) []string {
	q := url.QueryEscape(text)
	targets := []string{"/", "/tasks", "/deliveries", "/setup", "/api/v1/tasks", "/api/v1/deliveries",
		"/setup?source=" + q + "&problem=" + q, "/" + url.PathEscape(text)}
	for _, param := range []string{"q", "resolution", "product", "status", "category", "cursor",
		"source", "task_id", "outcome", "lang", "theme", "from", "limit"} {
		for _, path := range []string{"/tasks", "/deliveries"} {
			targets = append(targets, path+"?"+param+"="+q)
		}
	}
	for _, item := range s.getJSON("/api/v1/tasks?limit=500")["tasks"].([]any) {
		id := item.(map[string]any)["task_id"].(string)
		page := s.options.Links.Task("kie", id)
		targets = append(targets, page, "/api/v1"+page, "/api/v1"+page+"/events")
	}
	for _, item := range s.getJSON("/api/v1/deliveries?limit=500")["deliveries"].([]any) {
		page := s.options.Links.Delivery(int64(item.(map[string]any)["id"].(float64)))
		targets = append(targets, page, "/api/v1"+page)
	}
	return slices.Sorted(maps.Keys(maps.Collect(func(yield func(string, bool) bool) {
		for _, target := range targets {
			if len(target) < 60<<10 && !yield(target, true) {
				return
			}
		}
	})))
}

// checkClean fails where an answer holds characters that no page and no JSON should.
func checkClean(t *testing.T, target, kind, body string) {
	t.Helper()
	if !utf8.ValidString(body) {
		t.Errorf("%s: the answer is not UTF-8", target)
	}
	if i := strings.IndexFunc(body, func(r rune) bool {
		acts := unicode.IsControl(r) && !strings.ContainsRune("\n\t\r", r)
		return acts || strings.Contains(kind, "json") && r != '\n' && !unicode.IsPrint(r)
	}); i >= 0 {
		t.Errorf("%s: %q is in the answer: %q", target, body[i], body[max(0, i-60):min(len(body), i+20)])
	}
}

// checkHeaders fails where a text got into a header, or ended one.
func checkHeaders(t *testing.T, target string, h http.Header) {
	t.Helper()
	for name, values := range h {
		for _, value := range values {
			if strings.ContainsFunc(value, unicode.IsControl) || strings.Contains(value, "owned") ||
				strings.Contains(value, "__ran") && name != "Location" {
				t.Errorf("%.80s: %s is %q", target, name, value)
			}
		}
	}
}

// checkLog fails where a line of the log is not as the program writes them.
func checkLog(t *testing.T, log string) {
	t.Helper()
	for line := range strings.Lines(log) {
		line = strings.TrimSuffix(line, "\n")
		if i := strings.IndexFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
			t.Errorf("the log has %q in %q", line[i], line)
		}
		if !strings.HasPrefix(line, "time=") || strings.Contains(line, `level=ERROR msg="owned"`) {
			t.Errorf("the log has the line %.200q", line)
		}
	}
}
