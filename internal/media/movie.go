package media

import (
	"encoding/binary"
	"errors"
	"io"
)

// readMovie reads the facts of an ISO base media or QuickTime file from its moov box, wherever
// that stands.
func readMovie(r io.ReaderAt, size int64) (Facts, error) {
	movie := movieReader{boxes: boxReader{r: r, left: maxBoxes}}
	err := movie.boxes.each(0, size, func(b box) error {
		switch b.kind {
		case "mdat":
			movie.late = true
			return nil
		case "moov":
		default:
			return nil
		}
		if err := movie.boxes.each(b.start, b.end, movie.member); err != nil {
			return err
		}
		return errStopped
	})
	switch {
	case err == nil:
		return Facts{}, errors.New("no moov box")
	case !errors.Is(err, errStopped):
		return Facts{}, err
	}
	return movie.facts()
}

// movieReader gathers what the boxes of a movie say.
type movieReader struct {
	boxes     boxReader
	timescale uint64 // units a second
	duration  uint64 // in units; 0 when unknown
	video     track
	late      bool // the pictures stand before the index
}

// member reads one box of moov.
func (m *movieReader) member(b box) error {
	switch b.kind {
	case "mvhd":
		var err error
		m.timescale, m.duration, err = m.readTimes(b)
		return err
	case "trak":
		return m.readTrack(b)
	case "mvex":
		return m.boxes.each(b.start, b.end, m.readFragments)
	}
	return nil
}

// readFragments reads mehd (section 8.8.2): the length of a movie whose header has none.
func (m *movieReader) readFragments(b box) error {
	if b.kind != "mehd" || m.duration != 0 {
		return nil
	}
	c, err := m.boxes.content(b, 8)
	if err != nil {
		return err
	}
	if c[0] == 0 {
		m.duration = uint64(binary.BigEndian.Uint32(c[4:]))
		return nil
	}
	if c, err = m.boxes.content(b, 12); err != nil {
		return err
	}
	m.duration = binary.BigEndian.Uint64(c[4:])
	return nil
}

// readTrack reads one track and keeps the first video, or else the first with dimensions: some
// files lack the handler.
func (m *movieReader) readTrack(b box) error {
	var t track
	err := m.boxes.each(b.start, b.end, func(b box) error {
		switch b.kind {
		case "tkhd":
			return m.readTrackHeader(b, &t)
		case "mdia":
			return m.boxes.each(b.start, b.end, func(b box) error {
				return m.readMedia(b, &t)
			})
		}
		return nil
	})
	if err != nil {
		return err
	}
	if t.width > 0 && t.height > 0 && !m.video.video && (t.video || m.video.width == 0) {
		m.video = t
	}
	return nil
}

// readTrackHeader reads tkhd (section 8.3.2): the size as displayed, and whether the matrix
// turns it by a quarter.
func (m *movieReader) readTrackHeader(b box, t *track) error {
	c, err := m.boxes.content(b, 1)
	if err != nil {
		return err
	}
	matrix := 40 // its place in version 0
	if c[0] != 0 {
		matrix = 52
	}
	if c, err = m.boxes.content(b, int64(matrix)+44); err != nil {
		return err
	}
	cell := func(i int) uint32 { return binary.BigEndian.Uint32(c[matrix+4*i:]) }
	t.width, t.height = int(cell(9)>>16), int(cell(10)>>16)
	if cell(0) == 0 && cell(4) == 0 && cell(1) != 0 && cell(3) != 0 {
		t.width, t.height = t.height, t.width
	}
	return nil
}

// readHandler reads hdlr (section 8.4.3).
func (m *movieReader) readHandler(b box, t *track) error {
	c, err := m.boxes.content(b, 12)
	if err != nil {
		return err
	}
	t.video = string(c[8:12]) == "vide"
	return nil
}

func (m *movieReader) facts() (Facts, error) {
	if m.video.width == 0 {
		return Facts{}, errors.New("no video track")
	}
	duration, ok := seconds(m.duration, m.timescale)
	if !ok {
		return Facts{}, errors.New("impossible duration")
	}
	return Facts{Width: m.video.width, Height: m.video.height, Duration: duration,
		FrameRate: m.video.frameRate(), Codec: codecOf(m.video.codec), FastStart: !m.late}, nil
}
