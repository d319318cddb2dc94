package provider

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/reelback/reelback/internal/task"
)

// The bounds of a document. Callbacks have some 5 levels and 30 values; a value takes 64 bytes
// here and may take 2 in the body, so that without a bound a body of commas would cost its size
// many times over.
const (
	MaxDepth  = 64
	MaxValues = 10_000
)

// Parse parses a callback's body, unpacked where it came packed. A byte order mark is skipped, bytes that are not UTF-8 become
// U+FFFD. The error is a *ShapeError: not JSON, or JSON but not an object.
//
// It is a parser of its own and not encoding/json because people read its errors: they say at
// which line and column what was expected. It is also exact on numbers, bounded in depth, and
// takes one pass.
func Parse(body []byte) (Document, error) {
	body, _, err := task.Content(body)
	if err != nil {
		_, detail, _ := strings.Cut(err.Error(), ": ")
		return Document{}, &ShapeError{Reason: task.ReasonEncoding, Detail: detail}
	}
	text := string(body)
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	v, err := ParseText(strings.TrimPrefix(text, "\uFEFF"))
	if err != nil {
		return Document{}, err
	}
	if v.kind != Object {
		return Document{}, &ShapeError{Reason: task.ReasonNotObject}
	}
	return Document{v}, nil
}

// ParseText parses JSON of any kind, such as the text some providers put into a string.
func ParseText(text string) (Value, error) {
	p := parser{text: text, stack: make([]member, 0, 16)}
	v, err := p.value()
	if err != nil {
		return Value{}, err
	}
	p.space()
	if p.at < len(p.text) {
		return Value{}, p.expected("the end of the text")
	}
	return v, nil
}

// parser walks once over a text.
type parser struct {
	text   string
	at     int // byte offset
	depth  int
	values int
	stack  []member // the members of all containers not yet closed
}

// space skips what JSON calls whitespace.
func (p *parser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\r', '\n':
			p.at++
		default:
			return
		}
	}
}

// take steps over c if it is next.
func (p *parser) take(c byte) bool {
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

// value parses whatever stands next, with the space before it.
func (p *parser) value() (Value, error) {
	p.space()
	if p.values++; p.values > MaxValues {
		return Value{}, p.refused("more than " + strconv.Itoa(MaxValues) + " values")
	}
	if p.at == len(p.text) {
		return Value{}, p.expected("a value")
	}
	switch c := p.text[p.at]; {
	case c == '{':
		return p.container(Object, '}')
	case c == '[':
		return p.container(Array, ']')
	case c == '"':
		text, err := p.quoted()
		return Value{kind: String, text: text}, err
	case c == '-' || isDigit(c):
		return p.number()
	}
	return p.word()
}

// container parses an object or an array.
func (p *parser) container(kind Kind, end byte) (Value, error) {
	if p.depth++; p.depth > MaxDepth {
		return Value{}, p.refused("nested deeper than " + strconv.Itoa(MaxDepth) + " levels")
	}
	base := len(p.stack)
	p.at++
	p.space()
	for first := true; !first || !p.take(end); first = false {
		m, err := p.member(kind)
		if err != nil {
			return Value{}, err
		}
		p.stack = append(p.stack, m)
		p.space()
		if p.take(',') {
			continue
		}
		if p.take(end) {
			break
		}
		return Value{}, p.expected("a comma or " + string(end))
	}
	// Not slices.Clone: what it returns may share memory with what it is given, so that the stack
	// would have to be on the heap.
	v := Value{kind: kind, list: make([]member, len(p.stack)-base)}
	copy(v.list, p.stack[base:])
	p.stack = p.stack[:base]
	p.depth--
	return v, nil
}

// member parses one entry: in an object a name, a colon and a value, in an array a value.
func (p *parser) member(kind Kind) (m member, err error) {
	if kind == Object {
		p.space()
		if p.at == len(p.text) || p.text[p.at] != '"' {
			return m, p.expected("a name in double quotes")
		}
		if m.name, err = p.quoted(); err != nil {
			return m, err
		}
		p.space()
		if !p.take(':') {
			return m, p.expected("a colon")
		}
	}
	m.value, err = p.value()
	return m, err
}

// word parses true, false or null.
func (p *parser) word() (Value, error) {
	rest := p.text[p.at:]
	for _, w := range [...]struct {
		text string
		kind Kind
	}{{"true", Bool}, {"false", Bool}, {"null", Null}} {
		if strings.HasPrefix(rest, w.text) {
			p.at += len(w.text)
			return Value{kind: w.kind, text: w.text}, nil
		}
	}
	return Value{}, p.expected("a value")
}

// number parses a number and keeps it as it is written.
func (p *parser) number() (Value, error) {
	start := p.at
	p.take('-')
	if !p.take('0') && !p.digits() {
		return Value{}, p.expected("a digit")
	}
	if p.take('.') && !p.digits() {
		return Value{}, p.expected("a digit")
	}
	if p.take('e') || p.take('E') {
		if !p.take('+') {
			p.take('-')
		}
		if !p.digits() {
			return Value{}, p.expected("a digit")
		}
	}
	return Value{kind: Number, text: p.text[start:p.at]}, nil
}

// digits steps over digits and says whether there was one.
func (p *parser) digits() bool {
	start := p.at
	for p.at < len(p.text) && isDigit(p.text[p.at]) {
		p.at++
	}
	return p.at > start
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// expected reports what should stand at the current place and what does.
func (p *parser) expected(what string) error {
	return &ShapeError{
		Reason: task.ReasonNotJSON,
		Detail: "expected " + what + " at " + p.place() + ", found " + p.found(),
	}
}

// refused reports a bound that the text goes beyond at the current place.
func (p *parser) refused(what string) error {
	return &ShapeError{Reason: task.ReasonNotJSON, Detail: what + " at " + p.place()}
}

// found names the character at the current place.
func (p *parser) found() string {
	if p.at >= len(p.text) {
		return "the end of the text"
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	return describe(r)
}
