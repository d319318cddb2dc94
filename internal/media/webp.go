package media

import (
	"encoding/binary"
	"errors"
	"image"
	"io"
)

// readWebP reads the first chunk of a WebP file, which holds the dimensions in one of three ways
// (RFC 9649, sections 2.5 to 2.7).
func readWebP(r io.ReaderAt) (Facts, error) {
	b := make([]byte, 30) // 12 of RIFF, 8 of the chunk's header, 10 of the chunk
	if n, err := r.ReadAt(b, 0); n < 25 {
		return Facts{}, errors.Join(errors.New("too short"), err)
	}
	chunk := b[20:]
	var c image.Config
	switch string(b[12:16]) {
	case "VP8 ": // three bytes of frame tag, three of start code
		if string(chunk[3:6]) != "\x9d\x01\x2a" {
			return Facts{}, errors.New("no key frame")
		}
		c.Width = int(binary.LittleEndian.Uint16(chunk[6:]) & 0x3fff)
		c.Height = int(binary.LittleEndian.Uint16(chunk[8:]) & 0x3fff)
	case "VP8L":
		if chunk[0] != 0x2f {
			return Facts{}, errors.New("no signature")
		}
		bits := binary.LittleEndian.Uint32(chunk[1:])
		c.Width, c.Height = int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1
	case "VP8X":
		c.Width, c.Height = int(uint24(chunk[4:]))+1, int(uint24(chunk[7:]))+1
	default:
		return Facts{}, errors.New("unknown chunk")
	}
	return dimensions(c, nil)
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }
