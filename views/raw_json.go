package views

import (
	"encoding/json"
	"strings"
	"unicode"
)

// Masked stands where a secret was taken out of a text before it came here.
const Masked = "[masked]"

// The bounds of laying out JSON: longer texts are shown as they came, deeper levels share one
// indentation, so that a hostile body cannot make a page of many megabytes.
const (
	maxLaidOut = 64 << 10
	maxIndent  = 24
)

// Span is a piece of a laid-out text.
type Span struct {
	Kind string // "k" name of a member, "s" string, "n" number or literal, "m" masked, "" the rest
	Text string
}

// layOutJSON prints JSON with one value to a line. Numbers and the order of members stay as
// they came, since it moves the text's own tokens and decodes nothing into Go values. It
// returns nil for what is not JSON, and for what is too long.
func layOutJSON(text string) []Span {
	if len(text) > maxLaidOut || !json.Valid([]byte(text)) {
		return nil
	}
	l := layout{text: text}
	for l.at < len(l.text) {
		l.token()
	}
	return l.spans
}

// layout goes through a text known to be JSON, token by token.
type layout struct {
	text  string
	at    int
	spans []Span
	depth int
	// names holds for every open level whether it is an object, and its next string a name.
	names []bool
}

func (l *layout) token() {
	switch c := l.text[l.at]; c {
	case ' ', '\t', '\r', '\n':
		l.at++
	case '{', '[':
		l.open(c)
	case '}', ']':
		l.at++
		l.depth--
		l.names = l.names[:l.depth]
		l.add("", l.line()+string(c))
	case ',':
		l.at++
		l.add("", ","+l.line())
	case ':':
		l.at++
		l.add("", ": ")
	case '"':
		l.str()
	default:
		l.literal()
	}
}

// open begins an object or array; an empty one stays on its line.
func (l *layout) open(bracket byte) {
	l.at++
	rest := strings.TrimLeft(l.text[l.at:], " \t\r\n")
	if rest[0] == '}' || rest[0] == ']' {
		l.at = len(l.text) - len(rest) + 1
		l.add("", string(bracket)+rest[:1])
		return
	}
	l.depth++
	l.names = append(l.names, bracket == '{')
	l.add("", string(bracket)+l.line())
}

func (l *layout) str() {
	end := l.at + 1
	for l.text[end] != '"' {
		if l.text[end] == '\\' {
			end++
		}
		end++
	}
	end++
	token := l.text[l.at:end]
	l.at = end
	if l.isName() {
		l.add("k", token)
		return
	}
	for i, part := range strings.Split(readable(token), Masked) {
		if i > 0 {
			l.add("m", Masked)
		}
		l.add("s", part)
	}
}

// isName says whether the string just read is followed by a colon in an object.
func (l *layout) isName() bool {
	if l.depth == 0 || !l.names[l.depth-1] {
		return false
	}
	return strings.HasPrefix(strings.TrimLeft(l.text[l.at:], " \t\r\n"), ":")
}

func (l *layout) literal() {
	end := l.at
	for end < len(l.text) && !strings.ContainsRune(" \t\r\n,]}", rune(l.text[end])) {
		end++
	}
	l.add("n", l.text[l.at:end])
	l.at = end
}

// line is a line break with the indentation of the current depth.
func (l *layout) line() string { return "\n" + strings.Repeat("  ", min(l.depth, maxIndent)) }

func (l *layout) add(kind, text string) {
	if text == "" {
		return
	}
	if last := len(l.spans) - 1; last >= 0 && l.spans[last].Kind == kind {
		l.spans[last].Text += text
		return
	}
	l.spans = append(l.spans, Span{Kind: kind, Text: text})
}

// readable prints the letters of other alphabets that a string token spells as \u escapes, and
// leaves a token alone that hides control or formatting characters behind them.
func readable(token string) string {
	if !strings.Contains(token, `\u`) {
		return token
	}
	var text string
	if json.Unmarshal([]byte(token), &text) != nil {
		return token
	}
	hidden := func(r rune) bool {
		return r == unicode.ReplacementChar || unicode.In(r, unicode.Cc, unicode.Cf)
	}
	if strings.ContainsFunc(text, hidden) {
		return token
	}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(text) != nil {
		return token
	}
	return strings.TrimSuffix(out.String(), "\n")
}
