package views

import (
	"testing"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

// coverlessTask is a finished task whose provider sends no cover.
func coverlessTask() task.Task {
	t := savedTask()
	t.Assets = t.Assets[:2]
	t.Made = task.MadeCover{State: task.CoverWanted}
	return t
}

func TestWhoIsAskedForACover(t *testing.T) {
	t.Parallel()
	withCover, givenUp, made := savedTask(), coverlessTask(), coverlessTask()
	givenUp.Made.State = task.CoverGivenUp
	made.Made = task.MadeCover{State: task.CoverMade, Path: "2026-11/made.jpg"}
	const url = "/x/tasks/kie/veo_task_7f3c91d2a84e/cover"
	for name, test := range map[string]struct {
		task     task.Task
		role     auth.Role
		browsers bool
		offer    string
		choose   bool
	}{
		"an operator":             {coverlessTask(), auth.Operator, true, url, true},
		"everybody":               {coverlessTask(), "", true, url, true},
		"a viewer":                {coverlessTask(), auth.Viewer, true, "", false},
		"nobody beside a program": {coverlessTask(), auth.Operator, false, "", true},
		"after the program":       {givenUp, auth.Operator, false, url, true},
		"of a made one":           {made, auth.Operator, true, "", true},
		"of the provider's":       {withCover, auth.Admin, true, "", false},
	} {
		f := pageFrame(t, i18n.English)
		f.BrowserCovers = test.browsers
		if test.role != "" {
			f.Person = &Person{Name: "anna", Role: test.role}
		}
		player := NewTask(f, TaskInput{Task: test.task}).Stage.Player
		offer := newCoverOffer(f, &test.task)
		shot := newShot(f, &test.task)
		if player.Offer != test.offer || shot.Offer != test.offer || offer.URL != test.offer ||
			(player.Choose != "") != test.choose {
			t.Errorf("%s: offer %q, %q, %q, choose %q", name, player.Offer, shot.Offer, offer.URL,
				player.Choose)
		}
		if test.offer != "" && offer.Video != player.URL {
			t.Errorf("%s: the picture is taken of %q", name, offer.Video)
		}
	}
}

func TestAMadeCoverIsMarkedAsMade(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := pageFrame(t, lang)
		for _, maker := range []task.CoverMaker{task.MadeByServer, task.MadeByBrowser,
			task.MadeByOperator} {
			tk := coverlessTask()
			tk.Made = task.MadeCover{State: task.CoverMade, Maker: maker, Path: "2026-11/m_made-1.jpg",
				Bytes: 20_000, SHA256: "00aa", Width: 640, Height: 360}
			p := NewTask(f, TaskInput{Task: tk})
			row := p.Files.Rows[len(p.Files.Rows)-1]
			if len(p.Files.Rows) != 3 || row.URL != "/x/media/2026-11/m_made-1.jpg" || row.Source != "" {
				t.Errorf("%s: %+v", maker, row)
			}
			wantAll(t, page(t, fileRow(f, row)), f.T.T("task.made_cover."+string(maker)),
				f.T.T("task.made_cover.title"))
			if p.Stage.Player.Poster != row.URL || p.Files.Summary != filesSummary(f, tk.Assets) {
				t.Errorf("%s: poster %q, %q", maker, p.Stage.Player.Poster, p.Files.Summary)
			}
			tk.Assets = savedTask().Assets
			if rows := newFiles(f, TaskInput{Task: tk}).Rows; len(rows) != 3 || rows[2].Made != "" {
				t.Errorf("%s: beside the provider's: %+v", maker, rows)
			}
		}
	}
}
