package views

import (
	"strconv"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/query"
)

func TestNewProblem_EveryStatusHasWordsAndAWayOn(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := storyFrame(t, lang, "")
		f.Path = "/tasks"
		for _, status := range []int{403, 404, 405, 413, 421, 429, 500, 503, 418, 502} {
			p := newProblem(f, ProblemProps{Status: status, RequestID: "e-1"})
			if p.Code != strconv.Itoa(status) || status == 421 == (p.ActionText != "") {
				t.Errorf("%s, %d: %+v", lang, status, p)
			}
			if status == 421 { // all that can be done is done elsewhere
				if strings.Contains(p.Title, newProblem(f, ProblemProps{Status: 404}).Title) {
					t.Errorf("%s: a name that is not ours is told as a page that is not there", lang)
				}
				continue
			}
			for _, text := range []string{p.Title, p.Text, p.ActionText} {
				if text == "" || strings.HasPrefix(text, "problem.") {
					t.Errorf("%s, %d: text %q", lang, status, text)
				}
			}
			if p.ActionURL == "" || p.ActionIcon == "" || !p.Page {
				t.Errorf("%s, %d: %+v", lang, status, p)
			}
		}
	}
}

func TestProblemPage_QuotesTheRequestOnlyWhereItHelps(t *testing.T) {
	t.Parallel()
	tests := map[int]bool{404: false, 403: false, 429: false, 500: true, 502: true, 503: true}
	for status, quoted := range tests {
		f := storyFrame(t, i18n.English, "")
		var page strings.Builder
		p := ProblemProps{Status: status, RequestID: "e-7f31c0"}
		if err := ProblemPage(f, p).Render(t.Context(), &page); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(page.String(), "e-7f31c0"); got != quoted {
			t.Errorf("%d: request id shown %v, want %v", status, got, quoted)
		}
	}
}

func TestProblemPage_SaysWhatToGiveForAParameter(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := storyFrame(t, lang, "")
		wrong := []*query.Error{{Param: "status", Value: "<done>", Allowed: []string{"saved", "failed"}}}
		for _, want := range query.Wants() {
			wrong = append(wrong, &query.Error{Param: "from", Value: "<x>", Want: want})
		}
		for _, e := range wrong {
			p := ProblemProps{Status: 400, Detail: e.Error(), Parameter: e}
			html := page(t, ProblemPage(f, p))
			if text := parameterText(f, e); strings.Contains(text, "problem.") ||
				!strings.Contains(text, e.Param) || strings.Contains(html, e.Value) ||
				!strings.Contains(html, templ.EscapeString(text)) {
				t.Errorf("%s, %+v: %q in\n%s", lang, e, text, html)
			}
		}
		if text := parameterText(f, wrong[0]); !strings.Contains(text, "failed") {
			t.Errorf("%s: %q names no value to choose", lang, text)
		}
	}
}

func TestNewProblem_TriesAgainWhereItWas(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	f.Path, f.Query = "/tasks", map[string][]string{"q": {"boat"}}
	if got := newProblem(f, ProblemProps{Status: 503}).ActionURL; got != "/tasks?q=boat" {
		t.Errorf("try again leads to %q", got)
	}
}
