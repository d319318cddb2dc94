package media

import (
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

func TestName_Path(t *testing.T) {
	t.Parallel()
	month := time.Date(2026, 11, 30, 23, 30, 0, 0, time.FixedZone("west", -3600))
	tests := []struct {
		name string
		in   Name
		want string
	}{
		{"a Runway extension", Name{Product: "runway-extend", TaskID: "ee60-1", Role: task.Video,
			ContentType: typeMP4}, "runway_extend_ee60-1.mp4"},
		{"its cover", Name{Product: "runway-extend", TaskID: "ee60-1", Role: task.Cover,
			ContentType: typePNG}, "runway_extend_cover_ee60-1.png"},
		{"a second video of an extension", Name{Product: "runway-extend", TaskID: "a",
			Role: task.Video, Index: 1, ContentType: typeMP4}, "runway_extend_a_1.mp4"},
		{"a second cover of an extension", Name{Product: "runway-extend", TaskID: "a",
			Role: task.Cover, Index: 1, ContentType: typeJPEG}, "runway_extend_cover_a_1.jpg"},
		{"a Veo video", Name{Product: "veo3.1", TaskID: "veo_task_1", Role: task.Video,
			ContentType: typeMP4}, "veo3.1_generated_veo_task_1_0.mp4"},
		{"a Veo original", Name{Product: "veo3.1", TaskID: "x", Role: task.Original, Index: 2,
			ContentType: typeMP4}, "veo3.1_original_x_2.mp4"},
		{"a Veo upscale", Name{Product: "veo3.1", TaskID: "x", Role: task.Upscale,
			ContentType: typeWebM}, "veo3.1_upscale_x_0.webm"},
		{"a Veo cover", Name{Product: "veo3.1", TaskID: "x", Role: task.Cover,
			ContentType: typeWebP}, "veo3.1_cover_x_0.webp"},
		{"another product", Name{Product: "runway", TaskID: "x", Role: task.Video,
			ContentType: typeQuickTime}, "runway_video_x_0.mov"},
		{"an unknown type of video", Name{Product: "runway", TaskID: "x", Role: task.Video,
			ContentType: typeUnknown}, "runway_video_x_0.mp4"},
		{"an unknown type of cover", Name{Product: "runway", TaskID: "x", Role: task.Cover},
			"runway_cover_x_0.png"},
		{"a hostile product", Name{Product: "../.a/b", TaskID: "x", Role: task.Cover,
			ContentType: typeGIF}, clean("../.a/b", maxProduct) + "_cover_x_0.gif"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.in.Month = month
			if got := tt.in.Path(); got != "2026-12/"+tt.want {
				t.Errorf("Path() = %q, want %q in the month by UTC", got, tt.want)
			}
		})
	}
}

func TestName_PathOfATimeNobodyKnows(t *testing.T) {
	t.Parallel()
	for _, month := range []time.Time{{}, time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)} {
		got := Name{Product: "runway", TaskID: "x", Role: task.Video, Month: month}.Path()
		if want := "undated/runway_video_x_0.mp4"; got != want {
			t.Errorf("Path() of %v = %q, want %q", month, got, want)
		}
	}
}

func TestCleanKeepsIdsApart(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", maxID)
	ids := []string{"a_b", "a/b", "a\\b", "a b", "a\x00b", "a:b", "ä", "ü", "视频", "影片", "",
		"_", ".", "..", "../..", ".hidden", "_hidden", long, long + "a", long + "b",
		clean("a/b", maxID), clean(clean("a/b", maxID), maxID), "CON", "a.", "%2e%2e", "\xff", "\xfe"}
	seen := make(map[string]string)
	for _, id := range ids {
		got := clean(id, maxID)
		if other, ok := seen[got]; ok {
			t.Errorf("%q and %q both clean to %q", id, other, got)
		}
		seen[got] = id
		if got == "" || len(got) > maxID || got[0] == '.' {
			t.Errorf("clean(%q) = %q is no safe name", id, got)
		}
		for _, c := range got {
			if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"+
				"0123456789._-", c) {
				t.Errorf("clean(%q) = %q keeps %q", id, got, c)
			}
		}
	}
	for _, id := range []string{"a_b", "ee603959-debb-48d1-98c4-a6d1c717eba6", "Veo.Task_1", long} {
		if got := clean(id, maxID); got != id {
			t.Errorf("clean(%q) = %q, want it as it is", id, got)
		}
	}
}
