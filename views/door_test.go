package views

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

func draw(t *testing.T, page templ.Component) string {
	t.Helper()
	var text strings.Builder
	if err := page.Render(t.Context(), &text); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// TestEveryReasonHasWords puts every reason into both languages.
func TestEveryReasonHasWords(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := storyFrame(t, lang, "")
		for _, why := range []string{WhySignedOut, WhyEnded, WhyWrong, WhyLocked, WhyBusy,
			WhyNotFirst, WhyName, WhyLookalike, WhyShort, WhyLong, WhyDiffers, WhyOldWrong, WhyPlain,
			WhyNotNew, WhyDown, WhyUnproven, WhyDeclined, WhyClient, WhyClock, WhyNoRole, WhyDisabled,
			WhyElsewhere} {
			notes := newDoorNotes(f, why, time.Minute)
			if len(notes) != 1 || notes[0].Text == "" || strings.Contains(notes[0].Text, "door.") {
				t.Errorf("%s in %s: %+v", why, lang, notes)
			}
		}
		for _, role := range append(auth.Roles(), auth.ByAnyone, auth.ByCommand, auth.ByToken,
			auth.ByStart) {
			if !f.T.Has("person.role." + string(role)) {
				t.Errorf("%s has no word for %s", lang, role)
			}
		}
		for _, a := range auth.Actions() {
			if !f.T.Has("audit.action." + string(a)) {
				t.Errorf("%s has no words for %s", lang, a)
			}
		}
	}
}

func TestWaitsAreRoundedUp(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	for d, want := range map[time.Duration]string{
		500 * time.Millisecond: "1 s", 30 * time.Second: "30 s", 61 * time.Second: "2 min",
		15 * time.Minute: "15 min",
	} {
		if got := f.wait(d); got != want {
			t.Errorf("%s: %q, want %q", d, got, want)
		}
	}
}

func TestBrowsersHaveShortNames(t *testing.T) {
	t.Parallel()
	const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0"
	for agent, want := range map[string]string{
		chrome:                         "Chrome · Linux",
		chrome + " Safari/537 Edg/150": "Edge · Linux",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/19 Safari/605": "Safari · macOS",
		"curl/8.9": "curl", "": "", "Something of its own": "Something of its own",
		strings.Repeat("长", 60): strings.Repeat("长", 40),
	} {
		if got := browser(agent); got != want {
			t.Errorf("%q: %q, want %q", agent, got, want)
		}
	}
}

// TestPagesOfferWhatOneMayDo draws pages for each role.
func TestPagesOfferWhatOneMayDo(t *testing.T) {
	t.Parallel()
	retry := func(f Frame) templ.Component {
		in := storySaved(f)
		in.Task.Status = task.PartlySaved
		storyLose(&in.Task, 1, task.FailedAsset, "403")
		return TaskPage(f, NewTask(f, in))
	}
	setup := func(f Frame) templ.Component { return SetupPage(f, NewSetup(f, storySetup(f))) }
	for name, c := range map[string]struct {
		page  func(Frame) templ.Component
		has   string
		least auth.Role
	}{
		"retry":       {retry, "/retry\"", auth.Operator},
		"token forms": {setup, "/tokens\"", auth.Admin},
		"addresses":   {setup, "data-full=\"http", auth.Admin},
		"audit":       {setup, "/settings/audit", auth.Admin},
		"account":     {setup, "/account\"", auth.Viewer},
		"sign-out":    {setup, "/sign-out\"", auth.Viewer},
	} {
		for _, role := range auth.Roles() {
			f := storyFrame(t, i18n.English, "")
			f.Person = &Person{Name: "anna", Role: role}
			if got := strings.Contains(draw(t, c.page(f)), c.has); got != role.Includes(c.least) {
				t.Errorf("%s for %s: %t", name, role, got)
			}
		}
	}
}

func TestAPageOutsideTellsNothing(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	f.Outside = true
	for name, page := range map[string]templ.Component{
		"problem": ProblemPage(f, ProblemProps{Status: 404}),
		"sign-in": SignInPage(f, NewSignIn(f, SignInProps{})),
	} {
		text := draw(t, page)
		for _, inside := range []string{"1,284", "412", "class=\"edge", "name=\"q\""} {
			if strings.Contains(text, inside) {
				t.Errorf("%s holds %q", name, inside)
			}
		}
	}
}

func TestTheAuditTrailKeepsItsFilter(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	v := NewAudit(f, storyAudit(f))
	if len(v.Facets) != 2 || v.Facets[0].Value != "anna" || v.ClearURL != "/settings/audit" ||
		v.Pager.OlderURL != "/settings/audit?cursor=x&who=anna" || v.Pager.NewerURL != "" {
		t.Errorf("%+v", v)
	}
	if html := draw(t, AuditPage(f, v)); !strings.Contains(html, `href="/settings/users"`) ||
		!strings.Contains(html, `href="/settings/audit" aria-current="page"`) {
		t.Error("the page does not stand among the settings")
	}
	for _, o := range v.Facets[1].Options {
		if !strings.Contains(o.URL, "who=anna") || !strings.Contains(o.URL, "action=") {
			t.Errorf("%s leads to %s", o.Text, o.URL)
		}
	}
	if got := ActionText(f, "of_another_version"); got != "of_another_version" {
		t.Errorf("got %q", got)
	}
}

// TestAttemptsAreToldInTheReadersLanguage, those of older lines too.
func TestAttemptsAreToldInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		action      auth.Action
		detail      string
		english, zh string
	}{
		{auth.ActSignInLocked, auth.AttemptDetail(false, 1), "attempt 1", "第 1 次"},
		{auth.ActSignInLocked, auth.AttemptDetail(true, 10), "unknown name · attempt 10",
			"未知用户名 · 第 10 次"},
		{auth.ActSignInLocked, "unknown name, 1000 so far", "unknown name · attempt 1,000",
			"未知用户名 · 第 1,000 次"},
		{auth.ActSignInFailed, auth.DetailUnknown, "unknown name", "未知用户名"},
		{auth.ActSignInFailed, WhyNoRole, "no role from the provider", "登录服务未分配角色"},
		{auth.ActSignInFailed, WhyDisabled, "account disabled", "账号已停用"},
		{auth.ActSignInFailed, "", "", ""},
		{auth.ActSignInFailed, "of another version", "of another version", "of another version"},
		{auth.ActSignIn, "7", "7", "7"}, // the name of a provider
	} {
		for lang, want := range map[string]string{i18n.English: c.english, i18n.Chinese: c.zh} {
			v := NewAudit(storyFrame(t, lang, ""), AuditInput{Entries: []auth.Entry{
				{Action: c.action, Detail: c.detail}}})
			if got := v.Rows[0].Subject; got != want {
				t.Errorf("%s %q in %s: %q, want %q", c.action, c.detail, lang, got, want)
			}
		}
	}
}

// TestThePageForSigningInOffersEveryTheme marks the one that is in force.
func TestThePageForSigningInOffersEveryTheme(t *testing.T) {
	t.Parallel()
	for chosen, want := range map[string]string{"": "system", "dark": "dark"} {
		f := storyFrame(t, i18n.English, chosen)
		html := draw(t, SignInPage(f, NewSignIn(f, SignInProps{})))
		for _, theme := range []string{"light", "dark", "system"} {
			_, link, has := strings.Cut(html, `data-theme-set="`+theme+`"`)
			link, _, _ = strings.Cut(link, ">")
			if !has || strings.Contains(link, "aria-current") != (theme == want) {
				t.Errorf("with %q, %s is offered: %t, as %q", chosen, theme, has, link)
			}
		}
	}
}
