package views

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/i18n"
)

func TestOptionsSayWhatTheyAreSetTo(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	for want, o := range map[OptionLine]Option{
		{Name: "--addr", About: "Address to listen on", Value: ":1", Set: true,
			From: "From the variable", Where: "REELBACK_ADDR"}: {Name: "addr", Value: ":1",
			Source: "environment", Where: "REELBACK_ADDR"},
		{Name: "--kie-api-key", About: "Key for asking kie.ai about tasks", State: "Set", Set: true,
			From: "From the command line"}: {Name: "kie-api-key", Value: "s3cret", Source: "flag",
			Secret: true},
		{Name: "--disk-reserve", About: "Room on the disk below which no file is begun and those under way stop",
			State: "2GiB or a twentieth of the disk", From: "Default"}: {Name: "disk-reserve",
			Source: "default"},
		{Name: "--x", State: "Not set", From: "Default"}: {Name: "x", Source: "default"},
		{Name: "--x", Value: "1", Set: true, From: "of_another_version"}: {Name: "x", Value: "1",
			Source: "of_another_version"},
	} {
		groups := NewSettings(f, SettingsInput{Options: []Option{o}}).Groups
		if got := groups[0].Options; len(got) != 1 || got[0] != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestOptionsStandInTheirGroups(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	v := NewSettings(f, SettingsInput{Options: []Option{{Name: "addr", Group: "serving"},
		{Name: "public-url", Group: "serving", Variable: "REELBACK_PUBLIC_URL"},
		{Name: "x", Group: "of_another_version"}}})
	if len(v.Groups) != 2 || len(v.Groups[0].Options) != 2 || len(v.Groups[1].Options) != 1 ||
		v.Groups[0].Title != "Serving" || v.Groups[1].Title != "of_another_version" {
		t.Fatalf("%+v", v.Groups)
	}
	html := draw(t, SettingsPage(f, v))
	for _, s := range v.Sections {
		if strings.Count(html, `href="#`+s.ID+`"`) != 2 || strings.Count(html, `id="`+s.ID+`"`) != 1 {
			t.Errorf("the ways to %q do not lead anywhere", s.Text)
		}
	}
	if len(v.Sections) != 3 || !strings.Contains(html, ">REELBACK_PUBLIC_URL<") {
		t.Errorf("%+v", v.Sections)
	}
}

func TestWithoutPasswordsNobodyIsToldThatAllIsClosed(t *testing.T) {
	t.Parallel()
	for open, want := range map[bool]string{false: "Nothing is open that", true: "only this machine"} {
		f := storyFrame(t, i18n.English, "")
		f.Open = open
		html := draw(t, SettingsPage(f, NewSettings(f, SettingsInput{})))
		if !strings.Contains(html, want) {
			t.Errorf("open %t: the page lacks %q", open, want)
		}
	}
}

func TestANoteStandsWithTheUserItIsAbout(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	about := func(user int64, why, done string) UsersView {
		in := storyUsers(f)
		in.User, in.Why, in.Done = user, why, done
		return NewUsers(f, in)
	}
	v := about(2, WhyDiffers, "")
	if u := v.Users[1]; !u.Open || !u.Wrong || len(u.Notes) != 1 || len(v.Notes) != 0 || v.Wrong ||
		v.Users[0].Open {
		t.Errorf("about one of them: %+v", v)
	}
	if v := about(0, WhyShort, ""); len(v.Notes) != 1 || !v.Wrong || v.Users[0].Open {
		t.Errorf("about a new one: %+v", v)
	}
	for _, done := range []string{"created", "role", "password", "disabled", "enabled", "session"} {
		if u := about(1, "", done).Users[0]; len(u.Notes) != 1 || u.Notes[0].Icon != "check" {
			t.Errorf("%s: %+v", done, u.Notes)
		}
	}
	if u := about(1, "", "<script>").Users[0]; len(u.Notes) != 0 {
		t.Errorf("a key of somebody else's making: %+v", u.Notes)
	}
}

func TestAUserWasLastSeenInTheLatestSession(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	in := UsersInput{Users: []UserSessions{{User: auth.User{ID: 1}}, {
		User:     auth.User{ID: 2, LastSignInAt: f.Now.Add(-time.Hour)},
		Sessions: []auth.Session{{LastSeenAt: f.Now.Add(-time.Minute)}},
	}}}
	v := NewUsers(f, in)
	if v.Users[0].Seen != nil || v.Users[1].Seen == nil || v.Users[1].Seen.Text != "1 min ago" {
		t.Errorf("%+v", v.Users)
	}
}

func TestAFormForATokenKeepsWhatWasTicked(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	v := NewAPITokens(f, APITokensInput{Name: "shop", Why: WhyTokenName,
		Scopes: []auth.Scope{auth.ScopeMetrics, "unknown"}})
	var on []string
	for _, s := range v.Scopes {
		if s.On {
			on = append(on, s.Value)
		}
	}
	if !slices.Equal(on, []string{"metrics"}) || len(v.Notes) != 1 || v.Name != "shop" {
		t.Errorf("%+v", v)
	}
}

// TestEverythingOnTheSettingsHasWords looks for keys that were left where words should be.
func TestEverythingOnTheSettingsHasWords(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := storyFrame(t, lang, "")
		for _, why := range []string{WhyNameTaken, WhyLastAdmin, WhyRole, WhyTokenName, WhyScopes} {
			if !f.T.Has("door.why." + why) {
				t.Errorf("%s has no words for %s", lang, why)
			}
		}
		for _, s := range settingsStories() {
			if page := drawStory(t, s, "", f); strings.Contains(page, ">settings.") ||
				strings.Contains(page, ">risk.") {
				t.Errorf("%s in %s shows a key", s.name, lang)
			}
		}
	}
}
