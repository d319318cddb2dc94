package media

import (
	"encoding/binary"
	"errors"
	"io"
	"slices"
)

// topBoxes are the boxes that stand side by side in a movie.
func topBoxes() []string {
	return []string{"ftyp", "styp", "moov", "mdat", "moof", "mfra", "sidx", "ssix", "free", "skip",
		"wide", "pnot", "uuid", "meta", "udta", "pdin", "emsg", "prft", "junk"}
}

// Short says whether an MP4 or QuickTime file is certainly only the beginning of one: all of it is
// well formed, but its last box is longer than what is there, or the index is missing. It tells a
// server's wrong length from a file that merely cannot be understood, of which it is false.
func Short(r io.ReaderAt, size int64) bool {
	boxes, index, pictures := boxReader{r: r, left: maxBoxes}, false, false
	for at := int64(0); size-at >= 8; {
		var head [8]byte
		if boxes.left--; boxes.left < 0 || boxes.fill(head[:], at) != nil {
			return false
		}
		kind := string(head[4:])
		if !slices.Contains(topBoxes(), kind) {
			return false
		}
		found, err := boxes.header(at, size)
		if errors.Is(err, errBox) {
			return binary.BigEndian.Uint32(head[:]) == 1 || // in 64 bits
				int64(binary.BigEndian.Uint32(head[:])) > size-at
		}
		index, pictures = index || kind == "moov", pictures || kind == "mdat"
		at = found.end
	}
	return pictures && !index
}
