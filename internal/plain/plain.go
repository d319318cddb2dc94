// Package plain keeps characters that nobody sees, but that act, out of what the program says:
// those that move a terminal's cursor, turn text around or end a line. What a callback brings may
// be full of them. It knows texts only, not whose they are.
package plain

import (
	"bytes"
	"io"
	"unicode"
	"unicode/utf8"
)

// JSON returns a JSON text with every character that is not printable written as an escape, which
// means the same. In JSON such a character can only stand in a string.
func JSON(text []byte) []byte {
	return rewrite(text, isPrintable, func(out []byte, r rune) []byte {
		if r > 0xFFFF { // JSON writes these as two halves
			return escape(escape(out, 0xD800+(r-0x10000)>>10), 0xDC00+(r-0x10000)&0x3FF)
		}
		return escape(out, r)
	})
}

func isPrintable(r rune) bool { return r == '\n' || unicode.IsPrint(r) }

func escape(out []byte, unit rune) []byte {
	const digits = "0123456789abcdef"
	return append(out, '\\', 'u', digits[unit>>12&15], digits[unit>>8&15], digits[unit>>4&15],
		digits[unit&15])
}

// Page returns a page with U+FFFD in place of every control character, which HTML does not allow.
// Text that is turned around stays so: it is a matter of where it stands.
func Page(text []byte) []byte {
	return rewrite(text, isAllowed, func(out []byte, _ rune) []byte {
		return utf8.AppendRune(out, utf8.RuneError)
	})
}

func isAllowed(r rune) bool {
	return r == '\n' || r == '\t' || r == '\r' || !unicode.IsControl(r)
}

// rewrite replaces what is not good. Bytes that are no UTF-8 are never good; a text without any
// of them is returned as it is.
func rewrite(text []byte, good func(rune) bool, replace func([]byte, rune) []byte) []byte {
	at := 0
	for at < len(text) {
		if c := text[at]; c >= ' ' && c < 0x7F {
			at++
			continue
		}
		r, size := utf8.DecodeRune(text[at:])
		if !good(r) || r == utf8.RuneError && size < 2 {
			break
		}
		at += size
	}
	if at == len(text) {
		return text
	}
	out := bytes.Clone(text[:at])
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if good(r) && (r != utf8.RuneError || size > 1) {
			out = append(out, text[at:at+size]...)
		} else {
			out = replace(out, r)
		}
		at += size
	}
	return out
}

// Writer is a writer of JSON, a whole line at a time, as loggers write.
func Writer(out io.Writer) io.Writer { return writer{out} }

type writer struct{ out io.Writer }

// Write writes a line.
func (w writer) Write(line []byte) (int, error) {
	if _, err := w.out.Write(JSON(line)); err != nil {
		return 0, err
	}
	return len(line), nil
}
