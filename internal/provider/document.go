package provider

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Kind is what a value is in JSON.
type Kind uint8

// The kinds. Missing is the zero value, so that looking into what is not there is no error.
const (
	Missing Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

// String returns the kind with its article, as error details put it.
func (k Kind) String() string {
	names := [...]string{"missing", "null", "true or false", "a number", "a string", "an array",
		"an object"}
	return names[k]
}

// Document is a parsed body: an object.
type Document struct{ Value }

// Value is one value of a document. Its strings share the body's memory, and its numbers are kept
// as they were written, because task ids and times must not lose digits in a float64.
type Value struct {
	kind Kind
	text string   // a string's content, a number's digits, "true" or "false"
	list []member // of an array (without names) or an object
}

// member is one entry of an object or, without a name, of an array.
type member struct {
	name  string
	value Value
}

// Kind returns what the value is.
func (v Value) Kind() Kind { return v.kind }

// Present says whether the value is there and not null.
func (v Value) Present() bool { return v.kind > Null }

// Get returns the member of that name, a Missing value if there is none or v is no object. When a
// name is there twice the last one counts, as in JavaScript and in Go.
func (v Value) Get(name string) Value {
	if v.kind != Object {
		return Value{}
	}
	for i := len(v.list) - 1; i >= 0; i-- {
		if v.list[i].name == name {
			return v.list[i].value
		}
	}
	return Value{}
}

// First returns the first of the named members that is present, else a Missing value.
func (v Value) First(names ...string) Value {
	for _, name := range names {
		if m := v.Get(name); m.Present() {
			return m
		}
	}
	return Value{}
}

// Has says whether v is an object with one of the names, be its value null or empty.
func (v Value) Has(names ...string) bool {
	for _, name := range names {
		if v.Get(name).kind != Missing {
			return true
		}
	}
	return false
}

// Only says whether v is an object all of whose members are among the names.
func (v Value) Only(names ...string) bool {
	if v.kind != Object {
		return false
	}
	for _, m := range v.list {
		if !slices.Contains(names, m.name) {
			return false
		}
	}
	return true
}

// Len returns the number of entries of an array or members of an object, else 0.
func (v Value) Len() int { return len(v.list) }

// At returns entry i of an array; i must be below Len.
func (v Value) At(i int) Value { return v.list[i].value }

// Text returns a string's content; empty for every other kind.
func (v Value) Text() string {
	if v.kind != String {
		return ""
	}
	return v.text
}

// Literal returns a string's content or a number as it was written; empty for every other kind.
func (v Value) Literal() string {
	if v.kind != String && v.kind != Number {
		return ""
	}
	return v.text
}

// Truth returns true or false, also when it was written as a string. The second result is false
// for everything else: neither 1 nor "yes" is a known spelling.
func (v Value) Truth() (value, ok bool) {
	if v.kind != Bool && v.kind != String {
		return false, false
	}
	text := strings.TrimSpace(v.text)
	yes := strings.EqualFold(text, "true")
	return yes, yes || strings.EqualFold(text, "false")
}

// Integer returns a whole number, also when it was written as a string, with a fraction of zeros
// or with an exponent ("200", 200.0, 2e2). The second result is false for everything else.
func (v Value) Integer() (int64, bool) {
	text := strings.TrimSpace(v.Literal())
	if strings.ContainsAny(text, "eE") {
		return scientific(text)
	}
	whole, fraction, _ := strings.Cut(text, ".")
	if strings.Trim(fraction, "0") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	return n, err == nil
}

// scientific reads a whole number that is written with an exponent, as far as a float64 is exact.
func scientific(text string) (int64, bool) {
	const exact = 1 << 53
	if strings.ContainsAny(text, "xX_") {
		return 0, false // what Go takes for a number and JSON does not
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > exact {
		return 0, false
	}
	return int64(f), true
}
