package views

import (
	"testing"
	"time"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

func TestAFileWhoseLinkIsDeadDoesNotJustWait(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	tk := savingTask()
	dead := task.Asset{Role: task.Video, State: task.Pending, Failures: 1,
		Error: task.DeadReasons()[0], SourceURL: "https://a.example/v.mp4",
		ExpiresAt: f.Now.Add(300 * time.Hour), NextTryAt: f.Now.Add(time.Minute)}
	cut := dead
	cut.Error = "timeout"
	for _, tt := range []struct {
		asset task.Asset
		want  string
		link  bool
	}{{dead, "Link dead", false}, {cut, "Waiting", true}} {
		row := newFileRow(f, tk, tt.asset)
		if row.State.Text != tt.want || (row.Link != "") != tt.link || row.Next == "" {
			t.Errorf("%s: row %+v", tt.want, row)
		}
		if b := assetBlank(f, tk, tt.asset); b.Status.Text != tt.want {
			t.Errorf("%s: blank %+v", tt.want, b)
		}
	}
	if got := assetBlank(f, tk, dead).Title; got != "The link is dead, and is tried again" {
		t.Errorf("title %q", got)
	}
}
