package views

import (
	"fmt"
	"slices"
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
		"/retry", `id="lost-files" data-live="tasks"`, "Retry all 8 files",
		`action="/x/tasks/lost/retry"`, `name="reason" value="the server answered 404"`)
	f.Person = &Person{Name: "vera", Role: auth.Viewer}
	if html := page(t, LostPage(f, NewLost(f, storyLost(f)))); strings.Contains(html, "/retry") {
		t.Error("a viewer is offered a retry")
	}
	none := page(t, LostPage(f, NewLost(f, LostInput{Retried: -1})))
	wantAll(t, none, "Nothing is lost.", "1 file has a dead link.")
	wantNone(t, none, "1 more")
	in := LostInput{Older: "AAAAAAAAAAE", Retried: -1}
	wantAll(t, page(t, LostPage(f, NewLost(f, in))), "Nothing is lost.",
		`href="/x/tasks/lost?cursor=AAAAAAAAAAE"`, `href="/x/tasks/lost"`)
}

func TestTasksThatLostTheSameAreToldOfTogether(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	in := LostInput{Retried: -1, CanAsk: true}
	add := func(n int, at time.Time, link, reason string) {
		for range n {
			in.Tasks = append(in.Tasks, task.Task{Provider: "kie", FirstSeenAt: at,
				TaskID: fmt.Sprint("t-", len(in.Tasks))})
			in.Files = append(in.Files, []task.Lost{{Cause: task.LostLink, Attempts: len(in.Tasks),
				Asset: task.Asset{Role: task.Video, State: task.ExpiredAsset, Error: reason,
					SourceURL: link}, At: at, Relinked: task.RelinkNone}})
		}
	}
	add(5, ago(time.Minute), "https://a.example/x?key=secret", task.Answered(404))
	add(1, ago(time.Minute), "https://a.example/x", task.Answered(410))
	add(alikeFrom-1, ago(time.Minute), "https://b.example/x", task.Answered(404))
	add(alikeFrom, ago(48*time.Hour), "https://a.example/x", task.Answered(404))
	in.Tasks[0], in.Tasks[5] = in.Tasks[5], in.Tasks[0] // the order of one is not that of all
	in.Files[0], in.Files[5] = in.Files[5], in.Files[0]
	var got []string
	p := NewLost(f, in)
	for _, g := range p.Groups {
		got = append(got, fmt.Sprint(len(g.Tasks), " ", g.Title, g.Host))
	}
	want := []string{"1 ", "5 5 tasks with the same lossa.example", "1 ", "1 ", "1 ",
		"4 4 tasks with the same lossa.example"}
	if !slices.Equal(got, want) {
		t.Errorf("the groups are %q", got)
	}
	html := page(t, LostPage(f, p))
	if n := strings.Count(html, "The provider was asked and had no other link."); n != 6 {
		t.Errorf("the same is said %d times", n)
	}
	wantAll(t, html, `id="lost-kie-t-1"`, "Today", "t-4", "t-12")
	wantNone(t, html, "secret", "1 attempts")
}

func TestTheLostPageTellsWhatIsTriedAgain(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	wantAll(t, page(t, LostPage(f, NewLost(f, LostInput{Retried: 3}))), "3 files are tried again")
	wantNone(t, page(t, LostPage(f, NewLost(f, LostInput{Retried: -1}))), "tried again",
		f.Link.LostRetry(), f.Link.LostBelieve())
}

func TestOnlyAnAdminSaysThatFilesAreGoneForGood(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	f.Strip.Away = task.Emptied
	for role, want := range map[auth.Role]bool{auth.Admin: true, auth.Operator: false} {
		f.Person = &Person{Name: "a", Role: role}
		html := page(t, LostPage(f, NewLost(f, LostInput{Retried: -1})))
		if got := strings.Contains(html, f.Link.LostBelieve()); got != want {
			t.Errorf("%s: %t", role, got)
		}
	}
}
