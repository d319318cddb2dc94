package views

import (
	"testing"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

// diskStories is a page while nothing can be stored.
func diskStories() []story {
	return []story{{"disk-full", "/tasks/register", NavTasks, func(f Frame) templ.Component {
		f.Strip.Trouble, f.Strip.Short, f.Strip.DiskFree = task.DiskFull, true, 0
		return RegisterPage(f, NewRegister(f, registerInput()))
	}}}
}

func TestTheBannerTellsWhyNothingCanBeStored(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := pageFrame(t, lang)
		f.Strip.Short = true
		for _, trouble := range task.Troubles() {
			id := "disk.trouble." + string(trouble)
			if !f.T.Has(id) {
				t.Errorf("%s has no %s", lang, id)
			}
			f.Strip.Trouble = trouble
			html := page(t, diskBanner(f))
			wantAll(t, html, f.T.T(id), "503", `class="banner"`)
			wantNone(t, html, f.diskText()) // which says that callbacks are still taken
		}
	}
}

func TestTheBannerTellsThatTheFilesAreAway(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := pageFrame(t, lang)
		f.Strip.Short = true
		for _, away := range []task.Away{task.Absent, task.Emptied} {
			id := "disk.away." + string(away)
			if !f.T.Has(id) {
				t.Errorf("%s has no %s", lang, id)
			}
			f.Strip.Away = away
			html := page(t, diskBanner(f))
			wantAll(t, html, f.T.T(id), f.Link.Lost(nil), `class="banner"`)
			wantNone(t, html, f.diskText()) // which is not what is wrong
		}
	}
}
