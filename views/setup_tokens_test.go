package views

import (
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

// storyTokens are a token of every kind, the one to give out first.
func storyTokens(f Frame) []task.SourceToken {
	return []task.SourceToken{
		{ID: 9, Source: "veo3.1", Name: "shop", Token: setupSecret + "new",
			CreatedAt: f.Now.Add(-20 * time.Minute), LastUsedAt: f.Now.Add(-12 * time.Second)},
		{ID: 4, Source: "veo3.1", Name: "first", Token: setupSecret + "first",
			CreatedAt: f.Now.AddDate(0, -2, 0)},
		{ID: 7, Source: "veo3.1", Name: "shop", Token: setupSecret + "old",
			CreatedAt:  f.Now.AddDate(0, 0, -40),
			LastUsedAt: f.Now.Add(-4 * time.Minute), ExpiresAt: f.Now.Add(23*time.Hour + time.Minute)},
		{ID: 5, Source: "veo3.1", Name: "staging", Token: setupSecret + "ended",
			CreatedAt: f.Now.AddDate(0, 0, -41), ExpiresAt: f.Now.AddDate(0, 0, -3)},
	}
}

func tokensOf(f Frame, tokens ...task.SourceToken) SourceTokens {
	return newSourceTokens(f, SetupSource{Name: "veo3.1", Tokens: tokens})
}

func TestEachTokenSaysWhereItStands(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	p := tokensOf(f, storyTokens(f)...)
	if p.Summary != "3 valid tokens" || p.Used == nil || p.Used.Text != "12 s ago" ||
		len(p.Notes) != 0 || p.Expanded {
		t.Errorf("the whole: %+v", p)
	}
	for i, want := range []struct{ masked, number, used, state, end, revoke string }{
		{"k7Qm…2new", "no. 9", "12 s ago", "", "", "Revoke"},
		{"k7Qm…irst", "no. 4", "", "", "", "Revoke"},
		{"k7Qm…2old", "no. 7", "4 min ago", "Valid for now, ends", "in 23 h", "Revoke"},
		{"k7Qm…nded", "no. 5", "", "Ended", "3 d ago", "Remove"},
	} {
		l := p.Lines[i]
		used, state := "", ""
		if l.Used != nil {
			used = l.Used.Text
		}
		if l.State != nil {
			state = l.State.Text
		}
		if l.Masked != want.masked || l.Number != want.number || used != want.used ||
			state != want.state || l.End.Text != want.end || l.Revoke != want.revoke || l.Last {
			t.Errorf("token %d: %+v", i, l)
		}
		if valid := state != "Ended"; (l.Address != "") != valid {
			t.Errorf("token %d has the address %q", i, l.Address)
		}
	}
	if got := p.Lines[0].RevokeURL; got != "/x/setup/sources/veo3.1/tokens/9/revoke" {
		t.Errorf("revoked at %s", got)
	}
}

func TestTheLastTokenAsksHarder(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	tokens := storyTokens(f)
	for name, test := range map[string]struct {
		tokens []task.SourceToken
		last   bool
	}{
		"alone":                {tokens[:1], true},
		"beside another":       {tokens[:2], false},
		"beside one that ends": {[]task.SourceToken{tokens[0], tokens[2]}, true},
	} {
		l := tokensOf(f, test.tokens...).Lines[0]
		if l.Last != test.last || strings.Contains(l.Asks, "only token") != test.last {
			t.Errorf("%s: %+v", name, l)
		}
	}
}

func TestASourceWithoutAValidTokenSaysSo(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	ended := storyTokens(f)[3]
	p := tokensOf(f, ended)
	if len(p.Notes) != 1 || !p.Expanded || p.Summary != "0 valid tokens" {
		t.Errorf("without one: %+v", p)
	}
	open := newSourceTokens(f, SetupSource{Name: "veo3.1", Open: true})
	if len(open.Notes) != 0 || open.Expanded {
		t.Errorf("open to all: %+v", open)
	}
	in := setupInput()
	in.Sources = []SetupSource{{Name: "veo3.1", Product: "veo3.1"}}
	if got := NewSetup(f, in); len(got.Samples) != 0 || got.Sources[0].Secret != "" {
		t.Errorf("it has samples: %+v", got)
	}
}

func TestWhyTokensWereNotChanged(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := pageFrame(t, lang)
		for problem, want := range map[string]int{ProblemTokenName: 1, ProblemTokenTaken: 1,
			ProblemLastToken: 1, "": 0, "missing": 0, "<b>": 0} {
			p := newSourceTokens(f, SetupSource{Name: "kie", Tokens: storyTokens(f), Problem: problem})
			if len(p.Notes) != want || want == 1 && strings.HasPrefix(p.Notes[0], "token.") {
				t.Errorf("%q: %q", problem, p.Notes)
			}
		}
	}
}

// TestOnlyAddressesToBeCopiedHaveTokens looks at the page as it is sent.
func TestOnlyAddressesToBeCopiedHaveTokens(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	in := setupInput()
	in.Sources = []SetupSource{{Name: "veo3.1", Product: "veo3.1", Chosen: true,
		Tokens: storyTokens(f), URL: "https://v/callbacks/veo3.1/" + setupSecret + "new"}}
	html := page(t, SetupPage(f, NewSetup(f, in)))
	rest := html
	for _, shown := range []string{`data-full="https://v/callbacks/veo3.1/`,
		`data-full="https://videos.example.com/x/callbacks/veo3.1/`,
		`curl -X POST &#39;https://v/callbacks/veo3.1/`} {
		rest = strings.ReplaceAll(rest, shown+setupSecret, "")
	}
	if at := strings.Index(rest, setupSecret); at >= 0 {
		t.Errorf("a token is in %q", rest[max(0, at-60):at+30])
	}
	wantAll(t, html, `id="source-veo3.1"`, `<details class="tokens" open>`,
		`action="/x/setup/sources/veo3.1/tokens/rotate"`, `<option value="24h" selected>`)
	wantNone(t, html, setupSecret+"ended", `href=""`)
}
