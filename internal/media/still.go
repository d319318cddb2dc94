package media

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"

	"github.com/reelback/reelback/internal/task"
)

const (
	// MaxStill is the largest picture that Still takes, in bytes.
	MaxStill = 2 << 20

	maxStillPixels = 4_000_000 // more than any browser's or converter's picture of a cover has
	maxStillSide   = 8192
	minStillSide   = 16
	maxStillScans  = 32 // of a progressive JPEG; each costs as much as the picture is large
	stillWidth     = 640
	stillQuality   = 82
)

// Picture is a small JPEG of our own making.
type Picture struct {
	JPEG          []byte
	Width, Height int
}

// Still makes a small JPEG of a PNG or JPEG that somebody else made. Nothing of those bytes
// survives but the colours: not a comment, not a profile, not what follows the picture. What is
// not fit for that is task.ErrPicture.
func Still(content []byte) (Picture, error) {
	img, err := decodeStill(content)
	if err != nil {
		return Picture{}, fmt.Errorf("%w: %w", task.ErrPicture, err)
	}
	small := shrink(img)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: stillQuality}); err != nil {
		return Picture{}, fmt.Errorf("encode the cover: %w", err)
	}
	size := small.Bounds()
	return Picture{JPEG: out.Bytes(), Width: size.Dx(), Height: size.Dy()}, nil
}

// decodeStill decodes a picture whose first bytes promise one of a size that does no harm.
func decodeStill(content []byte) (image.Image, error) {
	if len(content) > MaxStill {
		return nil, errors.New("too many bytes")
	}
	read, readConfig := png.Decode, png.DecodeConfig
	switch {
	case bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")):
	case bytes.HasPrefix(content, []byte("\xff\xd8\xff")):
		// In the picture's own data 0xff never stands alone, so that this counts scans at least.
		if bytes.Count(content, []byte{0xff, 0xda}) > maxStillScans {
			return nil, errors.New("too many scans")
		}
		read, readConfig = jpeg.Decode, jpeg.DecodeConfig
	default:
		return nil, errors.New("neither PNG nor JPEG")
	}
	c, err := readConfig(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	if min(c.Width, c.Height) < minStillSide || max(c.Width, c.Height) > maxStillSide ||
		c.Width*c.Height > maxStillPixels {
		return nil, fmt.Errorf("%d × %d pixels", c.Width, c.Height)
	}
	return read(bytes.NewReader(content))
}

// shrink returns the picture at most stillWidth wide, on black where it is transparent, each
// pixel the mean of those it stands for.
func shrink(img image.Image) *image.RGBA {
	full := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(full, full.Bounds(), image.Black, image.Point{}, draw.Src)
	draw.Draw(full, full.Bounds(), img, img.Bounds().Min, draw.Over)
	width, height := full.Bounds().Dx(), full.Bounds().Dy()
	if width <= stillWidth {
		return full
	}
	small := image.NewRGBA(image.Rect(0, 0, stillWidth, max(1, height*stillWidth/width)))
	size := small.Bounds()
	for y := range size.Dy() {
		for x := range size.Dx() {
			from := image.Rect(x*width/size.Dx(), y*height/size.Dy(),
				(x+1)*width/size.Dx(), (y+1)*height/size.Dy())
			copy(small.Pix[small.PixOffset(x, y):], mean(full, from))
		}
	}
	return small
}

// mean is the mean colour of a part of a picture.
func mean(img *image.RGBA, part image.Rectangle) []byte {
	var sums [4]int
	for y := part.Min.Y; y < part.Max.Y; y++ {
		row := img.Pix[img.PixOffset(part.Min.X, y):img.PixOffset(part.Max.X, y)]
		for i := range row {
			sums[i%4] += int(row[i])
		}
	}
	n := part.Dx() * part.Dy()
	return []byte{byte(sums[0] / n), byte(sums[1] / n), byte(sums[2] / n), byte(sums[3] / n)}
}
