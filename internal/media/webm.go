package media

import (
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/bits"
	"strings"
	"time"
)

// The elements of Matroska that hold facts (RFC 9559, section 5.1); WebM has the same.
const (
	elemSegment         = 0x18538067
	elemInfo            = 0x1549A966
	elemTimestampScale  = 0x2AD7B1
	elemDuration        = 0x4489
	elemTracks          = 0x1654AE6B
	elemTrackEntry      = 0xAE
	elemTrackType       = 0x83
	elemCodecID         = 0x86
	elemDefaultDuration = 0x23E383
	elemVideo           = 0xE0
	elemPixelWidth      = 0xB0
	elemPixelHeight     = 0xBA
	elemCluster         = 0x1F43B675
)

// trackVideo is the track type of a video.
const trackVideo = 1

var errElement = errors.New("broken element")

// webmReader gathers what the elements of a WebM file say, which stands before its first pictures.
type webmReader struct {
	r        io.ReaderAt
	left     int    // elements that may still be looked at
	scale    uint64 // nanoseconds of a unit
	duration float64
	entry    webmTrack // being read
	video    webmTrack
}

type webmTrack struct {
	kind, width, height, perPicture uint64
	codec                           string
}

// readWebM reads the facts of a WebM or Matroska file.
func readWebM(r io.ReaderAt, size int64) (Facts, error) {
	w := webmReader{r: r, left: maxBoxes, scale: 1_000_000}
	if err := w.each(0, size, w.visit); err != nil && !errors.Is(err, errStopped) {
		return Facts{}, err
	}
	v := w.video
	if v.width == 0 || v.height == 0 || v.width > math.MaxInt32 || v.height > math.MaxInt32 {
		return Facts{}, errors.New("no video track")
	}
	f := Facts{Width: int(v.width), Height: int(v.height), Codec: v.codec, FastStart: true}
	length := w.duration * float64(w.scale)
	if length > 0 && length < math.MaxInt64/2 {
		f.Duration = time.Duration(length).Round(time.Microsecond)
	}
	if v.perPicture > 0 {
		f.FrameRate = sensibleRate(float64(time.Second) / float64(v.perPicture))
	}
	return f, nil
}

// each calls visit for every element between two offsets. One of unknown length, which live
// recordings have, goes to the end.
func (w *webmReader) each(start, end int64, visit func(id uint64, start, end int64) error) error {
	for at := start; at < end; {
		if w.left--; w.left < 0 {
			return errBoxes
		}
		id, n, err := w.number(at, end, false)
		if err != nil {
			return err
		}
		size, m, err := w.number(at+n, end, true)
		if err != nil {
			return err
		}
		content := at + n + m
		stop := end
		if size != 1<<(7*m)-1 { // all bits set: unknown
			if size > uint64(end-content) {
				return errElement
			}
			stop = content + int64(size)
		}
		if err := visit(id, content, stop); err != nil {
			return err
		}
		at = stop
	}
	return nil
}

// number reads a number of variable length (RFC 8794, section 4); an id keeps its marker.
func (w *webmReader) number(at, limit int64, plain bool) (value uint64, length int64, err error) {
	var b [8]byte
	if limit-at < 1 {
		return 0, 0, errElement
	}
	n, err := w.r.ReadAt(b[:min(8, limit-at)], at)
	if n < 1 {
		return 0, 0, errors.Join(errElement, err)
	}
	length = int64(bits.LeadingZeros8(b[0])) + 1
	if length > int64(n) {
		return 0, 0, errElement
	}
	for _, c := range b[:length] {
		value = value<<8 | uint64(c)
	}
	if plain {
		value &= 1<<(7*length) - 1
	}
	return value, length, nil
}

// visit reads one element, going into those that hold others.
func (w *webmReader) visit(id uint64, start, end int64) error {
	switch id {
	case elemSegment, elemInfo, elemTracks, elemVideo:
		return w.each(start, end, w.visit)
	case elemTrackEntry:
		w.entry = webmTrack{}
		if err := w.each(start, end, w.visit); err != nil {
			return err
		}
		if w.entry.kind == trackVideo && w.video.width == 0 {
			w.video = w.entry
		}
		return nil
	case elemCluster:
		return errStopped // from here on there are pictures
	}
	return w.fact(id, start, end)
}

// fact reads an element that holds a value.
func (w *webmReader) fact(id uint64, start, end int64) (err error) {
	into := map[uint64]*uint64{
		elemTimestampScale: &w.scale, elemTrackType: &w.entry.kind,
		elemDefaultDuration: &w.entry.perPicture,
		elemPixelWidth:      &w.entry.width, elemPixelHeight: &w.entry.height,
	}[id]
	if into == nil && id != elemDuration && id != elemCodecID {
		return nil
	}
	const longest = 32 // of a value; codecs' names are the longest
	content := make([]byte, min(end-start, longest))
	if n, err := w.r.ReadAt(content, start); n < len(content) {
		return errors.Join(errElement, err)
	}
	switch {
	case id == elemCodecID:
		w.entry.codec = webmCodec(string(content))
	case id == elemDuration && len(content) == 8:
		w.duration = math.Float64frombits(binary.BigEndian.Uint64(content))
	case id == elemDuration && len(content) == 4:
		w.duration = float64(math.Float32frombits(binary.BigEndian.Uint32(content)))
	case into != nil && len(content) <= 8:
		*into = 0
		for _, c := range content {
			*into = *into<<8 | uint64(c)
		}
	}
	return nil
}

// webmCodec returns the short name of a codec by its id.
func webmCodec(id string) string {
	names := map[string]string{
		"V_VP8": "vp8", "V_VP9": "vp9", "V_AV1": "av1", "V_MPEG4/ISO/AVC": "h264",
		"V_MPEGH/ISO/HEVC": "hevc", "V_PRORES": "prores",
	}
	return names[strings.TrimRight(id, "\x00")]
}
