package media

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"testing"
	"time"
)

// element puts an element together, its size in eight bytes.
func element(id uint64, content ...[]byte) []byte {
	body := bytes.Join(content, nil)
	head := bytes.TrimLeft(binary.BigEndian.AppendUint64(nil, id), "\x00")
	return append(binary.BigEndian.AppendUint64(head, 1<<56|uint64(len(body))), body...)
}

func videoEntry(codec string, width, height byte, rest ...[]byte) []byte {
	return element(elemTrackEntry, append(rest, element(elemTrackType, []byte{1}),
		element(elemCodecID, []byte(codec)), element(elemVideo,
			element(elemPixelWidth, []byte{0, width}), element(elemPixelHeight, []byte{height})))...)
}

func webm(members ...[]byte) []byte {
	return append(element(0x1A45DFA3, []byte("webm")), element(elemSegment, members...)...)
}

func TestReadFacts_WebM(t *testing.T) {
	t.Parallel()
	long := element(elemInfo, element(elemTimestampScale, []byte{0x0f, 0x42, 0x40}),
		element(elemDuration, binary.BigEndian.AppendUint64(nil, math.Float64bits(2500))))
	short := element(elemInfo,
		element(elemDuration, binary.BigEndian.AppendUint32(nil, math.Float32bits(1500))))
	each := element(elemDefaultDuration, []byte{0x02, 0x7b, 0xd7, 0xf4}) // 41,670,644 ns
	sound := element(elemTrackEntry, element(elemTrackType, []byte{2}))
	unknownSize := func(b []byte) []byte { // of the segment
		at := bytes.Index(b, []byte{0x18, 0x53, 0x80, 0x67})
		copy(b[at+4:], "\x01\xff\xff\xff\xff\xff\xff\xff")
		return b
	}
	want := Facts{Width: 64, Height: 36, Codec: "vp9", FastStart: true}
	with := func(change func(*Facts)) Facts { f := want; change(&f); return f }
	tests := map[string]struct {
		in   []byte
		want Facts
	}{
		"all there is": {webm(long, element(elemTracks, sound, videoEntry("V_VP9", 64, 36, each))),
			with(func(f *Facts) { f.Duration, f.FrameRate = 2500*time.Millisecond, 23.998 })},
		"a length in 32 bits": {webm(short, element(elemTracks, videoEntry("V_AV1\x00", 64, 36))),
			with(func(f *Facts) { f.Duration, f.Codec = 1500*time.Millisecond, "av1" })},
		"of unknown size": {unknownSize(webm(element(elemTracks, videoEntry("V_VP9", 64, 36)))), want},
		"a codec unknown": {webm(element(elemTracks, videoEntry("V_NEW", 64, 36))),
			with(func(f *Facts) { f.Codec = "" })},
		"the first of two": {webm(element(elemTracks, videoEntry("V_VP9", 64, 36),
			videoEntry("V_VP8", 1, 1))), want},
		"rubbish among the pictures": {webm(element(elemTracks, videoEntry("V_VP9", 64, 36)),
			element(elemCluster), []byte("rubbish")), want},
	}
	for name, tt := range tests {
		got, err := ReadFacts(bytes.NewReader(tt.in), int64(len(tt.in)), typeWebM)
		if err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v, want %+v", name, got, err, tt.want)
		}
	}
	real := read(t, "clip.webm")
	got, err := ReadFacts(bytes.NewReader(real), int64(len(real)), typeWebM)
	if err != nil || got.Width != 64 || got.Height != 36 || got.Codec == "" || got.Duration == 0 {
		t.Errorf("of a real clip %+v, %v", got, err)
	}
}

func TestReadFacts_BrokenWebM(t *testing.T) {
	t.Parallel()
	whole := webm(element(elemTracks, videoEntry("V_VP9", 64, 36)))
	endless := bytes.Repeat([]byte{0xec, 0x80}, maxBoxes+1) // empty elements
	for name, in := range map[string][]byte{
		"nothing":           nil,
		"no tracks":         webm(),
		"cut":               whole[:len(whole)-1],
		"no size":           whole[:4],
		"a number too long": {0x00},
		"a size too large":  append([]byte{0xec, 0x40}, 0xff),
		"endless elements":  append(endless, whole...),
		"no size of it":     webm(element(elemTracks, videoEntry("V_VP9", 0, 36))),
	} {
		got, err := ReadFacts(bytes.NewReader(in), int64(len(in)), typeWebM)
		if !errors.Is(err, ErrFacts) || got != (Facts{}) {
			t.Errorf("%s: %+v, %v, want ErrFacts", name, got, err)
		}
	}
}

func TestReadFacts_OfAnImageThatIsABomb(t *testing.T) {
	t.Parallel()
	for width, want := range map[uint32]bool{10_000: true, 10_001: false} {
		chunk := append([]byte("IHDR"), words(width, 10_000)...)
		chunk = append(chunk, 8, 2, 0, 0, 0)
		head := append([]byte("\x89PNG\r\n\x1a\n"), words(13)...)
		head = append(head, chunk...)
		head = binary.BigEndian.AppendUint32(head, crc32.ChecksumIEEE(chunk))
		got, err := ReadFacts(bytes.NewReader(head), int64(len(head)), typePNG)
		if (err == nil) != want {
			t.Errorf("%d pixels wide: %+v, %v", width, got, err)
		}
	}
}
