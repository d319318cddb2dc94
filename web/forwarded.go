package web

import "strings"

// forwarded reads the lines of the Forwarded header of RFC 7239. A line with an error tells
// nothing, and neither do those before it: who would know where the next proxy's note begins?
func forwarded(lines []string) (t trail, found bool) {
	for _, line := range lines {
		found = true
		p := forwardedLine{text: line}
		notes, ok := p.elements()
		if !ok {
			t = trail{}
			continue
		}
		for _, note := range notes {
			// A proxy that leaves one out has said so, and keeps its place.
			t.addrs = append(t.addrs, note["for"])
			t.schemes = append(t.schemes, note["proto"])
			t.hosts = append(t.hosts, note["host"])
		}
	}
	return t, found
}

// forwardedLine walks once over a line.
type forwardedLine struct {
	text string
	at   int
}

// elements reads "for=a;proto=b, for=c": what one proxy noted, then the next.
func (p *forwardedLine) elements() (notes []map[string]string, ok bool) {
	for {
		note := make(map[string]string)
		for {
			p.space()
			if !p.pair(note) {
				return nil, false
			}
			p.space()
			if !p.take(';') {
				break
			}
		}
		notes = append(notes, note)
		if p.at == len(p.text) {
			return notes, true
		}
		if !p.take(',') {
			return nil, false
		}
	}
}

// pair reads "name=value" or nothing. A name must not come twice.
func (p *forwardedLine) pair(note map[string]string) bool {
	name := strings.ToLower(p.token())
	if name == "" {
		return p.at == len(p.text) || p.text[p.at] == ',' || p.text[p.at] == ';'
	}
	if _, twice := note[name]; twice || !p.take('=') {
		return false
	}
	value, ok := p.value()
	note[name] = value
	return ok
}

// value reads a token or a text in quotes. Ports and IPv6 addresses need quotes by the letter of
// the RFC; some proxies leave them out.
func (p *forwardedLine) value() (string, bool) {
	if !p.take('"') {
		start := p.at
		for p.at < len(p.text) && (isToken(p.text[p.at]) || strings.IndexByte(":[]", p.text[p.at]) >= 0) {
			p.at++
		}
		return p.text[start:p.at], p.at > start
	}
	var value strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		p.at++
		switch {
		case c == '"':
			return value.String(), true
		case c == '\\' && p.at < len(p.text):
			c = p.text[p.at]
			p.at++
		}
		value.WriteByte(c)
	}
	return "", false
}

func (p *forwardedLine) token() string {
	start := p.at
	for p.at < len(p.text) && isToken(p.text[p.at]) {
		p.at++
	}
	return p.text[start:p.at]
}

func (p *forwardedLine) space() {
	for p.at < len(p.text) && (p.text[p.at] == ' ' || p.text[p.at] == '\t') {
		p.at++
	}
}

func (p *forwardedLine) take(c byte) bool {
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

// isToken says whether RFC 9110 lets a character stand in a token.
func isToken(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
}
