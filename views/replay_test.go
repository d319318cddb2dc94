package views

import (
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
)

// replayStories are the pages of replays in every state.
func replayStories() []story {
	one := func(name string, change func(*Replay)) story {
		return story{"replay-" + name, route.Replays + "/7", NavDeliveries,
			func(f Frame) templ.Component {
				r := storyReplay(f)
				change(&r)
				return ReplayPage(f, NewReplay(f, r))
			}}
	}
	preview := func(name string, in func(f Frame) ReplayPreviewInput) story {
		return story{"replay-preview" + name, route.DeliveriesReplay, NavDeliveries,
			func(f Frame) templ.Component {
				return ReplayPreviewPage(f, NewReplayPreview(f, in(f)))
			}}
	}
	return []story{
		preview("", storyPreview),
		preview("-nothing", func(Frame) ReplayPreviewInput {
			return ReplayPreviewInput{Filter: task.DeliveryFilter{ID: 48211}, Total: 1,
				Tally: ReplayTally{Deliveries: 1, Refused: 1}, Stays: map[string]int64{"vouch": 1}}
		}),
		one("running", func(r *Replay) {
			r.State, r.CanUndo, r.EndedAt, r.Total = "running", false, time.Time{}, 4000
		}),
		one("done", func(*Replay) {}),
		one("interrupted", func(r *Replay) { r.State, r.Tally.Deliveries = "interrupted", 800 }),
		one("undo-interrupted", func(r *Replay) { r.State, r.Undone = "interrupted", 3 }),
		one("skipped", func(r *Replay) {
			r.Skipped = ReplayFaults{Tasks: 2, Deliveries: []int64{48211, 48212, 48215}}
		}),
		one("undone-partly", func(r *Replay) {
			r.State, r.Undone, r.NotUndone = "undone", 9, 2
			r.NotBack = ReplayFaults{Tasks: 1, Deliveries: []int64{48211}}
		}),
		one("undone", func(r *Replay) {
			r.State, r.CanUndo, r.Undone, r.NotUndone, r.FilesKept = "undone", false, 10, 2, 3
		}),
		{"replays", route.Replays, NavDeliveries, func(f Frame) templ.Component {
			newer, older := storyReplay(f), storyReplay(f)
			newer.ID, newer.State, newer.CanUndo = 8, "running", false
			older.ID, older.Filter, older.At = 6, task.DeliveryFilter{}, f.Now.Add(-50*time.Hour)
			return ReplaysPage(f, NewReplays(f, []Replay{newer, storyReplay(f), older}, true))
		}},
		{"replays-none", route.Replays, NavDeliveries, func(f Frame) templ.Component {
			return ReplaysPage(f, NewReplays(f, nil, false))
		}},
	}
}

func storyReplay(f Frame) Replay {
	return Replay{ID: 7, At: f.Now.Add(-3 * time.Minute), EndedAt: f.Now.Add(-2 * time.Minute),
		State: "done", Total: 1240, CanUndo: true,
		Filter: task.DeliveryFilter{Outcomes: []task.Outcome{task.NotUnderstood}},
		Tally: ReplayTally{Deliveries: 1240, Unchanged: 1221, Tasks: 1233, Changed: 12,
			Outcomes: 19, Files: 14, LeftAlone: 1}}
}

func storyPreview(f Frame) ReplayPreviewInput {
	understood := []task.Alteration{
		{Field: "status", Before: "unconfirmed", After: "saving"},
		{Field: "code", Before: "0", After: "200"},
		{Field: "message", Before: "", After: "All generated successfully."},
		{Field: "prompt", Before: "", After: strings.Repeat("A lighthouse keeper climbs. ", 12)},
		{Field: "result", Before: "0", After: "x1y2"},
	}
	change := func(id string, d []task.Alteration, before, after task.Outcome, n int) ReplayChange {
		c := ReplayChange{Differences: d, Files: n,
			Task: task.Task{Provider: "kie", Product: "veo3.1", TaskID: id}}
		for i := range n {
			c.Outcomes = append(c.Outcomes, task.Reoutcome{ID: int64(48211 + i), Before: before,
				After: after})
		}
		return c
	}
	made := change("b8f1c6e0-0c7d-4a6f-9a55-77d0c1e2f301", understood[:2], task.Refused,
		task.Applied, 1)
	made.Made = true
	return ReplayPreviewInput{
		Filter: task.DeliveryFilter{Outcomes: []task.Outcome{task.NotUnderstood, task.Refused},
			Sources: []string{"kie", "veo3.1"}, From: f.Now.Add(-24 * time.Hour)},
		Tally: ReplayTally{Deliveries: 1240, Unchanged: 1221, Tasks: 1233, Changed: 12, Made: 1,
			Outcomes: 19, Files: 14, LeftAlone: 1, Refused: 3},
		Total: 1_000_000, Capped: true, Stopped: true,
		Changes: []ReplayChange{
			change("veo_task_7f3c91d2a84e", understood, task.NotUnderstood, task.Applied, 7), made,
			change("9e25b7d0-cc14-4a7f-8b3e-f61a20d94e83", []task.Alteration{
				{Field: "status", Before: "failed", After: "saving"},
				{Field: "category", Before: "unknown", After: ""}}, task.Conflicting, task.Applied, 1),
		},
		Stays: map[string]int64{"vouch": 2, "unclear": 1},
		Left:  map[string]int64{task.LeftSource: 1},
	}
}

func TestEverythingAReplayCanSayHasWords(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := pageFrame(t, lang)
		for _, key := range []string{task.StaysVouch, task.StaysTooLarge, task.StaysUnclear} {
			if !f.T.Has("replay.stays." + key) {
				t.Errorf("%s: staying refused for %s has no words", lang, key)
			}
		}
		for _, key := range []string{task.LeftTooMany, task.LeftIncomplete, task.LeftSource,
			task.LeftUnreadable, task.LeftOtherTask, task.LeftRecord, task.LeftBroken} {
			if !f.T.Has("replay.left." + key) {
				t.Errorf("%s: being left alone for %s has no words", lang, key)
			}
		}
		for _, state := range []string{"running", "done", "interrupted", "undoing", "undone"} {
			if got := replayState(f, state).Text; strings.Contains(got, "replay.") {
				t.Errorf("%s: the state %s reads %q", lang, state, got)
			}
		}
		at := time.Unix(9, 0)
		every := task.Alterations(task.Task{}, task.Task{Status: "x", Code: 1, Category: "x",
			Message: "x", Product: "x", Model: "x", Fallback: "x", Resolution: "x", Prompt: "x",
			ParentTaskID: "x", CrossChecked: "x", Note: "x", CreatedAt: at, CompletedAt: at,
			FirstDeliveryAt: at, Deliveries: 1, Credits: 1, ResultHash: 1})
		for _, d := range every {
			if fieldText(f, d.Field) == d.Field {
				t.Errorf("%s: the field %s has no words", lang, d.Field)
			}
		}
		if len(every) != 18 {
			t.Errorf("%d fields differ", len(every))
		}
		for _, kind := range []task.EventKind{task.EventReplayed, task.EventReplayUndone} {
			row := replayEvent(f, task.Event{Kind: kind, Detail: "7"})
			if strings.Contains(row.Title, "task.event") || row.URL != f.Link.Replay(7) {
				t.Errorf("%s: %s reads %+v", lang, kind, row)
			}
		}
	}
}

func TestValuesOfAChange(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	for _, tt := range []struct{ field, value, want string }{
		{"status", "partly_saved", "Partly saved"},
		{"category", "nsfw", "Adult content"},
		{"product", "veo3.1", "Veo 3.1"},
		{"message", "", "–"},
		{"message", "two\nlines", "two lines"},
		{"prompt", strings.Repeat("猫", 200), strings.Repeat("猫", longestValue) + "…"},
		{"status", "<b>", "<b>"},
	} {
		if got := valueText(f, tt.field, tt.value); got != tt.want {
			t.Errorf("%s %q reads %q, want %q", tt.field, tt.value, got, tt.want)
		}
	}
}

func TestReplayWhat(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	for want, filter := range map[string]task.DeliveryFilter{
		"All deliveries": {},
		"Delivery: #12":  {ID: 12},
		"Outcome: Refused, Not understood · Source: kie": {Sources: []string{"kie"},
			Outcomes: []task.Outcome{task.Refused, task.NotUnderstood}},
		"Task: t-1": {TaskID: "t-1"},
	} {
		if got := replayWhat(f, filter); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAReplayOffersWhatCanBeDone(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	for state, tt := range map[string]struct {
		undo, again, runs bool
	}{"running": {false, false, true}, "done": {true, true, false},
		"interrupted": {true, true, false}, "undoing": {false, false, true},
		"undone": {false, true, false}} {
		r := storyReplay(f)
		r.State, r.CanUndo = state, tt.undo
		p := NewReplay(f, r)
		if (p.UndoURL != "") != tt.undo || (p.AgainURL != "") != tt.again || p.Running != tt.runs {
			t.Errorf("%s: %+v", state, p)
		}
	}
	gone := storyReplay(f)
	gone.CanUndo = false
	if notes := NewReplay(f, gone).Notes; len(notes) != 1 || !strings.Contains(notes[0], "any more") {
		t.Errorf("one too old to undo says %q", notes)
	}
}

func TestAReplayNamesWhatCouldNotBeChanged(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := pageFrame(t, lang)
		r := storyReplay(f)
		r.State, r.Undone, r.Tally.Changed = "undone", 11, 12
		r.Skipped = ReplayFaults{Tasks: 2, Deliveries: []int64{5, 8}}
		r.NotBack = ReplayFaults{Tasks: 1, Deliveries: []int64{9}}
		p := NewReplay(f, r)
		if len(p.Faults) != 2 || len(p.Faults[0].Deliveries) != 2 ||
			p.Faults[1].Deliveries[0].URL != f.Link.Delivery(9) ||
			p.UndoText != f.T.N("replay.undo", 1) {
			t.Errorf("%s: %+v", lang, p)
		}
		for _, fault := range p.Faults {
			if strings.Contains(fault.Text, "replay.") {
				t.Errorf("%s: it has no words: %q", lang, fault.Text)
			}
		}
	}
}

func TestWhatWasInterruptedIsSaid(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	for want, change := range map[string]func(r *Replay){
		"a new replay does the rest":   func(r *Replay) { r.Tally.Deliveries = 800 },
		"another undo does the rest":   func(*Replay) {},
		"What it had undone stays und": func(r *Replay) { r.Tally.Deliveries, r.Undone = 800, 3 },
	} {
		r := storyReplay(f)
		r.State = "interrupted"
		change(&r)
		if notes := NewReplay(f, r).Notes; !strings.Contains(notes[0], want) {
			t.Errorf("it says %q, want %q", notes[0], want)
		}
	}
}

func TestAPreviewListsWhatIsWorthALine(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	p := NewReplayPreview(f, storyPreview(f))
	if len(p.Rows) != 3 || len(p.Rows[0].Lines) != 4 || len(p.Rows[0].Outcomes) != shownOutcomes ||
		p.Rows[0].More != "and 2 more" || p.Rows[0].TaskURL == "" || p.Rows[1].TaskURL != "" ||
		p.More != "and 9 more tasks" || p.RunText != "Replay all" {
		t.Errorf("preview %+v", p)
	}
	if n := len(p.Notes); n != 4 {
		t.Errorf("%d notes: %q", n, p.Notes)
	}
	only := ReplayPreviewInput{Tally: ReplayTally{Changed: 1}, Changes: []ReplayChange{{
		Differences: []task.Alteration{{Field: "result", Before: "1", After: "2"}}}}}
	if lines := NewReplayPreview(f, only).Rows[0].Lines; len(lines) != 1 {
		t.Errorf("a change of the fingerprint alone has the lines %+v", lines)
	}
}
