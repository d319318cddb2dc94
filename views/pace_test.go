package views

import (
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

func TestPaceSaysWhatIsKnownAndNoMore(t *testing.T) {
	t.Parallel()
	of := task.Task{Provider: "kie", TaskID: "t"}
	a := task.Asset{Role: task.Video, State: task.SavingAsset}
	tests := map[string]struct {
		moving  task.Fetching
		percent int
		en, zh  string
	}{
		"all": {task.Fetching{Bytes: 4_210_000, Total: 12_600_000, Speed: 1_250_000}, 33,
			"4.2 MB of 12.6 MB, 1.2 MB/s, 6 s left", "4.2 MB / 12.6 MB，1.2 MB/s，剩余 6 秒"},
		"no length": {task.Fetching{Bytes: 4_210_000, Speed: 1_250_000}, -1,
			"4.2 MB so far, 1.2 MB/s", "已取 4.2 MB，1.2 MB/s"},
		"no speed yet": {task.Fetching{Bytes: 10, Total: 20}, 50, "10 B of 20 B", "10 B / 20 B"},
		"nothing yet":  {task.Fetching{}, -1, "0 B so far", "已取 0 B"},
		"too much": {task.Fetching{Bytes: 30, Total: 20, Speed: 5}, 100,
			"30 B of 20 B, 5 B/s, 0 s left", "30 B / 20 B，5 B/s，剩余 0 秒"},
	}
	for name, tt := range tests {
		for lang, want := range map[string]string{i18n.English: tt.en, i18n.Chinese: tt.zh} {
			f := pageFrame(t, lang)
			tt.moving.Provider, tt.moving.TaskID, tt.moving.Role = "kie", "t", task.Video
			f.Traffic = task.Traffic{tt.moving}
			if p := newPace(f, of, a, true); p.Text != want || p.Percent != tt.percent {
				t.Errorf("%s: %q, %d %%, want %q, %d %%", name, p.Text, p.Percent, want, tt.percent)
			}
		}
	}
}

func TestWhatIsNotOnItsWayHasAHiddenPace(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	of := task.Task{Provider: "kie", TaskID: "t", Status: task.Saving, Assets: []task.Asset{
		{Role: task.Video, State: task.Pending}, {Role: task.Cover, State: task.SavingAsset}}}
	hidden := page(t, TaskPage(f, NewTask(f, TaskInput{Task: of})))
	wantAll(t, hidden, `<span class="pace" data-pace="kie/t/video/0" hidden>`,
		`<span class="pace" data-pace="kie/t/cover/0" hidden>`)
	f.Traffic = task.Traffic{{Provider: "kie", TaskID: "t", Role: task.Cover, Bytes: 1, Total: 4}}
	html := page(t, TaskPage(f, NewTask(f, TaskInput{Task: of})))
	wantAll(t, html, `data-pace="kie/t/cover/0"><progress max="100" aria-label="Cover" value="25">`)
	if shot := newShot(f, &of); shot.Pace.Key != "kie/t/cover/0" || shot.Leader.Percent != 25 {
		t.Errorf("the frame of the gallery shows %+v, %+v", shot.Pace, shot.Leader)
	}
}

func TestTheStripTellsOfAllTrafficTogether(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	if text := trafficText(f); text != "" {
		t.Errorf("of none: %q", text)
	}
	f.Traffic = task.Traffic{{Bytes: 10e6, Total: 20e6, Speed: 1e6},
		{Bytes: 0, Total: 20e6, Speed: 1e6}}
	if text := trafficText(f); text != "2 files under way, 2 MB/s, 15 s left" {
		t.Errorf("of two: %q", text)
	}
	f.Traffic[0].Total = 0
	if text := trafficText(f); text != "2 files under way, 2 MB/s" {
		t.Errorf("of one without a length: %q", text)
	}
}

func TestTheTimelineTellsOfWarnings(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{i18n.English: "within two hours",
		i18n.Chinese: "两小时"} {
		f := pageFrame(t, lang)
		for _, alarm := range task.Alarms() {
			row := eventRow(f, task.Task{}, task.Event{At: ago(time.Hour), Kind: task.EventVanishing,
				Role: task.Video, Detail: string(alarm)}, 1)
			if strings.Contains(row.Text, "task.event") || row.Icon != "warn" ||
				alarm == task.Alarm2h && !strings.Contains(row.Text, want) {
				t.Errorf("%s, %s: %+v", lang, alarm, row)
			}
		}
	}
}

func TestATelephoneShowsSpeedAndTimeLeft(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{i18n.English: "1.2 MB/s · 6 s",
		i18n.Chinese: "1.2 MB/s · 6 秒"} {
		f := pageFrame(t, lang)
		f.Strip.Open = 1
		wantAll(t, page(t, layoutStrip(f)), `data-traffic-short hidden>`)
		f.Traffic = task.Traffic{{Bytes: 4_210_000, Total: 12_600_000, Speed: 1_250_000}}
		wantAll(t, page(t, layoutStrip(f)), `data-traffic-short>`+want)
	}
}
