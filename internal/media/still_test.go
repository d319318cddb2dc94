package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

// painted is a picture, red at the left and blue at the right.
func painted(width, height int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{R: 220, A: 255}
			if x >= width/2 {
				c = color.RGBA{B: 220, A: 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// pngHeader is the beginning of a PNG that says it has a size.
func pngHeader(width, height uint32) []byte {
	chunk := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	chunk = binary.BigEndian.AppendUint32(chunk, height)
	chunk = append(chunk, 8, 6, 0, 0, 0)
	head := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...)
	return binary.BigEndian.AppendUint32(head, crc32.ChecksumIEEE(chunk))
}

func TestAStillIsSmallAndOurs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		content       []byte
		width, height int
	}{
		"a PNG":            {asPNG(t, painted(320, 180)), 320, 180},
		"a JPEG":           {asJPEG(t, painted(320, 180)), 320, 180},
		"a wide one":       {asPNG(t, painted(1920, 1080)), 640, 360},
		"a tall one":       {asJPEG(t, painted(1080, 1920)), 640, 1137},
		"as wide as it is": {asPNG(t, painted(640, 16)), 640, 16},
		"a strip":          {asPNG(t, painted(8000, 16)), 640, 1},
	} {
		got, err := Still(test.content)
		if err != nil || got.Width != test.width || got.Height != test.height {
			t.Errorf("%s: %d × %d, %v", name, got.Width, got.Height, err)
			continue
		}
		img, err := jpeg.Decode(bytes.NewReader(got.JPEG))
		if err != nil || img.Bounds().Dx() != test.width || img.Bounds().Dy() != test.height {
			t.Errorf("%s: what came out is %v", name, err)
			continue
		}
		left, _, _, _ := img.At(test.width/4, test.height/2).RGBA()
		_, _, right, _ := img.At(test.width*3/4, test.height/2).RGBA()
		if left>>8 < 180 || right>>8 < 180 {
			t.Errorf("%s: the colours are %d and %d", name, left>>8, right>>8)
		}
	}
}

// TestNothingOfAPictureSurvives hides words where pictures have room for them.
func TestNothingOfAPictureSurvives(t *testing.T) {
	t.Parallel()
	words := []byte("<script>alert(1)</script>")
	whole := asJPEG(t, painted(64, 64))
	comment := append([]byte{0xff, 0xfe, 0, byte(len(words) + 2)}, words...)
	for name, content := range map[string][]byte{
		"after a JPEG": append(slices.Clone(whole), words...),
		"in a comment": slices.Concat(whole[:2], comment, whole[2:]),
		"after a PNG":  append(asPNG(t, painted(64, 64)), words...),
	} {
		got, err := Still(content)
		if err != nil || bytes.Contains(got.JPEG, words) {
			t.Errorf("%s: the words are there: %t, %v", name, bytes.Contains(got.JPEG, words), err)
		}
	}
}

func TestWhatIsNoStillIsRefused(t *testing.T) {
	t.Parallel()
	whole := asPNG(t, painted(320, 180))
	scans := asJPEG(t, painted(64, 64))
	for range maxStillScans + 1 {
		scans = append(scans, 0xff, 0xda)
	}
	for name, content := range map[string][]byte{
		"nothing":            {},
		"HTML":               []byte("<!doctype html><script>alert(1)</script>"),
		"HTML as a JPEG":     []byte("\xff\xd8\xff<!doctype html>"),
		"an SVG":             []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`),
		"a GIF":              []byte("GIF89a\x10\x00\x10\x00\x00\x00\x00;"),
		"a video":            read(t, "start.mp4"),
		"a huge PNG":         pngHeader(30000, 30000),
		"a long PNG":         pngHeader(30000, 16),
		"an endless PNG":     pngHeader(1<<31-1, 1<<31-1),
		"an empty PNG":       pngHeader(0, 0),
		"one pixel":          asPNG(t, painted(1, 1)),
		"many pixels":        pngHeader(2001, 2000),
		"half a PNG":         whole[:len(whole)/2],
		"a PNG's first line": whole[:8],
		"half a JPEG":        asJPEG(t, painted(320, 180))[:400],
		"too many bytes":     append(slices.Clone(whole), make([]byte, MaxStill)...),
		"too many scans":     scans,
	} {
		if got, err := Still(content); !errors.Is(err, task.ErrPicture) || got.JPEG != nil {
			t.Errorf("%s: %d bytes, %v", name, len(got.JPEG), err)
		}
	}
}

func FuzzStill(f *testing.F) {
	f.Add(asPNG(f, painted(32, 18)))
	f.Add(asJPEG(f, painted(32, 18)))
	f.Add(pngHeader(30000, 30000))
	f.Fuzz(func(t *testing.T, content []byte) {
		got, err := Still(content)
		if err != nil {
			return
		}
		c, format, err := image.DecodeConfig(bytes.NewReader(got.JPEG))
		if err != nil || format != "jpeg" || c.Width != got.Width || c.Height != got.Height ||
			c.Width > stillWidth {
			t.Errorf("a %s of %d × %d, %v", format, c.Width, c.Height, err)
		}
	})
}
