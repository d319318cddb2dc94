package media

import (
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"time"
)

const (
	// maxPixels is far above any frame a provider makes and below what would hurt a reader.
	maxPixels = 100_000_000
	// maxImageHead is how far into an image its dimensions are looked for.
	maxImageHead = 8 << 20
)

// ErrFacts is the error of every file whose facts cannot be read. The file may still play.
var ErrFacts = errors.New("facts of the file cannot be read")

// Facts are what a page wants to know of a file before it is shown.
type Facts struct {
	Width, Height int           // pixels as displayed, rotation applied; 0 when unknown
	Duration      time.Duration // of a video; 0 when unknown
	FrameRate     float64       // pictures a second of a video; 0 when unknown
	Codec         string        // of a video's pictures, such as "h264"; empty when unknown
	FastStart     bool          // of a video: what a player needs first stands first
}

// ReadFacts reads the facts of a stored file, looking only at the few bytes that hold them. It
// knows MP4, QuickTime, WebM, PNG, JPEG, GIF and WebP; everything else and everything broken is
// ErrFacts, which is no reason not to keep the file.
func ReadFacts(r io.ReaderAt, size int64, contentType string) (Facts, error) {
	facts, err := readFacts(r, size, contentType)
	if err == nil && int64(facts.Width)*int64(facts.Height) > maxPixels {
		err = errors.New("too many pixels")
	}
	if err != nil {
		return Facts{}, fmt.Errorf("%w: %w", ErrFacts, err)
	}
	return facts, nil
}

func readFacts(r io.ReaderAt, size int64, contentType string) (Facts, error) {
	head := io.NewSectionReader(r, 0, min(size, maxImageHead))
	switch contentType {
	case typeMP4, typeQuickTime:
		return readMovie(r, size)
	case typeWebM, typeMatroska:
		return readWebM(r, size)
	case typePNG:
		return dimensions(png.DecodeConfig(head))
	case typeJPEG:
		return dimensions(jpeg.DecodeConfig(head))
	case typeGIF:
		return dimensions(gif.DecodeConfig(head))
	case typeWebP:
		return readWebP(r)
	}
	return Facts{}, errors.New("unknown format")
}

func dimensions(c image.Config, err error) (Facts, error) {
	if err == nil && (c.Width <= 0 || c.Height <= 0) {
		err = errors.New("no dimensions")
	}
	if err != nil {
		return Facts{}, err
	}
	return Facts{Width: c.Width, Height: c.Height}, nil
}
