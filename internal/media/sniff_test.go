package media

import (
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

// noise stands for bytes of a format we do not know.
const noise = "\x00\x01\x02\x03\x04\x05\xfe\xff unknown"

func TestSniff_RecognisesByContent(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, head string
		role       task.Role
		want       string
	}{
		{"MP4", "\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41", task.Video, typeMP4},
		{"MP4 of a brand nobody knows", "\x00\x00\x00\x18ftypnew1", task.Upscale, typeMP4},
		{"QuickTime", "\x00\x00\x00\x14ftypqt  \x20\x05\x03\x00qt  ", task.Original, typeQuickTime},
		{"old QuickTime", "\x00\x00\x00\x08wide\x00\x10\x00\x00mdat", task.Video, typeQuickTime},
		{"WebM", "\x1a\x45\xdf\xa3\x01\x00\x00\x00\x42\x82\x84webm", task.Video, typeWebM},
		{"Matroska", "\x1a\x45\xdf\xa3\x01\x00\x42\x82\x88matroska", task.Video, typeMatroska},
		{"PNG", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", task.Cover, typePNG},
		{"JPEG", "\xff\xd8\xff\xe0\x00\x10JFIF", task.Cover, typeJPEG},
		{"GIF", "GIF89a\x10\x00\x09\x00", task.Cover, typeGIF},
		{"WebP", "RIFF\x10\x00\x00\x00WEBPVP8 ", task.Cover, typeWebP},
		{"AVIF", "\x00\x00\x00\x20ftypavif\x00\x00\x00\x00", task.Cover, typeAVIF},
		{"AVIF by a further brand", "\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1avif",
			task.Cover, typeAVIF},
		{"HEIC", "\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1heic", task.Cover, typeHEIC},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Sniff([]byte(tt.head), tt.role, "text/html", "https://a.example/x.zip")
			if err != nil || got != tt.want {
				t.Errorf("Sniff() = %q, %v, want %q whatever the header says", got, err, tt.want)
			}
		})
	}
}

func TestSniff_RefusesWhatIsCertainlyWrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, head string
		role       task.Role
		want       string
	}{
		{"HTML", "<!DOCTYPE html><html>", task.Video, "an HTML page instead of a video"},
		{"HTML with a drawing in it", "<html><svg></svg>", task.Video, "an HTML page"},
		{"HTML after white space", "\r\n\t <HTML lang=zh>", task.Cover,
			"an HTML page instead of an image"},
		{"HTML in GBK", "<html>\xb4\xed\xce\xf3</html>", task.Video, "an HTML page"},
		{"a bucket's error", "<?xml version=\"1.0\"?><Error>", task.Video, "an XML document"},
		{"SVG", "<svg xmlns=\"http://www.w3.org/2000/svg\">", task.Cover, "an SVG drawing"},
		{"SVG after a prolog", "\xef\xbb\xbf<?xml version=\"1.0\"?><svg>", task.Cover,
			"an SVG drawing"},
		{"JSON", " {\"code\":404}", task.Video, "JSON data"},
		{"a JSON list", "[1]", task.Video, "JSON data"},
		{"text", "not found", task.Video, "plain text"},
		{"text that sounds like a box", "The free offer has ended", task.Video, "plain text"},
		{"one letter", "x", task.Video, "plain text"},
		{"white space", " \n", task.Video, "plain text"},
		{"UTF-16", "\xff\xfe<\x00h\x00", task.Video, "plain text"},
		{"a playlist", "#EXTM3U\n", task.Video, "plain text"},
		{"PDF", "%PDF-1.7\n%\xe2\xe3", task.Video, "a PDF document"},
		{"ZIP", "PK\x03\x04\x14\x00", task.Video, "a ZIP archive"},
		{"gzip", "\x1f\x8b\x08\x00", task.Video, "compressed data"},
		{"WAVE", "RIFF\x10\x00\x00\x00WAVEfmt ", task.Video, "a sound file"},
		{"an image for a video", "\x89PNG\r\n\x1a\n", task.Video, "an image instead of a video"},
		{"a video for a cover", "\x00\x00\x00\x20ftypisom", task.Cover, "a video instead of an image"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Sniff([]byte(tt.head), tt.role, "video/mp4", "https://a.example/x.mp4")
			if !errors.Is(err, ErrWrongType) || got != "" {
				t.Fatalf("Sniff() = %q, %v, want ErrWrongType", got, err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Sniff() says %q, want %q in it", err, tt.want)
			}
		})
	}
}

func TestSniff_KeepsWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		role           task.Role
		declared, link string
		want           string
	}{
		{"as declared", task.Video, "video/webm; codecs=vp9", "", typeWebM},
		{"as its link ends", task.Video, "binary/octet-stream", "https://a.example/x.MOV?s=1",
			typeQuickTime},
		{"not as a cover is declared", task.Video, "image/png", "", typeUnknown},
		{"not as a video is declared", task.Cover, "video/mp4", "x.mp4", typeUnknown},
		{"not as a page", task.Video, "text/html", "x.html", typeUnknown},
		{"not as a drawing", task.Cover, "image/svg+xml", "x.svg", typeUnknown},
		{"without any hint", task.Video, "", ":", typeUnknown},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Sniff([]byte(noise), tt.role, tt.declared, tt.link)
			if err != nil || got != tt.want {
				t.Errorf("Sniff() = %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

func TestSniff_NothingIsNeverASuccess(t *testing.T) {
	t.Parallel()
	if _, err := Sniff(nil, task.Video, "video/mp4", ""); !errors.Is(err, ErrEmpty) {
		t.Errorf("Sniff(nothing) = %v, want ErrEmpty", err)
	}
}

func FuzzSniff(f *testing.F) {
	for _, name := range []string{"start.mp4", "end.mp4", "clip.webm", "cover.webp"} {
		seed, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(seed, "video/mp4", "https://a.example/x.mp4")
	}
	f.Add([]byte("<html>"), "image/png", "%zz")
	f.Fuzz(func(t *testing.T, head []byte, declared, link string) {
		for _, role := range task.Roles() {
			got, err := Sniff(head, role, declared, link)
			if err != nil {
				continue
			}
			if len(head) == 0 || (got != typeUnknown && !fits(got, role)) {
				t.Errorf("Sniff(%q, %s) = %q", head, role, got)
			}
		}
	})
}
