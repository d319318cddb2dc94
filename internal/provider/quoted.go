package provider

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// quoted parses a string; the current place is its opening quote. A string without escapes is a
// part of the text, not a copy.
func (p *parser) quoted() (string, error) {
	p.at++
	start := p.at
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return p.text[start : p.at-1], nil
		case c == '\\':
			return p.escaped(start)
		case c < ' ':
			return "", p.expected("a closing quote or an escape")
		}
		p.at++
	}
	return "", p.expected("a closing quote")
}

// escaped parses on from the first escape of the string that began at start.
func (p *parser) escaped(start int) (string, error) {
	var b strings.Builder
	b.WriteString(p.text[start:p.at])
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			return b.String(), nil
		case c == '\\':
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
			continue
		case c < ' ':
			return "", p.expected("a closing quote or an escape")
		default:
			b.WriteByte(c)
		}
		p.at++
	}
	return "", p.expected("a closing quote")
}

// escape parses one escape; the current place is its backslash.
func (p *parser) escape() (rune, error) {
	p.at++
	if p.at == len(p.text) {
		return 0, p.expected("an escaped character")
	}
	const from, to = `"\/bfnrt`, "\"\\/\b\f\n\r\t"
	c := p.text[p.at]
	if i := strings.IndexByte(from, c); i >= 0 {
		p.at++
		return rune(to[i]), nil
	}
	if c != 'u' {
		return 0, p.expected("an escaped character")
	}
	p.at++
	return p.unicodeEscape()
}

// unicodeEscape parses what follows \u, and the second half of a surrogate pair. Half a pair
// becomes U+FFFD, and so does NUL, which PostgreSQL cannot store as text.
func (p *parser) unicodeEscape() (rune, error) {
	r, ok := p.hex(p.at)
	if !ok {
		return 0, p.expected("four hexadecimal digits")
	}
	p.at += 4
	if r == 0 {
		return unicode.ReplacementChar, nil
	}
	if !utf16.IsSurrogate(r) {
		return r, nil
	}
	if strings.HasPrefix(p.text[p.at:], `\u`) {
		if low, ok := p.hex(p.at + 2); ok {
			if pair := utf16.DecodeRune(r, low); pair != unicode.ReplacementChar {
				p.at += 6
				return pair, nil
			}
		}
	}
	return unicode.ReplacementChar, nil
}

// hex reads the four hexadecimal digits at an offset.
func (p *parser) hex(at int) (rune, bool) {
	if at+4 > len(p.text) {
		return 0, false
	}
	n, err := strconv.ParseUint(p.text[at:at+4], 16, 32)
	return rune(n), err == nil
}

// place returns the current line and column, both from 1; a column is a character.
func (p *parser) place() string {
	before := p.text[:min(p.at, len(p.text))]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Sprintf("line %d, column %d", line, column)
}

// describe names a character such that a reader can find it, also when it cannot be seen.
func describe(r rune) string {
	switch {
	case r == '\n':
		return "a line break"
	case r == '"':
		return "a double quote"
	case unicode.IsPrint(r):
		return `"` + string(r) + `"`
	}
	return fmt.Sprintf("the character U+%04X", r)
}
