package main

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable is a writer for logs. The text form of the log quotes what is not printable; the JSON
// form lets through what JSON allows, which includes characters that move a terminal's cursor or
// turn text around. Inside JSON they can only stand in a string, so they are escaped here.
type printable struct{ out io.Writer }

// Write writes a whole line.
func (p printable) Write(line []byte) (int, error) {
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRune(line[i:])
		if !isPrintable(r, size) {
			return len(line), p.escaped(string(line))
		}
		i += size
	}
	return p.out.Write(line)
}

func isPrintable(r rune, size int) bool {
	return r == '\n' || unicode.IsPrint(r) && (r != utf8.RuneError || size > 1)
}

func (p printable) escaped(line string) error {
	const digits = "0123456789abcdef"
	var b strings.Builder
	escape := func(unit rune) {
		b.WriteString(`\u`)
		for shift := 12; shift >= 0; shift -= 4 {
			b.WriteByte(digits[unit>>shift&15])
		}
	}
	for i, r := range line {
		_, size := utf8.DecodeRuneInString(line[i:])
		switch {
		case isPrintable(r, size):
			b.WriteRune(r)
		case r > 0xFFFF: // JSON writes these as two halves
			escape(0xD800 + (r-0x10000)>>10)
			escape(0xDC00 + (r-0x10000)&0x3FF)
		default:
			escape(r)
		}
	}
	_, err := io.WriteString(p.out, b.String())
	return err
}
