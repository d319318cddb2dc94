package media

import (
	"bytes"
	"slices"
	"testing"

	"github.com/reelback/reelback/internal/sim"
)

func TestShort(t *testing.T) {
	t.Parallel()
	whole := movie(header(1000, 1500), trackOf("vide", 640, 360, false))
	with := func(rest []byte) []byte { return slices.Concat(whole, rest) }
	tests := map[string]struct {
		in   []byte
		want bool
	}{
		"whole":                      {whole, false},
		"cut in the index":           {whole[:len(whole)-30], true},
		"cut in the pictures":        {with(words(1000, 0x6d646174, 0)), true},
		"cut in pictures of 64 bits": {with(words(1, 0x6d646174, 0, 1000)), true},
		"cut in a box's head":        {with(words(1, 0x6d646174)), true},
		"cut before the index":       {append(mp4Box("ftyp", words(0)), mp4Box("mdat")...), true},
		"QuickTime's closing zeros":  {with(words(0)), false},
		"rubbish behind":             {with([]byte("rubbish of nobody")), false},
		"no movie":                   {[]byte("hello, this is a text"), false},
		"nothing":                    {nil, false},
		"the head of one only":       {mp4Box("ftyp", words(0)), false},
		"a size too small":           {append(words(4), "moovmoov"...), false},
	}
	for name, tt := range tests {
		if got := Short(bytes.NewReader(tt.in), int64(len(tt.in))); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestShort_OfEveryClipOfTheFakeProvider(t *testing.T) {
	t.Parallel()
	for _, clip := range sim.Clips() {
		in, err := sim.File(clip.Video())
		if err != nil {
			t.Fatal(err)
		}
		if Short(bytes.NewReader(in), int64(len(in))) {
			t.Errorf("%s is whole", clip.Name)
		}
		for _, n := range []int{100, len(in) / 2, len(in) - 1} {
			if !Short(bytes.NewReader(in[:n]), int64(n)) {
				t.Errorf("%s: the first %d bytes are thought to be whole", clip.Name, n)
			}
		}
	}
}
