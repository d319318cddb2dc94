package views

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

func TestRegisterTellsWhatBecameOfEachID(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	in := registerInput()
	in.Results = registerResults(f)
	p := NewRegister(f, in)
	if p.Summary != "1 new, 2 known already, 1 refused" {
		t.Errorf("the summary is %q", p.Summary)
	}
	for i, want := range []struct {
		word, status, remark string
		linked               bool
	}{
		{"New", "Waiting", "English", true},
		{"Known already", "Saved", "", true},
		{"Known already", "Failed", "a task of Runway", true},
		{"Refused", "", "256", false},
	} {
		row := p.Rows[i]
		remarks, status := strings.Join(row.Remarks, " "), ""
		if row.Status != nil {
			status = row.Status.Text
		}
		if row.Word.Text != want.word || status != want.status || (row.URL != "") != want.linked ||
			(remarks == "") != (want.remark == "") || !strings.Contains(remarks, want.remark) {
			t.Errorf("row %d: %+v, want %+v", i, row, want)
		}
	}
	if got := p.Rows[0].Remarks; len(got) != 2 || !strings.Contains(got[1], "16:9") {
		t.Errorf("the warnings are %q", got)
	}
}

func TestRegisterSaysWhatIsWrongBesideItsField(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := pageFrame(t, lang)
		in := registerInput()
		in.Found = 1234
		in.Problems = []string{RegisterTooMany, RegisterNoProduct, RegisterBadLabels,
			RegisterManyPrompts}
		p := NewRegister(f, in)
		for _, field := range []string{FieldIDs, FieldProduct, FieldLabels, FieldPrompt} {
			if p.Problems[field] == "" || strings.Contains(p.Problems[field], "register.") {
				t.Errorf("%s: nothing is said of %s: %q", lang, field, p.Problems[field])
			}
		}
		html := page(t, RegisterPage(f, p))
		wantAll(t, html, "1,234", "1,000", `aria-invalid="true"`, `role="alert"`, `<details class="more wide" open>`)
	}
}

func TestRegisterKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	in := registerInput()
	in.Fields = RegisterFields{IDs: "</textarea><b>&", Product: "runway", Labels: `"a", b`,
		Prompt: "</textarea>", AspectRatio: "9:16", Fallback: true}
	html := page(t, RegisterPage(f, NewRegister(f, in)))
	wantAll(t, html, "&lt;/textarea&gt;&lt;b&gt;&amp;</textarea>", `<option value="runway" selected>`,
		"&#34;a&#34;, b", `<option value="9:16" selected>`, `value="1" checked`,
		`action="/x/tasks/register"`)
	wantNone(t, html, "<b>&", "registered-head")
}

func TestRegisterExplainsWhetherTheProviderIsAsked(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	without := NewRegister(f, RegisterInput{})
	with := NewRegister(f, RegisterInput{Asks: true})
	if !strings.Contains(without.Lead, "--kie-api-key") || strings.Contains(with.Lead, "--kie-api-key") ||
		!strings.Contains(with.Lead, "the provider is asked") {
		t.Errorf("without: %q\nwith: %q", without.Lead, with.Lead)
	}
}

func TestEveryWarningHasWords(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := pageFrame(t, lang)
		for _, w := range []task.Warning{task.WarnPromptLength, task.WarnPromptLanguage,
			task.WarnFallbackShape, task.WarnUnknownProvider, task.WarnUnknownProduct,
			task.WarnOtherProduct} {
			if id := "register.warning." + string(w); !f.T.Has(id) {
				t.Errorf("%s has no %s", lang, id)
			}
		}
	}
}

func TestWordsThatWereNotTakenAreListedWithTheReason(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := pageFrame(t, lang)
		var passed []task.PassedWord
		for n := range 300 {
			whys := task.PassedWhys()
			passed = append(passed, task.PassedWord{Word: fmt.Sprint("<u>", n), Why: whys[n%len(whys)]})
		}
		p := newPassed(f, passed)
		if len(p.Rows) != maxPassed || !strings.Contains(p.More, "280") ||
			!strings.Contains(p.Summary, "300") {
			t.Errorf("%s: %d rows, %q, %q", lang, len(p.Rows), p.Summary, p.More)
		}
		for _, row := range p.Rows {
			if strings.HasPrefix(row.Why, "register.") {
				t.Errorf("%s has no %s", lang, row.Why)
			}
		}
		wantNone(t, page(t, RegisterPage(f, NewRegister(f, RegisterInput{Passed: passed}))), "<u>")
	}
	if p := newPassed(pageFrame(t, i18n.English), nil); p.Summary != "" || p.More != "" {
		t.Errorf("of none: %+v", p)
	}
}

func TestProductsOfSeveralProvidersAreToldApart(t *testing.T) {
	t.Parallel()
	kie := task.Provider{Name: "kie", Products: []string{"veo3.1", "runway"}}
	in := RegisterInput{Providers: []task.Provider{kie}, Fields: RegisterFields{Product: "runway"}}
	f := pageFrame(t, i18n.English)
	want := []Choice{{"veo3.1", "Veo 3.1", false}, {"runway", "Runway", true}}
	if got := productChoices(f, in); !slices.Equal(got, want) {
		t.Errorf("of one: %v", got)
	}
	in.Providers = append(in.Providers, task.Provider{Name: "fal", Products: []string{"veo3.1"}})
	in.Fields.Product = "fal/veo3.1"
	want = []Choice{{"kie/veo3.1", "kie · Veo 3.1", false}, {"kie/runway", "kie · Runway", false},
		{"fal/veo3.1", "fal · Veo 3.1", true}}
	if got := productChoices(f, in); !slices.Equal(got, want) {
		t.Errorf("of two: %v", got)
	}
}
