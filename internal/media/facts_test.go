package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/sim"
)

// mp4Box puts a box together.
func mp4Box(kind string, content ...[]byte) []byte {
	body := bytes.Join(content, nil)
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))
	return append(append(b, kind...), body...)
}

// longBox is mp4Box with a size in 64 bits.
func longBox(kind string, content ...[]byte) []byte {
	body := bytes.Join(content, nil)
	b := append([]byte{0, 0, 0, 1}, kind...)
	return append(binary.BigEndian.AppendUint64(b, uint64(len(body)+16)), body...)
}

func words(values ...uint32) []byte {
	var b []byte
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}

// header is a movie header of version 0.
func header(timescale, duration uint32) []byte {
	return mp4Box("mvhd", words(0, 0, 0, timescale, duration), make([]byte, 80))
}

// trackOf is a track with a handler; quarter turns it by 90 degrees.
func trackOf(handler string, width, height uint32, quarter bool) []byte {
	matrix := words(1<<16, 0, 0, 0, 1<<16, 0, 0, 0, 1<<30)
	if quarter {
		matrix = words(0, 1<<16, 0, 0xffff0000, 0, 0, 0, 0, 1<<30)
	}
	return mp4Box("trak",
		mp4Box("tkhd", make([]byte, 40), matrix, words(width<<16, height<<16)),
		mp4Box("mdia", mp4Box("hdlr", words(0, 0), []byte(handler), make([]byte, 12))))
}

// fast are the facts of a movie whose index stands first.
func fast(width, height int, d time.Duration) Facts {
	return Facts{Width: width, Height: height, Duration: d, FastStart: true}
}

// h264 are the facts of the clips among the test data.
func h264(fastStart bool) Facts {
	f := fast(64, 36, time.Second)
	f.FrameRate, f.Codec, f.FastStart = 5, "h264", fastStart
	return f
}

func movie(members ...[]byte) []byte {
	return append(mp4Box("ftyp", []byte("isom"), words(0)), mp4Box("moov", members...)...)
}

func TestReadFacts_Movies(t *testing.T) {
	t.Parallel()
	video, second := trackOf("vide", 640, 360, false), header(1000, 1500)
	long := mp4Box("mvhd", words(1<<24, 0, 0, 0, 0, 90000, 0, 90000*3), make([]byte, 80))
	open := header(1000, math.MaxUint32)
	plain := fast(640, 360, 1500*time.Millisecond)
	tests := []struct {
		name string
		in   []byte
		want Facts
	}{
		{"the index first", read(t, "start.mp4"), h264(true)},
		{"the index last", read(t, "end.mp4"), h264(false)},
		{"turned by a quarter", movie(second, trackOf("vide", 640, 360, true)),
			fast(360, 640, 1500*time.Millisecond)},
		{"other tracks before the video", movie(second, trackOf("soun", 0, 0, false),
			trackOf("text", 10, 10, false), video, trackOf("vide", 1, 1, false)), plain},
		{"no handler at all", movie(second, trackOf("    ", 640, 360, false)), plain},
		{"sizes of 64 bits", append(longBox("mdat", []byte("x")),
			longBox("moov", second, video)...), Facts{Width: 640, Height: 360,
			Duration: 1500 * time.Millisecond}},
		{"a header of version 1", movie(long, video), fast(640, 360, 3*time.Second)},
		{"no duration known", movie(open, video), fast(640, 360, 0)},
		{"a fragmented movie", movie(open, mp4Box("mvex", mp4Box("mehd", words(0, 2000))), video),
			fast(640, 360, 2*time.Second)},
		{"a fragmented movie, 64 bits",
			movie(open, mp4Box("mvex", mp4Box("mehd", words(1<<24, 0, 2000))), video),
			fast(640, 360, 2*time.Second)},
		{"QuickTime's closing zeros", movie(second, video, words(0)), plain},
		{"an index up to the end", append(words(0), movie(second, video)[20:]...), plain},
		{"rubbish behind the index", append(movie(second, video), "rubbish"...), plain},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ReadFacts(bytes.NewReader(tt.in), int64(len(tt.in)), typeMP4)
			if err != nil || got != tt.want {
				t.Errorf("ReadFacts() = %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
}

func TestReadFacts_BrokenMovies(t *testing.T) {
	t.Parallel()
	video, second := trackOf("vide", 640, 360, false), header(1000, 1500)
	whole := movie(second, video)
	tests := map[string][]byte{
		"nothing":            nil,
		"no index":           mp4Box("ftyp", []byte("isom"), words(0)),
		"no track":           movie(second),
		"a cut index":        whole[:len(whole)-30],
		"a size too small":   append(words(4), "moovmoov"...),
		"a negative size":    append(append(words(1), "moov"...), words(math.MaxUint32, 0)...),
		"no time scale":      movie(header(0, 1), video),
		"a child too large":  movie(append(words(math.MaxUint32), "mvhd"...), video),
		"a header too short": movie(mp4Box("mvhd", words(0)), video),
		"too many pixels":    movie(second, trackOf("vide", 65535, 65535, false)),
		"an endless duration": movie(mp4Box("mvhd",
			words(1<<24, 0, 0, 0, 0, 1, math.MaxUint32, 0), make([]byte, 80)), video),
		"endless boxes": append(bytes.Repeat(mp4Box("free"), maxBoxes+1), whole...),
	}
	for name, in := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := ReadFacts(bytes.NewReader(in), int64(len(in)), typeMP4)
			if !errors.Is(err, ErrFacts) || got != (Facts{}) {
				t.Errorf("ReadFacts() = %+v, %v, want ErrFacts", got, err)
			}
		})
	}
}

func TestReadFacts_Images(t *testing.T) {
	t.Parallel()
	picture := image.NewGray(image.Rect(0, 0, 16, 8))
	var asPNG, asJPEG, asGIF bytes.Buffer
	if err := errors.Join(png.Encode(&asPNG, picture), jpeg.Encode(&asJPEG, picture, nil),
		gif.Encode(&asGIF, picture, nil)); err != nil {
		t.Fatal(err)
	}
	riff := func(chunk string) []byte { return []byte("RIFF\x1a\x00\x00\x00WEBP" + chunk) }
	tests := []struct {
		name, contentType string
		in                []byte
		wantError         bool
	}{
		{"PNG", typePNG, asPNG.Bytes(), false},
		{"JPEG", typeJPEG, asJPEG.Bytes(), false},
		{"GIF", typeGIF, asGIF.Bytes(), false},
		{"WebP", typeWebP, read(t, "cover.webp"), false},
		{"WebP without loss", typeWebP, riff("VP8L\x05\x00\x00\x00\x2f\x0f\xc0\x01\x00\x00"), false},
		{"extended WebP", typeWebP,
			riff("VP8X\x0a\x00\x00\x00\x00\x00\x00\x00\x0f\x00\x00\x07\x00\x00"), false},
		{"cut PNG", typePNG, asPNG.Bytes()[:20], true},
		{"cut WebP", typeWebP, read(t, "cover.webp")[:20], true},
		{"another format than declared", typeJPEG, asPNG.Bytes(), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := ReadFacts(bytes.NewReader(tt.in), int64(len(tt.in)), tt.contentType)
			if tt.wantError {
				if !errors.Is(err, ErrFacts) {
					t.Errorf("ReadFacts() = %+v, %v, want ErrFacts", got, err)
				}
				return
			}
			if want := (Facts{Width: 16, Height: 8}); err != nil || got != want {
				t.Errorf("ReadFacts() = %+v, %v, want %+v", got, err, want)
			}
		})
	}
}

func TestTruncated(t *testing.T) {
	t.Parallel()
	whole := read(t, "end.mp4")
	for n := 1; n < len(whole); n++ {
		if !Truncated(bytes.NewReader(whole[:n]), int64(n)) {
			t.Errorf("Truncated() of the first %d bytes = false", n)
		}
	}
	if Truncated(bytes.NewReader(whole), int64(len(whole))) {
		t.Error("Truncated() of the whole file = true")
	}
}

func FuzzReadFacts(f *testing.F) {
	for _, name := range []string{"start.mp4", "end.mp4", "cover.webp", "clip.webm"} {
		f.Add(read(f, name))
	}
	f.Add(movie(header(1, 1), trackOf("vide", 1, 1, true)))
	for _, name := range []string{"boat.mp4", "tea.mp4", "tea.png"} {
		clip, err := sim.File(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(clip[:min(len(clip), 8<<10)]) // the index stands first
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, kind := range types() {
			got, err := ReadFacts(bytes.NewReader(in), int64(len(in)), kind.name)
			if err == nil && (got.Width <= 0 || got.Height <= 0 || got.Duration < 0 ||
				!(got.FrameRate >= 0 && got.FrameRate <= 1000) || len(got.Codec) > 10) {
				t.Errorf("ReadFacts() as %s = %+v without an error", kind.name, got)
			}
		}
		Truncated(bytes.NewReader(in), int64(len(in)))
	})
}

func read(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}
