package task

import (
	"slices"
	"strings"
)

// PassedWord is a word of a pasted text that somebody may have meant for a task id, and why it was
// not taken for one.
type PassedWord struct {
	Word string
	Why  Passed
}

// Passed says why a word was not taken for a task id.
type Passed string

// The reasons.
const (
	PassedForm    Passed = "form"     // it has not the form of one
	PassedNoID    Passed = "no_id"    // called a task id, it cannot be one
	PassedOther   Passed = "another"  // another word of the text is called the task id
	PassedOtherID Passed = "other_id" // called the id of something else
)

// PassedWhys lists every reason.
func PassedWhys() []Passed {
	return []Passed{PassedForm, PassedNoID, PassedOther, PassedOtherID}
}

// pass notes a word that is no id, if it may have been meant for one.
func (f *foundIDs) pass(word string, name meaning) {
	switch {
	case name == taskName && slices.Contains(nothing(), strings.ToLower(word)):
	case name == taskName:
		f.passed = append(f.passed, PassedWord{word, PassedNoID})
	case name == otherID && looksLikeID(word):
		f.passed = append(f.passed, PassedWord{word, PassedOtherID})
	case name == otherName || name == otherID:
		// What it is called is something that is not told twice, such as a key.
	case nearlyID(word):
		f.passed = append(f.passed, PassedWord{word, PassedForm})
	case f.words == 1:
		f.only = word
	}
}

// nothing lists how programs write that there is no id.
func nothing() []string { return []string{"null", "none", "nil", "undefined", "false"} }

// done looks at the line as a whole: a word alone in its line is one of a list.
func (f foundIDs) done() foundIDs {
	if f.words == 1 && f.only != "" && meaningOf(f.only, false) == unnamed {
		f.passed = append(f.passed, PassedWord{f.only, PassedForm})
	}
	return f
}

// leastNearly is how long a word among others has to be to be nearly an id.
const leastNearly = 8

// nearlyID says whether a word looks as if it had been meant for an id: letters and digits, and no
// date. A number alone may be anything.
func nearlyID(word string) bool {
	letters, digits := 0, 0
	for _, r := range word {
		switch {
		case asciiDigit(r):
			digits++
		case asciiLetter(r):
			letters++
		case r != '-' && r != '_':
			return false
		}
	}
	return len(word) >= leastNearly && letters > 0 && digits >= 2 && !isDate(word)
}

// isDate says whether a word begins with a date, as lines of logs do.
func isDate(word string) bool {
	const date = "0000-00-00"
	if len(word) < len(date) {
		return false
	}
	digit := func(r rune) rune {
		if asciiDigit(r) {
			return '0'
		}
		return r
	}
	return strings.Map(digit, word[:len(date)]) == date
}

// passedOver gathers the words of all lines that were not taken, each once and in order.
func passedOver(lines []foundIDs, taken map[string]bool) (passed []PassedWord) {
	seen := make(map[string]bool)
	note := func(words ...PassedWord) {
		for _, p := range words {
			if !taken[p.Word] && !seen[p.Word] {
				seen[p.Word] = true
				passed = append(passed, p)
			}
		}
	}
	for _, l := range lines {
		note(l.passed...)
		for _, word := range append(l.plain[:len(l.plain):len(l.plain)], l.vague...) {
			note(PassedWord{word, PassedOther})
		}
	}
	return passed
}
