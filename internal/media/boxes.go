package media

import (
	"encoding/binary"
	"errors"
	"io"
)

// maxBoxes bounds how many boxes of a file are looked at; one with the index at the end of many
// fragments has some thousands.
const maxBoxes = 20_000

var (
	errBox     = errors.New("broken box")
	errBoxes   = errors.New("too many boxes")
	errStopped = errors.New("walk stopped")
)

// box is one box of an ISO base media file (ISO/IEC 14496-12, section 4.2): where its content is.
type box struct {
	kind       string
	start, end int64 // of the content, in the file
}

// boxReader walks boxes by their headers alone; content is read only by who asks for it.
type boxReader struct {
	r    io.ReaderAt
	left int // boxes that may still be looked at
}

// each calls visit for every box between two offsets, until visit returns an error. A rest that
// is too short for a box is passed over: QuickTime ends some lists with four zero bytes.
func (b *boxReader) each(start, end int64, visit func(box) error) error {
	for at := start; end-at >= 8; {
		if b.left--; b.left < 0 {
			return errBoxes
		}
		found, err := b.header(at, end)
		if err != nil {
			return err
		}
		if err := visit(found); err != nil {
			return err
		}
		at = found.end
	}
	return nil
}

// header reads the header at an offset at least 8 below the limit, where the parent ends; the box
// must end there or before.
func (b *boxReader) header(at, limit int64) (box, error) {
	var h [16]byte
	if err := b.fill(h[:8], at); err != nil {
		return box{}, err
	}
	head, size := int64(8), int64(binary.BigEndian.Uint32(h[:]))
	switch size {
	case 0: // to the end
		size = limit - at
	case 1: // the size follows, in 64 bits
		if limit-at < 16 {
			return box{}, errBox
		}
		if err := b.fill(h[8:], at+8); err != nil {
			return box{}, err
		}
		head, size = 16, int64(binary.BigEndian.Uint64(h[8:]))
	}
	if size < head || size > limit-at { // a size beyond int64 is negative and caught here too
		return box{}, errBox
	}
	return box{kind: string(h[4:8]), start: at + head, end: at + size}, nil
}

// content reads the first n bytes of a box, which must have them.
func (b *boxReader) content(of box, n int64) ([]byte, error) {
	if of.end-of.start < n {
		return nil, errBox
	}
	content := make([]byte, n)
	return content, b.fill(content, of.start)
}

func (b *boxReader) fill(into []byte, at int64) error {
	if n, err := b.r.ReadAt(into, at); n < len(into) {
		return errors.Join(errBox, err)
	}
	return nil
}

// Truncated says whether an MP4 or QuickTime file ends in the middle of a box or before its index.
// It tells a whole file from a cut one where the server did not say how long the file is.
func Truncated(r io.ReaderAt, size int64) bool {
	boxes, index, end := boxReader{r: r, left: maxBoxes}, false, int64(0)
	err := boxes.each(0, size, func(b box) error {
		index = index || b.kind == "moov"
		end = b.end
		return nil
	})
	if errors.Is(err, errBoxes) {
		return false // too long to say
	}
	return err != nil || !index || end != size
}
