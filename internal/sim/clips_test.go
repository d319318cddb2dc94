package sim

import (
	"bytes"
	"encoding/binary"
	"image/color"
	"image/png"
	"io/fs"
	"slices"
	"testing"
)

// budget is what all clips and covers may weigh together; they are part of every binary.
const budget = 400_000

func TestMediaKeepsToItsBudget(t *testing.T) {
	t.Parallel()
	total := 0
	for _, name := range embedded(t) {
		total += len(file(t, name))
	}
	if total > budget {
		t.Errorf("clips and covers weigh %d bytes, want at most %d", total, budget)
	}
}

func TestClipsAreTheEmbeddedFiles(t *testing.T) {
	t.Parallel()
	var want []string
	for _, c := range Clips() {
		want = append(want, c.Video(), c.Cover())
	}
	slices.Sort(want)
	if got := embedded(t); !slices.Equal(got, want) {
		t.Errorf("embedded files are\n%q, Clips lists\n%q", got, want)
	}
}

func TestClipsComeInSeveralLengthsAndBothShapes(t *testing.T) {
	t.Parallel()
	lengths := make(map[int]bool)
	shapes := make(map[bool]int)
	for _, c := range Clips() {
		lengths[c.Seconds] = true
		shapes[c.Tall()]++
	}
	for _, seconds := range []int{3, 4, 5, 8, 10} {
		if !lengths[seconds] {
			t.Errorf("no clip of %d s", seconds)
		}
	}
	if shapes[true] < 2 || shapes[false] < 4 {
		t.Errorf("%d tall and %d wide clips, want at least 2 and 4", shapes[true], shapes[false])
	}
}

func TestEveryVideoStartsToPlayBeforeItIsLoaded(t *testing.T) {
	t.Parallel()
	for _, c := range Clips() {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			data := file(t, c.Video())
			top := boxes(t, data)
			order := make([]string, 0, len(top))
			for _, b := range top {
				order = append(order, b.kind)
			}
			moov, mdat := slices.Index(order, "moov"), slices.Index(order, "mdat")
			if order[0] != "ftyp" || moov < 0 || mdat < moov {
				t.Fatalf("boxes are %q, want ftyp first and moov before mdat", order)
			}
			if !bytes.Contains(top[moov].body, []byte("avc1")) {
				t.Error("no H.264 track")
			}
			checkHeaders(t, c, top[moov].body)
		})
	}
}

func TestEveryCoverIsASmallPictureOfItsClip(t *testing.T) {
	t.Parallel()
	for _, c := range Clips() {
		img, err := png.Decode(bytes.NewReader(file(t, c.Cover())))
		if err != nil {
			t.Errorf("%s: %v", c.Cover(), err)
			continue
		}
		if size := img.Bounds().Size(); size.X != c.Width || size.Y != c.Height {
			t.Errorf("%s is %v, want %d×%d", c.Cover(), size, c.Width, c.Height)
		}
		if _, ok := img.ColorModel().(color.Palette); !ok {
			t.Errorf("%s has no palette", c.Cover())
		}
	}
}

func TestFileRefusesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"gone.mp4", "../sim.go", ""} {
		if data, err := File(name); err == nil {
			t.Errorf("File(%q) returns %d bytes, want an error", name, len(data))
		}
	}
}

// checkHeaders compares length and size with the movie header and the track header, both of
// version 0.
func checkHeaders(t *testing.T, c Clip, moov []byte) {
	t.Helper()
	mvhd := find(t, boxes(t, moov), "mvhd")
	scale, length := binary.BigEndian.Uint32(mvhd[12:]), binary.BigEndian.Uint32(mvhd[16:])
	if length != scale*uint32(c.Seconds) {
		t.Errorf("plays %d/%d s, want %d s", length, scale, c.Seconds)
	}
	tkhd := find(t, boxes(t, find(t, boxes(t, moov), "trak")), "tkhd")
	width, height := binary.BigEndian.Uint32(tkhd[76:])>>16, binary.BigEndian.Uint32(tkhd[80:])>>16
	if int(width) != c.Width || int(height) != c.Height {
		t.Errorf("is %d×%d, want %d×%d", width, height, c.Width, c.Height)
	}
}

type box struct {
	kind string
	body []byte
}

// boxes splits MP4 data into its boxes.
func boxes(t *testing.T, data []byte) []box {
	t.Helper()
	var out []box
	for len(data) > 0 {
		if len(data) < 8 {
			t.Fatalf("%d bytes left over", len(data))
		}
		size := int(binary.BigEndian.Uint32(data))
		if size < 8 || size > len(data) {
			t.Fatalf("box of %d bytes in %d", size, len(data))
		}
		out = append(out, box{kind: string(data[4:8]), body: data[8:size]})
		data = data[size:]
	}
	return out
}

func find(t *testing.T, in []box, kind string) []byte {
	t.Helper()
	for _, b := range in {
		if b.kind == kind {
			return b.body
		}
	}
	t.Fatalf("no box %q", kind)
	return nil
}

func embedded(t *testing.T) []string {
	t.Helper()
	entries, err := fs.ReadDir(files, "media")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	slices.Sort(names)
	return names
}

func file(t *testing.T, name string) []byte {
	t.Helper()
	data, err := File(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
