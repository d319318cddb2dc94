package sim

import (
	"embed"
	"fmt"
	"path"
	"slices"
)

// files holds the clips and covers; media/make.sh tells how they were made.
//
//go:embed media/*.mp4 media/*.png
var files embed.FS

// Clip is one of the videos the provider has to offer: H.264, 24 pictures a second, no sound.
// The cover is its first picture.
type Clip struct {
	Name          string
	Seconds       int
	Width, Height int
}

// Video is the file name of the clip.
func (c Clip) Video() string { return c.Name + ".mp4" }

// Cover is the file name of the cover.
func (c Clip) Cover() string { return c.Name + ".png" }

// Tall says whether the clip is 9:16; the others are 16:9.
func (c Clip) Tall() bool { return c.Height > c.Width }

// Clips lists every clip.
func Clips() []Clip {
	wide := func(name string, seconds int) Clip { return Clip{name, seconds, 480, 270} }
	tall := func(name string, seconds int) Clip { return Clip{name, seconds, 270, 480} }
	return []Clip{
		wide("alps-fog", 8), wide("aurora", 10), wide("boat", 4), wide("coast-dawn", 5),
		wide("coast-storm", 4), wide("dunes", 3), wide("neon-rain", 5), wide("reef", 8),
		wide("train", 5), wide("whale", 10),
		tall("city-tall", 5), tall("lanterns", 5), tall("room", 3), tall("tea", 8),
	}
}

// resolution is what a provider that tells the truth says of clips: "270p".
func resolution(names []string) string {
	for _, c := range Clips() {
		if slices.Contains(names, c.Name) {
			return fmt.Sprintf("%dp", min(c.Width, c.Height))
		}
	}
	return ""
}

// File returns the bytes of a clip or cover by its file name: what a receiver that followed a
// link to it must end up with.
func File(name string) ([]byte, error) {
	data, err := files.ReadFile(path.Join("media", name))
	if err != nil {
		return nil, fmt.Errorf("read media file: %w", err)
	}
	return data, nil
}

// contentType returns the type of a file of the media folder.
func contentType(name string) string {
	if path.Ext(name) == ".png" {
		return "image/png"
	}
	return "video/mp4"
}
