package views

import (
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

func TestEveryLossHasItsWordsInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := pageFrame(t, lang)
		for _, canAsk := range []bool{true, false} {
			for _, cause := range []task.LossCause{task.LostUnusable, task.LostLink, task.LostFile,
				task.LostUnreachable, task.LostMissing} {
				for _, relinked := range []task.Relinked{"", task.RelinkFresh, task.RelinkNoKey,
					task.RelinkGone, task.RelinkNone, task.RelinkSilent} {
					for _, full := range []bool{true, false} {
						l := task.Lost{Cause: cause, Relinked: relinked, DiskFull: full, Attempts: 2,
							Asset: task.Asset{Error: "the connection failed"}}
						said := strings.Join(append(lostWhy(f, task.Task{}, l),
							lostCure(f, task.Task{}, l, canAsk)), "|")
						if strings.Contains(said, "lost.") || strings.Contains(said, "||") {
							t.Errorf("%s: %+v: %s", lang, l, said)
						}
					}
				}
			}
		}
	}
}

func TestALossSaysWhyAndWhatWouldHaveKeptIt(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	seen := task.Task{FirstSeenAt: ago(2 * time.Hour)}
	link := func(relinked task.Relinked, l task.Lost) task.Lost {
		l.Cause, l.Relinked, l.Asset.Error = task.LostLink, relinked, task.Answered(404)
		return l
	}
	tests := map[string]struct {
		lost   task.Lost
		canAsk bool
		has    []string
		hasNot string
	}{
		"without a key": {link(task.RelinkNoKey, task.Lost{AtOnce: true, First: ago(0), Attempts: 3}),
			false, []string{"dead before the first attempt: the server answered 404.",
				"had to wait 2 h", "3 attempts were made.", "There was no key", "--kie-api-key"},
			"key now"},
		"gone from the disk": {task.Lost{Cause: task.LostMissing, Gone: ago(time.Hour), Attempts: 1,
			Asset: task.Asset{Error: task.ErrorFileMissing}}, false,
			[]string{"It was saved, but now the file is missing on disk: noticed 1 h ago",
				"Put the file back", "--kie-api-key"}, "link"},
		"gone, and its link as well": {link(task.RelinkNoKey, task.Lost{Gone: ago(time.Hour)}), false,
			[]string{"It was saved before, and gone from the disk 1 h ago", "404"}, "Put"},
		"never a living link": {link(task.RelinkNone,
			task.Lost{AtOnce: true, First: ago(2*time.Hour - time.Second)}), true,
			[]string{"no other link", "Nothing here would have kept it", "never worked"},
			"--fetch-parallel"},
		"fresh links after a dead one": {link(task.RelinkFresh,
			task.Lost{AtOnce: true, First: ago(2*time.Hour - time.Second)}), true,
			[]string{"Retry: the provider still has the file", "never worked"}, "--fetch-parallel"},
		"tried too late": {link(task.RelinkNone, task.Lost{AtOnce: true, First: ago(time.Hour)}), true,
			[]string{"had to wait 1 h", "fetching sooner"}, "never worked"},
		"and one since": {link(task.RelinkNoKey, task.Lost{}), true, []string{"key now"},
			"keeps it"},
		"from before it was told": {link("", task.Lost{}), false, []string{"--kie-api-key"},
			"There was"},
		"the record gone": {link(task.RelinkGone, task.Lost{}), true,
			[]string{"record of the task was gone", "two months"}, "key now"},
		"a full disk": {link(task.RelinkNoKey, task.Lost{DiskFull: true}), false,
			[]string{"disk was full", "room on the disk"}, "--kie-api-key"},
		"too large": {task.Lost{Cause: task.LostFile, Attempts: 1,
			Asset: task.Asset{Error: "the file is larger than the limit"}}, true,
			[]string{"Given up: the file is larger", "--fetch-max-size"}, "attempt"},
		"a forbidden address": {task.Lost{Cause: task.LostUnusable,
			Asset: task.Asset{State: task.FailedAsset, Error: task.ErrorNotPublic,
				SourceURL: "http://10.0.0.5/a"}}, true,
			[]string{"never tried", "--fetch-allow 10.0.0.5", "fetched by itself"},
			"Look the task up"},
	}
	for name, tt := range tests {
		said := strings.Join(append(lostWhy(f, seen, tt.lost), lostCure(f, seen, tt.lost, tt.canAsk)), " ")
		for _, text := range tt.has {
			if !strings.Contains(said, text) {
				t.Errorf("%s: no %q in %q", name, text, said)
			}
		}
		if strings.Contains(said, tt.hasNot) {
			t.Errorf("%s: %q in %q", name, tt.hasNot, said)
		}
	}
}

func TestALinkComesWithTheCallbackAndNotWithTheTask(t *testing.T) {
	t.Parallel()
	l := task.Lost{Cause: task.LostLink, AtOnce: true, First: ago(time.Hour)}
	for want, seen := range map[bool]task.Task{
		true:  {FirstSeenAt: ago(2 * time.Hour), FirstDeliveryAt: ago(time.Hour + time.Second)},
		false: {FirstSeenAt: ago(2 * time.Hour), CompletedAt: ago(time.Minute)}, // by a wrong clock
	} {
		if got := neverWorked(seen, l); got != want {
			t.Errorf("%+v: %t", seen, got)
		}
	}
}

func TestTheLostPageCountsAndRetries(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	f.Strip.Dead = 1
	html := page(t, LostPage(f, NewLost(f, storyLost(f))))
	wantAll(t, html, "7 files are lost.", "1 more has a dead link.", "Next attempt in 20 min.",
		"/retry", `id="lost-files" data-live="tasks"`)
	f.Person = &Person{Name: "vera", Role: auth.Viewer}
	if html := page(t, LostPage(f, NewLost(f, storyLost(f)))); strings.Contains(html, "/retry") {
		t.Error("a viewer is offered a retry")
	}
	none := page(t, LostPage(f, NewLost(f, LostInput{})))
	wantAll(t, none, "Nothing is lost.", "1 file has a dead link.")
	wantNone(t, none, "1 more")
	in := LostInput{Older: "AAAAAAAAAAE"}
	wantAll(t, page(t, LostPage(f, NewLost(f, in))), "Nothing is lost.",
		`href="/x/tasks/lost?cursor=AAAAAAAAAAE"`, `href="/x/tasks/lost"`)
}
