package media

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/sim"
)

// trackWith is a track with boxes of its own in mdia.
func trackWith(members ...[]byte) []byte {
	media := append([][]byte{mp4Box("hdlr", words(0, 0), []byte("vide"), make([]byte, 12))}, members...)
	return mp4Box("trak",
		mp4Box("tkhd", make([]byte, 40), words(1<<16, 0, 0, 0, 1<<16, 0, 0, 0, 1<<30),
			words(640<<16, 360<<16)),
		mp4Box("mdia", media...))
}

// samples is the table of a track with a codec and a number of pictures.
func samples(codec string, pictures uint32) []byte {
	return mp4Box("minf", mp4Box("stbl",
		mp4Box("stsd", words(0, 1, 86), []byte(codec), make([]byte, 78)),
		mp4Box("stsz", words(0, 0, pictures))))
}

func mediaHeader(timescale, duration uint32) []byte {
	return mp4Box("mdhd", words(0, 0, 0, timescale, duration, 0))
}

func TestReadFacts_CodecAndFrameRate(t *testing.T) {
	t.Parallel()
	second := header(1000, 1000)
	tests := map[string]struct {
		members [][]byte
		codec   string
		rate    float64
	}{
		"24 a second":      {[][]byte{mediaHeader(12288, 12288), samples("avc1", 24)}, "h264", 24},
		"of television":    {[][]byte{mediaHeader(30000, 30030), samples("hvc1", 30)}, "hevc", 29.97},
		"AV1":              {[][]byte{mediaHeader(1000, 1000), samples("av01", 60)}, "av1", 60},
		"VP9":              {[][]byte{mediaHeader(1000, 1000), samples("vp09", 1)}, "vp9", 1},
		"a codec unknown":  {[][]byte{mediaHeader(1000, 1000), samples("vvc1", 25)}, "vvc1", 25},
		"a codec's padded": {[][]byte{mediaHeader(1000, 1000), samples("rle ", 25)}, "rle", 25},
		"no codec's name":  {[][]byte{mediaHeader(1000, 1000), samples("<b>\x00", 25)}, "", 25},
		"no header":        {[][]byte{samples("avc1", 24)}, "h264", 0},
		"a short header":   {[][]byte{mp4Box("mdhd", words(0)), samples("avc1", 24)}, "h264", 0},
		"no unit":          {[][]byte{mediaHeader(0, 9), samples("avc1", 24)}, "h264", 0},
		"no length":        {[][]byte{mediaHeader(9, math.MaxUint32), samples("avc1", 24)}, "h264", 0},
		"no pictures":      {[][]byte{mediaHeader(9, 9), samples("avc1", 0)}, "h264", 0},
		"too many":         {[][]byte{mediaHeader(1, 1), samples("avc1", math.MaxUint32)}, "h264", 0},
		"no samples":       {[][]byte{mediaHeader(9, 9), mp4Box("minf", mp4Box("stbl"))}, "", 0},
		"a broken table":   {[][]byte{mediaHeader(9, 9), mp4Box("minf", words(1<<20, 0))}, "", 0},
		"short boxes": {[][]byte{mediaHeader(9, 9), mp4Box("minf",
			mp4Box("stbl", mp4Box("stsd", words(0)), mp4Box("stz2", words(0))))}, "", 0},
		"an empty description": {[][]byte{mp4Box("minf",
			mp4Box("stbl", mp4Box("stsd", words(0, 0, 0, 0))))}, "", 0},
	}
	for name, tt := range tests {
		in := movie(second, trackWith(tt.members...))
		got, err := ReadFacts(bytes.NewReader(in), int64(len(in)), typeMP4)
		want := fast(640, 360, time.Second)
		want.Codec, want.FrameRate = tt.codec, tt.rate
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, want)
		}
	}
}

func TestReadFacts_OfEveryClipOfTheFakeProvider(t *testing.T) {
	t.Parallel()
	for _, clip := range sim.Clips() {
		in, err := sim.File(clip.Video())
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadFacts(bytes.NewReader(in), int64(len(in)), typeMP4)
		want := Facts{Width: clip.Width, Height: clip.Height, FrameRate: 24, Codec: "h264",
			Duration: time.Duration(clip.Seconds) * time.Second, FastStart: true}
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", clip.Name, got, err, want)
		}
	}
}
