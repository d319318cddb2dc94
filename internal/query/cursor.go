package query

import (
	"encoding/base64"
	"encoding/binary"
)

// Cursor hides a position in a listing, the key of the last row shown, in text that is safe in
// a URL. Zero, the beginning, is the empty text.
func Cursor(key int64) string {
	if key <= 0 {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint64(nil, uint64(key)))
}

// ParseCursor reads what Cursor wrote; empty text is the beginning.
func ParseCursor(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err == nil && len(raw) == 8 {
		if key := int64(binary.BigEndian.Uint64(raw)); key > 0 {
			return key, nil
		}
	}
	return 0, &Error{Param: CursorKey, Value: text, Want: WantCursor}
}
