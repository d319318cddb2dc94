package views

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

func TestTheStageShowsWhatThereIs(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	lost := savedTask()
	lost.Status = task.NotSaved
	lost.Assets[0].State, lost.Assets[0].Error = task.FailedAsset, "the file is larger than 4 GB"
	lost.Assets = lost.Assets[:1]
	coverOnly := savedTask()
	coverOnly.Assets = coverOnly.Assets[2:]
	bare := func(s task.Status) task.Task { return emptyTask(s, "a") }
	tests := map[string]struct {
		task    task.Task
		player  string // address of what plays
		title   string // of the blank frame
		retry   bool
		choices int
	}{
		"saved": {savedTask(), "/x/media/2026-11/veo3.1_generated_veo_task_7f3c91d2a84e_0.mp4",
			"", false, 2},
		"video still coming":    {savingTask(), "", "Being saved now", false, 2},
		"video lost":            {lost, "", "This file could not be saved", true, 0},
		"nothing heard":         {bare(task.Waiting), "", "Waiting for the provider", false, 0},
		"running":               {bare(task.Generating), "", "The provider is working on it", false, 0},
		"unclear":               {bare(task.Unconfirmed), "", "The result is not clear yet", false, 0},
		"saved without a video": {coverOnly, "", "This task has no video", false, 0},
	}
	for name, tt := range tests {
		s := NewTask(f, TaskInput{Task: tt.task}).Stage
		player, title, retry := "", "", false
		if s.Player != nil {
			player = s.Player.URL
		}
		if s.Blank != nil {
			title, retry = s.Blank.Title, s.Blank.RetryURL != ""
		}
		if player != tt.player || title != tt.title || retry != tt.retry ||
			len(s.Choices) != tt.choices {
			t.Errorf("%s: player %q, title %q, retry %v, %d choices", name, player, title, retry,
				len(s.Choices))
		}
	}
}

func TestTheQueryChoosesTheVideo(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{
		"":           "generated",
		"original-1": "original",
		"video-1":    "generated",
		"video-9":    "generated",
		"cover-1":    "generated",
	} {
		f := pageFrame(t, i18n.English)
		f.Query = url.Values{AssetParam: {key}}
		s := NewTask(f, TaskInput{Task: savedTask()}).Stage
		if !strings.Contains(s.Player.URL, want) || s.Download != s.Player.URL {
			t.Errorf("%q plays %s", key, s.Player.URL)
		}
		if got := s.Choices[1].URL; got != "/x/tasks/kie/veo_task_7f3c91d2a84e?asset=original-1" {
			t.Errorf("the original is at %s", got)
		}
	}
}

func TestOfSeveralVideosTheFirstSavedOneIsPlayed(t *testing.T) {
	t.Parallel()
	in := savingTask()
	in.Assets[1].State, in.Assets[1].Path = task.SavedAsset, "2026-11/second.mp4"
	in.Assets[1].Role, in.Assets[1].Index = task.Video, 1
	s := NewTask(pageFrame(t, i18n.English), TaskInput{Task: in}).Stage
	if s.Player == nil || s.Player.URL != "/x/media/2026-11/second.mp4" {
		t.Fatalf("stage: %+v", s)
	}
	if s.Choices[0].Text != "Video 1" || s.Choices[1].Text != "Video 2" || !s.Choices[1].Current {
		t.Errorf("choices: %+v", s.Choices)
	}
}

func TestFileRows(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	p := newFiles(f, TaskInput{Task: savingTask()})
	if p.Summary != "1 of 3 files saved" || p.RetryURL != "" {
		t.Errorf("files: %+v", p)
	}
	video, original, cover := p.Rows[0], p.Rows[1], p.Rows[2]
	if video.RetryURL != "" || video.URL != "" || video.Name != "tempfile.example" {
		t.Errorf("a file on its way: %+v", video)
	}
	if original.Next != "Next attempt in 30 s." || original.Link != "The link dies in 13 d." ||
		original.Error == "" ||
		original.RetryURL != "/x/tasks/kie/veo_task_5a70d1be9c44/assets/original/0/retry" {
		t.Errorf("a file that failed once: %+v", original)
	}
	if cover.URL == "" || cover.Hash.Text != "4b1f09c2…" || cover.Source != "tempfile.example" ||
		cover.Link != "" || cover.Facts != "1920 × 1080" {
		t.Errorf("a file that is here: %+v", cover)
	}
	for _, row := range p.Rows {
		if strings.Contains(page(t, fileRow(f, row)), "sig=secret") {
			t.Error("a signed link is shown whole")
		}
	}
}

func TestAllFilesCanBeRetriedTogetherWhereMoreThanOneIsLost(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	lost := savedTask()
	for i := range lost.Assets {
		lost.Assets[i].State, lost.Assets[i].ExpiresAt = task.ExpiredAsset, ago(48*time.Hour)
	}
	p := newFiles(f, TaskInput{Task: lost})
	if p.RetryURL != "/x/tasks/kie/veo_task_7f3c91d2a84e/retry" {
		t.Errorf("retry of all is at %q", p.RetryURL)
	}
	if got := p.Rows[0].Link; got != "The link died 48 h ago." {
		t.Errorf("a dead link says %q", got)
	}
	lost.Assets[0].SourceURL = "::nonsense"
	if got := newFiles(f, TaskInput{Task: lost}).Rows[0].Name; got != "no usable link" {
		t.Errorf("nonsense for a link is named %q", got)
	}
}

func TestTaskFacts(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	var names []string
	saved := savedTask()
	saved.Credits = 60.5
	for _, fact := range taskFacts(f, saved) {
		names = append(names, fact.Name)
	}
	want := []string{"Submitted", "First seen", "First callback", "Completed", "Callbacks", "Cost",
		"Provider’s links die"}
	if !slices.Equal(names, want) {
		t.Errorf("facts are %v", names)
	}
	bare := taskFacts(f, emptyTask(task.Waiting, "a"))
	if len(bare) != 2 || bare[1].URL != "" || bare[1].Small != "no callback" {
		t.Errorf("facts of a bare task: %+v", bare)
	}
}

func TestFallbackIsNeverDrawnAsNoWhereItIsUnknown(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	for value, want := range map[task.Fallback]string{
		task.FallbackYes: "line", task.FallbackUnknown: "dash", "": "dash", task.FallbackNo: "No",
	} {
		about := newAbout(f, task.Task{Fallback: value})
		got := about.No
		if about.Fallback != nil {
			got += about.Fallback.Kind
		}
		if got != want {
			t.Errorf("%s is drawn as %q, want %q", value, got, want)
		}
	}
}

func TestTheDeliveryThatDecidedIsShown(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	late := failureDelivery()
	late.ID, late.Outcome = 48300, task.Repeated
	p := NewTask(f, TaskInput{Task: failedTask(),
		Deliveries: []task.Delivery{late, failureDelivery()}})
	if p.RawNumber != "#48211" || p.RawURL != "/x/deliveries/48211" || len(p.Deliveries) != 2 {
		t.Errorf("shown is %s of %d", p.RawNumber, len(p.Deliveries))
	}
	p = NewTask(f, TaskInput{Task: failedTask(), Deliveries: []task.Delivery{late}})
	if p.RawNumber != "#48300" || len(p.Deliveries) != 0 {
		t.Errorf("of one alone shown is %s, and a list of %d", p.RawNumber, len(p.Deliveries))
	}
}

func TestALongPromptMakesAShortHeading(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	in := savedTask()
	in.Prompt = strings.Repeat("slow dolly to the right, ", 50)
	p := NewTask(f, TaskInput{Task: in})
	if n := len([]rune(p.Heading)); n > 121 || !strings.HasSuffix(p.Heading, " the…") {
		t.Errorf("heading of %d letters: %q", n, p.Heading)
	}
	if p.About.Prompt != in.Prompt {
		t.Error("the prompt itself was cut")
	}
}

func TestTaskPages(t *testing.T) {
	t.Parallel()
	all := []task.Task{savedTask(), savingTask(), partlySavedTask(), failedTask()}
	for _, s := range task.Statuses() {
		all = append(all, emptyTask(s, "id-"+string(s)))
	}
	for _, lang := range i18n.Languages() {
		for _, in := range all {
			t.Run(lang+" "+in.TaskID+" "+string(in.Status), func(t *testing.T) {
				t.Parallel()
				f := pageFrame(t, lang)
				html := page(t, TaskPage(f, NewTask(f, TaskInput{Task: in})))
				wantAll(t, html, StatusText(f.T, in.Status), in.TaskID,
					`data-live="task:kie/`+in.TaskID+`"`, `id="task-stage"`, `id="task-timeline"`)
				wantNone(t, html, "<no value>", ">task.", ">tasks.", ` src=""`, ` href=""`,
					"sig=secret", `action=""`)
			})
		}
	}
}

func TestHostileTaskStaysText(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	bad := savedTask()
	bad.Prompt, bad.Message = `<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`
	bad.Model, bad.ParentTaskID = "<i>", `"><svg>`
	bad.Assets[0].State, bad.Assets[0].Error = task.FailedAsset, "</p><script>"
	bad.Assets[1].SourceURL = "https://<script>/"
	events := []task.Event{{Kind: "other", Detail: "<script>"}}
	html := page(t, TaskPage(f, NewTask(f, TaskInput{Task: bad, Events: events})))
	wantNone(t, html, "<script>alert", "<img src=x", "<i>", "<svg>", "</p><script>")
}
