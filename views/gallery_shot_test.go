package views

import (
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

func TestShape_IsTheNearest(t *testing.T) {
	t.Parallel()
	tests := []struct {
		width, height int
		want          string
	}{
		{1920, 1080, "16:9"}, {1280, 768, "16:9"}, {1080, 1920, "9:16"}, {768, 1280, "9:16"},
		{720, 720, "1:1"}, {1104, 832, "4:3"}, {832, 1104, "3:4"}, {1584, 672, "21:9"},
		{1, 1000, "9:16"}, {4000, 1, "21:9"},
	}
	for _, test := range tests {
		if got := Shape(test.width, test.height); got != test.want {
			t.Errorf("%d × %d is %s, want %s", test.width, test.height, got, test.want)
		}
	}
}

func TestShortID(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"veo_task_7f3c91d2a84e":                "veo_task_7f3c91d2a84e",
		"c3a8e1f0-52d7-4b96-8f0a-2d41e97b6c08": "c3a8e1f0…7b6c08",
		strings.Repeat("回", 25):                "回回回回回回回回…回回回回回回",
		"":                                     "",
	}
	for id, want := range tests {
		if got := ShortID(id); got != want {
			t.Errorf("ShortID(%q) = %q, want %q", id, got, want)
		}
	}
}

// asset is a file of a task in a story of one line.
func asset(role task.Role, state task.AssetState) task.Asset {
	a := task.Asset{Role: role, State: state}
	if state == task.SavedAsset {
		a.Path = "2026-11/a b." + string(role)
	}
	return a
}

func TestNewShot_ShowsWhatThereIs(t *testing.T) {
	t.Parallel()
	video, cover := asset(task.Video, task.SavedAsset), asset(task.Cover, task.SavedAsset)
	tests := map[string]struct {
		task  task.Task
		want  Shot // only what is compared below
		blank bool
	}{
		"saved": {
			task.Task{Status: task.Saved, Assets: []task.Asset{video, cover}},
			Shot{Video: "/media/2026-11/a%20b.video", Cover: "/media/2026-11/a%20b.cover"}, false},
		"saved without a cover": {
			task.Task{Status: task.Saved, Assets: []task.Asset{video}},
			Shot{Video: "/media/2026-11/a%20b.video"}, false},
		"only the original is here": {
			task.Task{Status: task.PartlySaved, Assets: []task.Asset{
				asset(task.Video, task.ExpiredAsset), asset(task.Original, task.SavedAsset)}},
			Shot{Video: "/media/2026-11/a%20b.original"}, false},
		"the cover came first": {
			task.Task{Status: task.Saving, TaskID: "id", Provider: "kie", Assets: []task.Asset{
				asset(task.Video, task.SavingAsset), cover}},
			Shot{Cover: "/media/2026-11/a%20b.cover", Reason: "1 of 2 files are here"}, true},
		"the last attempt failed": {
			task.Task{Status: task.Saving, Assets: []task.Asset{
				{Role: task.Video, State: task.Pending, Error: "reset"}}},
			Shot{Reason: "The last attempt failed, trying again"}, true},
		"failed": {
			task.Task{Status: task.Failed, Category: task.ContentPolicy},
			Shot{Reason: "Your move: change it and submit again"}, true},
		"failed for no known reason": {
			task.Task{Status: task.Failed},
			Shot{Reason: "It is not clear whose move it is"}, true},
		"expired": {
			task.Task{Status: task.Expired, Assets: []task.Asset{
				asset(task.Video, task.ExpiredAsset)}},
			Shot{Reason: "The provider’s link died before it was saved"}, true},
		"expired for a reason": {
			task.Task{Status: task.Expired, Assets: []task.Asset{{Role: task.Video,
				State: task.ExpiredAsset, Error: task.Answered(410)}}},
			Shot{Reason: "Video: the server answered 410"}, true},
		"a dead link that is tried again": {
			task.Task{Status: task.Saving, Assets: []task.Asset{{Role: task.Video,
				State: task.Pending, Failures: 1, Error: task.Answered(404)}}},
			Shot{Reason: "Video: the server answered 404; trying again"}, true},
		"a refused link": {
			task.Task{Status: task.Unconfirmed, Assets: []task.Asset{{Role: task.Video,
				State: task.FailedAsset, Error: task.ErrorNotPublic}}},
			Shot{Reason: "Video: the address is not public"}, true},
		"waiting": {
			task.Task{Status: task.Waiting},
			Shot{Reason: "Nothing heard from the provider yet"}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := newShot(storyFrame(t, i18n.English, ""), &test.task)
			if got.Video != test.want.Video || got.Cover != test.want.Cover ||
				got.Blank != test.blank || got.Reason != test.want.Reason {
				t.Errorf("video %q, cover %q, blank %v, reason %q; want %q, %q, %v, %q", got.Video,
					got.Cover, got.Blank, got.Reason, test.want.Video, test.want.Cover, test.blank,
					test.want.Reason)
			}
		})
	}
}

func TestNewShot_EveryStatusHasAReason(t *testing.T) {
	t.Parallel()
	for _, lang := range i18n.Languages() {
		f := storyFrame(t, lang, "")
		for _, status := range task.Statuses() {
			if status == task.Saved {
				continue
			}
			s := newShot(f, &task.Task{Status: status})
			if s.Reason == "" || s.Reason == "gallery.reason."+string(status) || !s.Blank {
				t.Errorf("%s, %s: reason %q", lang, status, s.Reason)
			}
		}
		for _, c := range task.Categories() {
			if id := "gallery.move." + string(c.Move()); !f.T.Has(id) {
				t.Errorf("%s: no message %s", lang, id)
			}
		}
	}
}

func TestNewShot_TitleAndPrint(t *testing.T) {
	t.Parallel()
	f := storyFrame(t, i18n.English, "")
	f.Zone = shanghai()
	base := task.Task{Provider: "kie", TaskID: "c3a8e1f0-52d7-4b96-8f0a-2d41e97b6c08",
		Product: "veo3.1", Resolution: "1080p", FirstSeenAt: f.Now, Status: task.Saved,
		Fallback: task.FallbackUnknown, Assets: []task.Asset{{Role: task.Video,
			State: task.SavedAsset, Path: "v", Duration: 7600 * time.Millisecond,
			Width: 720, Height: 1280}}}
	s := newShot(f, &base)
	if s.Title != "Veo 3.1 c3a8e1f0…7b6c08" || s.Print != "VEO 3.1 1080p" ||
		s.At.Text != "22:41" || s.Length != "0:08" || s.Shape != "9:16" || s.Fallback {
		t.Errorf("shot is %+v", s)
	}
	if want := "/tasks/kie/" + base.TaskID; s.URL != want {
		t.Errorf("link %s, want %s", s.URL, want)
	}
	base.Prompt, base.Fallback = "  Two\nlines ", task.FallbackYes
	if s = newShot(f, &base); s.Title != "Two lines" || !s.Fallback {
		t.Errorf("title %q, fallback %v; want %q and the mark", s.Title, s.Fallback, "Two lines")
	}
}

func TestNewShot_ProgressFollowsTheFirstOpenFile(t *testing.T) {
	t.Parallel()
	saving := task.Task{Provider: "kie", TaskID: "a/b", Status: task.Saving, Assets: []task.Asset{
		asset(task.Video, task.FailedAsset), {Role: task.Original, Index: 2, State: task.Pending}}}
	s := newShot(storyFrame(t, i18n.English, ""), &saving)
	if s.Leader.Progress != "kie/a/b/original/2" || s.Leader.Percent != -1 {
		t.Errorf("leader is %+v", s.Leader)
	}
}
