package views

import (
	"time"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/route"
)

// doorStories are the pages about who somebody is.
func doorStories() []story {
	signIn := func(name string, p SignInProps) story {
		return story{"sign-in" + name, route.SignIn, "", func(f Frame) templ.Component {
			f.Outside = true
			return SignInPage(f, NewSignIn(f, p))
		}}
	}
	inside := func(name, path string, role auth.Role, page func(Frame) templ.Component) story {
		return story{name, path, "", func(f Frame) templ.Component {
			f.Person = &Person{Name: "anna", Role: role}
			return page(f)
		}}
	}
	return []story{
		signIn("", SignInProps{Next: "/tasks"}),
		signIn("-wrong", SignInProps{Name: "anna", Why: WhyWrong}),
		signIn("-locked", SignInProps{Name: "anna", Why: WhyLocked, Wait: 4 * time.Minute}),
		signIn("-busy", SignInProps{Why: WhyBusy}),
		signIn("-out", SignInProps{Why: WhySignedOut}),
		signIn("-ended", SignInProps{Why: WhyEnded}),
		signIn("-late", SignInProps{Why: WhyNotFirst}),
		signIn("-first", SignInProps{NoUsers: true}),
		signIn("-elsewhere", SignInProps{Next: "/tasks", Provider: "id.example.com"}),
		signIn("-elsewhere-first", SignInProps{NoUsers: true, Provider: "id.example.com"}),
		signIn("-only-elsewhere", SignInProps{Provider: "id.example.com", Only: true}),
		signIn("-down", SignInProps{Why: WhyDown, Provider: "id.example.com"}),
		signIn("-unproven", SignInProps{Why: WhyUnproven, Provider: "id.example.com"}),
		signIn("-declined", SignInProps{Why: WhyDeclined, Provider: "id.example.com"}),
		signIn("-client", SignInProps{Why: WhyClient, Provider: "id.example.com"}),
		signIn("-clock", SignInProps{Why: WhyClock, Provider: "id.example.com"}),
		signIn("-no-role", SignInProps{Why: WhyNoRole, Provider: "id.example.com"}),
		signIn("-disabled", SignInProps{Why: WhyDisabled, Provider: "id.example.com"}),
		{"welcome", "/welcome/x", "", func(f Frame) templ.Component {
			f.Outside = true
			return WelcomePage(f, NewWelcome(f, WelcomeProps{Action: "/welcome/x"}))
		}},
		{"welcome-short", "/welcome/x", "", func(f Frame) templ.Component {
			f.Outside = true
			return WelcomePage(f, NewWelcome(f, WelcomeProps{Action: "/x", Name: "anna", Why: WhyShort}))
		}},
		{"problem-outside", "/nothing", "", func(f Frame) templ.Component {
			f.Outside = true
			return ProblemPage(f, ProblemProps{Status: 404})
		}},
		{"setup-open", route.Setup, NavSetup, func(f Frame) templ.Component {
			f.Open = true
			return SetupPage(f, NewSetup(f, storySetup(f)))
		}},
		inside("problem-role", route.Audit, auth.Viewer, func(f Frame) templ.Component {
			return ProblemPage(f, ProblemProps{Status: 403, Needs: auth.Admin})
		}),
		inside("setup-viewer", route.Setup, auth.Viewer, func(f Frame) templ.Component {
			return SetupPage(f, NewSetup(f, storySetup(f)))
		}),
		inside("account", route.Account, auth.Admin, func(f Frame) templ.Component {
			return AccountPage(f, NewAccount(f, storyAccount(f)))
		}),
		inside("account-wrong", route.Account, auth.Viewer, func(f Frame) templ.Component {
			in := storyAccount(f)
			in.Why = WhyOldWrong
			return AccountPage(f, NewAccount(f, in))
		}),
		inside("account-elsewhere", route.Account, auth.Viewer, func(f Frame) templ.Component {
			in := storyAccount(f)
			in.Done, in.Issuer = "sessions", "https://id.example.com"
			return AccountPage(f, NewAccount(f, in))
		}),
		inside("account-proxy", route.Account, auth.Viewer, func(f Frame) templ.Component {
			f.Person.ByProxy = true
			return AccountPage(f, NewAccount(f, AccountInput{Issuer: auth.ByProxy}))
		}),
		inside("audit", route.Audit, auth.Admin, func(f Frame) templ.Component {
			return AuditPage(f, NewAudit(f, storyAudit(f)))
		}),
		inside("audit-none", route.Audit, auth.Admin, func(f Frame) templ.Component {
			return AuditPage(f, NewAudit(f, AuditInput{Filter: auth.AuditFilter{Who: "bert",
				Action: auth.ActReplay}}))
		}),
	}
}

func storyAccount(f Frame) AccountInput {
	const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
	const safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 " +
		"(KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
	return AccountInput{Current: 1, Done: "password", Sessions: []auth.Session{
		{ID: 1, Agent: firefox, Address: "192.0.2.17", CreatedAt: f.Now.Add(-3 * time.Hour),
			LastSeenAt: f.Now},
		{ID: 2, Agent: safari, Address: "2001:db8:85a3::8a2e:370:7334",
			CreatedAt: f.Now.Add(-200 * time.Hour), LastSeenAt: f.Now.Add(-26 * time.Hour)},
		{ID: 3, Address: "192.0.2.99", CreatedAt: f.Now.Add(-300 * time.Hour),
			LastSeenAt: f.Now.Add(-100 * time.Hour)},
	}}
}

// storyAudit is every action once.
func storyAudit(f Frame) AuditInput {
	in := AuditInput{Users: []string{"anna", "bert"}, Older: "x", Newest: true,
		Filter: auth.AuditFilter{Who: "anna"}}
	for i, a := range auth.Actions() {
		e := auth.Entry{ID: int64(100 - i), At: f.Now.Add(-time.Duration(i*i) * time.Minute),
			Who: "anna", Role: auth.Admin, Address: "192.0.2.17", Action: a, Subject: "bert"}
		switch i % 5 {
		case 1:
			e.Who, e.Role, e.Subject = "", auth.ByAnyone, ""
		case 2:
			e.Who, e.Role, e.Address = "root", auth.ByCommand, ""
		}
		switch a {
		case auth.ActSignInFailed:
			e.Detail = auth.DetailUnknown
		case auth.ActSignInLocked:
			e.Detail = auth.AttemptDetail(false, 10)
		}
		in.Entries = append(in.Entries, e)
	}
	return in
}
