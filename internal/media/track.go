package media

import (
	"encoding/binary"
	"math"
	"strings"
	"time"
)

// track is what is known of one track.
type track struct {
	width, height int
	video         bool   // the handler says so
	codec         string // as the sample description names it
	pictures      uint64 // how many samples there are; 0 when unknown
	timescale     uint64 // of this track, in units a second
	duration      uint64 // in its own units; 0 when unknown
}

// readMedia reads one box of mdia, or one of those within.
func (m *movieReader) readMedia(b box, t *track) error {
	switch b.kind {
	case "hdlr":
		return m.readHandler(b, t)
	case "mdhd":
		if scale, duration, err := m.readTimes(b); err == nil {
			t.timescale, t.duration = scale, duration
		}
	case "minf", "stbl":
		// What is broken in here leaves its fact unknown: the movie's size and length stand
		// elsewhere.
		_ = m.boxes.each(b.start, b.end, func(b box) error { return m.readMedia(b, t) })
	case "stsd": // section 8.5.2
		if c, err := m.boxes.content(b, 16); err == nil && binary.BigEndian.Uint32(c[4:]) > 0 {
			t.codec = string(c[12:16])
		}
	case "stsz", "stz2":
		// Both have the number of samples in the same place (section 8.7.3).
		if c, err := m.boxes.content(b, 12); err == nil {
			t.pictures = uint64(binary.BigEndian.Uint32(c[8:]))
		}
	}
	return nil
}

// frameRate is how many pictures a second the track has on average, to a thousandth.
func (t *track) frameRate() float64 {
	if t.pictures == 0 || t.duration == 0 || t.timescale == 0 {
		return 0
	}
	return sensibleRate(float64(t.pictures) * float64(t.timescale) / float64(t.duration))
}

// sensibleRate rounds a rate and takes one that no video has for unknown.
func sensibleRate(rate float64) float64 {
	const highest = 1000
	rate = math.Round(rate*1000) / 1000
	if !(rate > 0 && rate <= highest) { // written so that NaN is none, too
		return 0
	}
	return rate
}

// codecOf returns the short name of a codec by its four characters, themselves where they are
// none of those that providers use and can be printed.
func codecOf(fourcc string) string {
	names := map[string]string{
		"avc1": "h264", "avc3": "h264", "hvc1": "hevc", "hev1": "hevc", "dvh1": "hevc",
		"dvhe": "hevc", "av01": "av1", "vp08": "vp8", "vp09": "vp9", "mp4v": "mpeg4",
		"apch": "prores", "apcn": "prores", "apcs": "prores", "apco": "prores", "ap4h": "prores",
		"jpeg": "mjpeg",
	}
	if name := names[fourcc]; name != "" {
		return name
	}
	name := strings.ToLower(strings.TrimSpace(fourcc))
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return ""
		}
	}
	return name
}

// readTimes reads the unit and the length of mvhd or mdhd (sections 8.2.2 and 8.4.2).
func (m *movieReader) readTimes(b box) (timescale, duration uint64, err error) {
	c, err := m.boxes.content(b, 20)
	if err != nil {
		return 0, 0, err
	}
	if c[0] == 0 {
		return uint64(binary.BigEndian.Uint32(c[12:])),
			known(uint64(binary.BigEndian.Uint32(c[16:])), math.MaxUint32), nil
	}
	if c, err = m.boxes.content(b, 32); err != nil {
		return 0, 0, err
	}
	return uint64(binary.BigEndian.Uint32(c[20:])),
		known(binary.BigEndian.Uint64(c[24:]), math.MaxUint64), nil
}

// seconds turns a count of units into time without overflow.
func seconds(units, perSecond uint64) (time.Duration, bool) {
	if units == 0 {
		return 0, true
	}
	if perSecond == 0 || units/perSecond > uint64(math.MaxInt64/time.Second)-1 {
		return 0, false
	}
	whole := time.Duration(units/perSecond) * time.Second
	rest := units % perSecond * uint64(time.Second) / perSecond // perSecond has 32 bits
	return whole + time.Duration(rest), true
}

// known turns the value that stands for "unknown", all bits set, into 0.
func known(value, unknown uint64) uint64 {
	if value == unknown {
		return 0
	}
	return value
}
