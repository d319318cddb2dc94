package task

import (
	"slices"
	"strings"
	"unicode"
)

// mostUnsure is how many words UnsureWords gives: each is looked up.
const mostUnsure = 10_000

// UnsureWords returns the words and lines of a pasted text that are task ids only if a task of
// that id is known: their form is that of any other word. Each is given once, in order.
func UnsureWords(text string) []string {
	s := idScanner{text: text}
	s.lines()
	var words []string
	seen := make(map[string]bool)
	for _, word := range s.unsure {
		if len(word) > maxName || seen[word] {
			continue
		}
		seen[word] = true
		if words = append(words, word); len(words) == mostUnsure {
			break
		}
	}
	return words
}

// lines goes through the whole text.
func (s *idScanner) lines() (lines []foundIDs) {
	for s.at < len(s.text) {
		s.step()
		if s.ended {
			lines = append(lines, s.endLine())
		}
	}
	return append(lines, s.endLine())
}

// endLine looks at a line as a whole. A known word among others that are none may be there by
// chance, a number above all, so that it counts where all words are ids, or the line is one.
func (s *idScanner) endLine() foundIDs {
	f, whole := s.line, strings.TrimSpace(s.text[s.start:s.at])
	other := s.began == otherName || s.began == otherID // in a list of something else
	if whole != "" && !other {
		s.unsure = append(s.unsure, whole)
	}
	id := declaredID(whole)
	switch {
	case !other && s.known[whole]:
		f = foundIDs{plain: []string{whole}}
	case f.words > 0 && len(f.listed) == f.words:
		f = foundIDs{plain: f.listed}
	case len(f.named)+len(f.plain)+len(f.vague) == 0 && id != "":
		f = foundIDs{named: []string{id}}
	default:
		f = f.done()
	}
	s.line, s.start, s.began, s.ended = foundIDs{}, s.at, s.name, false
	return f
}

// declaredID returns the id of a line that says nothing but that this is one, "task_id: boat", in
// any form that a registration may have. Programs write names in quotes, people do not.
func declaredID(line string) string {
	name, id := line, ""
	if at := strings.IndexAny(line, ":：="); at >= 0 {
		name, id = line[:at], strings.TrimLeft(line[at:], ":：=")
	}
	name = strings.NewReplacer("_", "", "-", "", " ", "").Replace(name)
	id = strings.Trim(strings.TrimSpace(id), ".!?*#")
	seen := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	r := Registration{Provider: "p", Product: "p", TaskID: id}
	if !strings.EqualFold(name, "taskid") || !strings.ContainsFunc(id, seen) || r.Check() != nil ||
		strings.ContainsFunc(id, func(r rune) bool { return !inWord(r) }) ||
		slices.Contains(nothing(), strings.ToLower(id)) {
		return ""
	}
	return id
}
