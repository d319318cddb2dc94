package views

import (
	"strconv"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/i18n"
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

func TestNewProblem_TriesAgainWhereItWas(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	f.Path, f.Query = "/tasks", map[string][]string{"q": {"boat"}}
	if got := newProblem(f, ProblemProps{Status: 503}).ActionURL; got != "/tasks?q=boat" {
		t.Errorf("try again leads to %q", got)
	}
}
