package views

import (
	"slices"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

// attemptsOf are attempts at the first two files of the saved task.
func attemptsOf() []task.Attempt {
	begun := ago(10 * time.Minute)
	return []task.Attempt{
		{Role: task.Video, Number: 7, Result: task.AttemptFailed, StartedAt: begun,
			EndedAt: begun.Add(1500 * time.Millisecond), Host: "cdn.example", Status: 200,
			Bytes: 1_000_000, Reason: "the connection was cut before the file was complete"},
		{Role: task.Video, Number: 8, Result: task.AttemptInterrupted, StartedAt: begun,
			Host: "cdn.example"},
		{Role: task.Video, Number: 9, Result: task.AttemptSaved, StartedAt: begun,
			EndedAt: begun.Add(time.Second), Host: "cdn.example", Status: 206, From: 1_000_000,
			Bytes: 2_000_000},
		{Role: task.Original, Number: 1, Result: task.AttemptRunning, StartedAt: begun, Bytes: 5},
		{Role: task.Cover, Number: 1, Result: task.AttemptRunning, StartedAt: begun, From: 1_000_000},
	}
}

func TestAttemptsAreToldNewestFirst(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	all := newAttempts(f, savedTask(), attemptsOf())
	if len(all) != 3 || all[0].Summary != "9 attempts" || all[0].Last.Text != "Saved" ||
		all[1].Summary != "1 attempt" || all[0].Key == all[1].Key {
		t.Fatalf("got %+v", all)
	}
	rows := all[0].Rows
	if len(rows) != 3 || rows[0].Number != "9" || rows[0].Bytes != "2 MB, after 1 MB" ||
		rows[0].Answer != "206" || rows[0].Took != "1.00 s" || rows[0].Reason != "" {
		t.Errorf("the newest is %+v", rows[0])
	}
	if r := rows[1]; r.Took != "" || r.Answer != "" || r.Status.Text != "Interrupted" {
		t.Errorf("that of a kill is %+v", r)
	}
	if r := all[1].Rows[0]; r.Bytes != "" || r.Status.Text != "Running" {
		t.Errorf("one that runs is %+v", r)
	}
	if r := all[2].Rows[0]; r.Bytes != "goes on after 1 MB" {
		t.Errorf("one that runs and was resumed is %+v", r)
	}
	if got := newAttempts(f, savedTask(), nil); len(got) != 0 {
		t.Errorf("of none %+v", got)
	}
}

func TestTheFilesPartHasTheAttempts(t *testing.T) {
	t.Parallel()
	for lang, words := range map[string][]string{
		i18n.English: {"9 attempts", "Interrupted", "Received", "the connection was cut"},
		i18n.Chinese: {"9 次尝试", "被中断", "收到", "2 MB，接续 1 MB", "文件未传完"},
	} {
		f := pageFrame(t, lang)
		p := NewTask(f, TaskInput{Task: savedTask(), Attempts: attemptsOf()})
		html := page(t, taskFiles(f, p))
		wantAll(t, html, append(words, `<details id="tries-video-0"`, "cdn.example")...)
	}
}

func TestWhatAFileIsNotIsSaid(t *testing.T) {
	t.Parallel()
	in := TaskInput{Task: savedTask()}
	in.Task.Resolution, in.Task.ParentTaskID = "1080p", "before"
	video := &in.Task.Assets[0]
	video.Width, video.Height, video.Duration = 1280, 720, 5*time.Second
	parent := savedTask()
	parent.Assets[0].Duration = 8 * time.Second
	in.Parent = &parent
	for lang, want := range map[string][]string{
		i18n.English: {"The provider says 1080p; the file is only 720p.",
			"This extension is 5.00 s long, not longer than the 8.00 s it extends."},
		i18n.Chinese: {"服务商称 1080p，文件实际只有 720p。",
			"这段延长视频长 5.00 秒，不比被延长的 8.00 秒更长。"},
	} {
		f := pageFrame(t, lang)
		p := NewTask(f, in)
		if got := p.Files.Rows[0].Not; !slices.Equal(got, want) {
			t.Errorf("%s: %q", lang, got)
		}
		wantAll(t, page(t, taskFiles(f, p)), want...)
	}
}

func TestCodecAndRateAreFactsOfAFile(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	for want, a := range map[string]task.Asset{
		"video/mp4, H.264":                 {Codec: "h264", FastStart: true},
		"video/mp4, AV1, index at the end": {Codec: "av1"},
		"video/mp4":                        {},
		"video/mp4, ProRes, 29.97 fps, index at the end": {Codec: "prores", FrameRate: 29.97},
	} {
		a.ContentType = "video/mp4"
		if got := assetType(f, a); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	a := task.Asset{Width: 1920, Height: 1080, Duration: 8 * time.Second, FrameRate: 24}
	if got := assetFacts(f, a); got != "1920 × 1080, 8.00 s" {
		t.Errorf("the facts are %q", got)
	}
	if got := rateText(f, 29.97); got != "29.97 fps" {
		t.Errorf("the rate is %q", got)
	}
}

func TestTheBannerTellsOfTheDisk(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{i18n.English: "Saving is paused: the disk is almost full.",
		i18n.Chinese: "磁盘快满了，已暂停保存。"} {
		f := pageFrame(t, lang)
		f.Strip.DiskFree = 12_000_000
		wantNone(t, page(t, diskBanner(f)), want)
		f.Strip.Short = true
		wantAll(t, page(t, diskBanner(f)), want, "12 MB", `class="banner"`)
		f.Strip.DiskFree, f.Strip.Reserve = 60_100_000_000, 100_000_000_000
		wantAll(t, page(t, diskBanner(f)), "60.1 GB", "100 GB", "39.9 GB", "--disk-reserve")
		wantNone(t, page(t, diskBanner(f)), want)
		f.Strip.Reserve = 50_000_000_000 // a quota is used up, which only writing tells
		wantAll(t, page(t, diskBanner(f)), want)
		f.Strip.DiskFree = 0
		wantNone(t, page(t, diskBanner(f)), "12 MB")
	}
}
