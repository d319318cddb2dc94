package views

import (
	"time"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/route"
)

// settingsStories are the pages of what admins settle.
func settingsStories() []story {
	as := func(name, path string, page func(Frame) templ.Component) story {
		return story{name, path, NavSettings, func(f Frame) templ.Component {
			f.Person = &Person{Name: "anna", Role: auth.Admin}
			return page(f)
		}}
	}
	users := func(name string, change func(*UsersInput)) story {
		return as("settings-users"+name, route.SettingsUsers, func(f Frame) templ.Component {
			in := storyUsers(f)
			change(&in)
			return UsersPage(f, NewUsers(f, in))
		})
	}
	tokens := func(name string, in APITokensInput) story {
		return as("settings-tokens"+name, route.SettingsTokens, func(f Frame) templ.Component {
			in.Tokens = storyAPITokens(f)
			return APITokensPage(f, NewAPITokens(f, in))
		})
	}
	return []story{
		as("settings", route.Settings, func(f Frame) templ.Component {
			return SettingsPage(f, NewSettings(f, storySettings()))
		}),
		as("settings-safe", route.Settings, func(f Frame) templ.Component {
			return SettingsPage(f, NewSettings(f, SettingsInput{Options: storySettings().Options}))
		}),
		users("", func(*UsersInput) {}),
		users("-done", func(in *UsersInput) { in.User, in.Done = 2, "role" }),
		users("-last", func(in *UsersInput) { in.User, in.Why = 1, WhyLastAdmin }),
		users("-short", func(in *UsersInput) { in.Name, in.Role, in.Why = "dora", auth.Operator, WhyShort }),
		users("-none", func(in *UsersInput) { in.Users = nil }),
		tokens("", APITokensInput{}),
		tokens("-fresh", APITokensInput{Fresh: "rb_7Q2MXK4ZC5JH3TNVD6WB2FSAEL"}),
		tokens("-wrong", APITokensInput{Name: "shop", Why: WhyScopes}),
		as("settings-tokens-none", route.SettingsTokens, func(f Frame) templ.Component {
			return APITokensPage(f, NewAPITokens(f, APITokensInput{}))
		}),
	}
}

func storySettings() SettingsInput {
	return SettingsInput{
		Risks: []Risk{{Key: "pages_open", Value: ":8080"}, {Key: "callbacks_unsigned"}},
		Options: []Option{
			{Name: "addr", Group: "serving", Variable: "REELBACK_ADDR", Value: ":8080", Source: "default"},
			{Name: "public-url", Group: "serving", Variable: "REELBACK_PUBLIC_URL", Value: "https://videos.example.com/reelback", Source: "environment",
				Where: "REELBACK_PUBLIC_URL"},
			{Name: "admin-password", Group: "access", Variable: "REELBACK_ADMIN_PASSWORD", Source: "default", Secret: true},
			{Name: "kie-api-key", Group: "provider", Variable: "REELBACK_KIE_API_KEY", Value: "set", Source: "environment", Secret: true,
				Where: "REELBACK_KIE_API_KEY_FILE"},
			{Name: "fetch-allow", Group: "fetching", Variable: "REELBACK_FETCH_ALLOW", Value: "127.0.0.1/32, 10.1.0.0/16", Source: "command"},
			{Name: "data-dir", Group: "storage", Variable: "REELBACK_DATA_DIR", Value: "/srv/a folder with a long name/reelback/data", Source: "flag"},
			{Name: "log-level", Group: "logging", Variable: "REELBACK_LOG_LEVEL", Value: "debug", Source: "file", Where: "/etc/reelback.yaml"},
			{Name: "of-another-version", Group: "of-another-version", Variable: "REELBACK_OF_ANOTHER_VERSION", Value: "<b>", Source: "elsewhere"},
		},
	}
}

func storyUsers(f Frame) UsersInput {
	in := UsersInput{Current: 1, Role: auth.Viewer}
	sessions := storyAccount(f).Sessions
	for i, u := range []auth.User{
		{ID: 1, Name: "anna", Role: auth.Admin, LastSignInAt: f.Now.Add(-3 * time.Hour)},
		{ID: 2, Name: "berta-with-a-name-that-is-rather-long-for-a-phone", Role: auth.Operator},
		{ID: 3, Name: "陈晨", Role: auth.Viewer, LastSignInAt: f.Now.Add(-900 * time.Hour),
			DisabledAt: f.Now.Add(-time.Hour)},
	} {
		u.CreatedAt = f.Now.Add(-1000 * time.Hour)
		of := UserSessions{User: u}
		if i == 0 {
			of.Sessions = sessions
		}
		in.Users = append(in.Users, of)
	}
	return in
}

func storyAPITokens(f Frame) []auth.APIToken {
	return []auth.APIToken{
		{ID: 1, Name: "shop", Scopes: auth.Scopes(), CreatedAt: f.Now.Add(-400 * time.Hour),
			LastUsedAt: f.Now.Add(-12 * time.Second)},
		{ID: 2, Name: "监控", Scopes: []auth.Scope{auth.ScopeMetrics}, CreatedAt: f.Now},
	}
}
