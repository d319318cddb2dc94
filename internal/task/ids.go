package task

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// FindIDs returns the task ids in a text that somebody has pasted: a list, a column of a sheet,
// the provider's answers in JSON, lines of a log. Each is given once, in order. It is strict,
// because what is taken for an id becomes a task: a word that is called a task id is one if it
// has a digit, any other only if it has the form of one. Where a line says which of its words is
// the task id, the others are passed over, and told with the reason. What UnsureWords gives is
// taken where it is known to be an id, and whatever stands behind "task_id:" in a line by itself.
func FindIDs(text string, known map[string]bool) (ids []string, passed []PassedWord) {
	s := idScanner{text: text, known: known}
	lines := s.lines()
	anyNamed := slices.ContainsFunc(lines, func(l foundIDs) bool { return len(l.named) > 0 })
	seen := make(map[string]bool)
	for _, l := range lines {
		for _, id := range l.choose(anyNamed) {
			if !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids, passedOver(lines, seen)
}

// foundIDs are the ids of one line, by how sure it is that they are some.
type foundIDs struct {
	named []string // called a task id
	plain []string // called nothing, with the form of one
	vague []string // called an id, of whatever, with the form of one

	passed []PassedWord // that are none, and may have been meant for one
	words  int          // how many there are
	only   string       // the first of them, if it is none
	listed []string     // called nothing, with the form of one or known
}

func (f foundIDs) choose(anyNamed bool) []string {
	switch {
	case len(f.named) > 0:
		return f.named
	case anyNamed:
		return f.plain
	default:
		return append(f.plain, f.vague...)
	}
}

// idScanner goes through a text word by word.
type idScanner struct {
	text  string
	known map[string]bool // the words that are ids whatever their form
	at    int
	line  foundIDs
	start int     // of the line
	began meaning // the name that held at its start
	ended bool    // the line has

	unsure []string // what is an id only if it is known

	name   meaning // of the next value
	inList bool    // the name holds up to the end of the list
}

// step takes one separator or one word.
func (s *idScanner) step() {
	r, size := utf8.DecodeRuneInString(s.text[s.at:])
	if !inWord(r) {
		s.at += size
		s.separator(r)
		return
	}
	start := s.at
	for s.at < len(s.text) {
		next, size := utf8.DecodeRuneInString(s.text[s.at:])
		if !inWord(next) || (next < utf8.RuneSelf) != (r < utf8.RuneSelf) {
			break
		}
		s.at += size
	}
	s.word(strings.Trim(s.text[start:s.at], ".!?*#"))
}

func (s *idScanner) separator(r rune) {
	switch r {
	case '\n':
		s.ended = true
		if !s.inList {
			s.name = unnamed
		}
	case '[':
		s.inList = s.name != unnamed
	case ']', '{', '}':
		s.name, s.inList = unnamed, false
	}
}

func (s *idScanner) word(word string) {
	if word == "" {
		return // nothing but punctuation
	}
	if sign, quoted := s.assigned(); sign != 0 && !looksLikeID(word) {
		s.name, s.inList = meaningOf(word, quoted || sign == '='), false
		return
	}
	name := s.name
	if !s.inList {
		s.name = unnamed
	}
	s.line.words++
	if name != otherName && name != otherID && !looksLikeID(word) {
		s.unsure = append(s.unsure, word)
	}
	if name == unnamed && (looksLikeID(word) || s.known[word]) {
		s.line.listed = append(s.line.listed, word)
	}
	switch {
	case strings.EqualFold(word, "bearer"):
		s.name = otherName // what follows is a secret
	case name == taskName && (canBeID(word) || looksLikeID(word) || s.known[word]):
		s.line.named = append(s.line.named, word)
	case name == unnamed && (looksLikeID(word) || s.known[word] && nearlyID(word)):
		s.line.plain = append(s.line.plain, word)
	case name == vagueName && (looksLikeID(word) || s.known[word]):
		s.line.vague = append(s.line.vague, word)
	default:
		s.line.pass(word, name)
	}
}

// assigned says whether the word just read is the name of what follows: by which sign, 0 for
// none, and whether it stands in quotes.
func (s *idScanner) assigned() (sign rune, quoted bool) {
	for _, r := range s.text[s.at:] {
		switch r {
		case ' ', '\t':
		case '"', '\'', '\\':
			quoted = true
		case ':', '：', '=':
			return r, quoted
		default:
			return 0, quoted
		}
	}
	return 0, quoted
}

// inWord says whether a character can be inside a word, be it an id or none: a link and a file
// name must stay in one piece, so that nothing inside them is taken for an id.
func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r > ' ' && r != 0x7f && !strings.ContainsRune(`,;:="'`+"`"+`()<>{}[]|\`, r)
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

// meaning is what a name says of the value behind it.
type meaning int

const (
	unnamed   meaning = iota
	taskName          // a task id
	vagueName         // an id
	otherName         // something else
	otherID           // the id of something else
)

// meaningOf reads a name. One that a person may have written before a colon says little, unless
// it tells of something that looks like an id and is none.
func meaningOf(name string, exact bool) meaning {
	name = strings.ToLower(name)
	name = strings.NewReplacer("_", "", "-", "", ".", "").Replace(name)
	has := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(name, p) })
	}
	ends := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.HasSuffix(name, p) })
	}
	switch {
	case has("parent", "父"):
		return otherID
	case ends("taskid", "taskids", "task", "tasks"), has("任务"):
		return taskName
	case name == "id", name == "ids":
		return vagueName
	case ends("id", "ids"):
		return otherID
	case exact, ends("url", "uri", "key", "token", "hash", "secret", "signature"),
		has("http", "sha1", "sha2", "md5"):
		return otherName
	}
	return unnamed
}

// canBeID says whether a word that is called a task id can be one. One that is too long is not
// passed over in silence: whoever registers it is told.
func canBeID(word string) bool {
	return len(word) >= 4 && strings.ContainsAny(word, "0123456789") &&
		!strings.ContainsFunc(word, func(r rune) bool {
			return !asciiLetter(r) && !asciiDigit(r) && !strings.ContainsRune("_-.~", r)
		})
}

// The least of a word that is taken for an id by its form alone.
const (
	leastLong   = 16 // characters, of one that does not say that it is a task's
	leastOwn    = 10 // of one that does, as "veo_task_…" and "task_…"
	leastDigits = 3
	leastLetter = 4
)

// looksLikeID says whether a word has the form of a task id: that of a UUID with or without its
// dashes, a long mix of letters and digits in one piece, or the word task with a number.
func looksLikeID(word string) bool {
	letters, digits, dashes := 0, 0, 0
	for _, r := range word {
		switch {
		case asciiLetter(r):
			letters++
		case asciiDigit(r):
			digits++
		case r == '-':
			dashes++
		case r != '_':
			return false
		}
	}
	switch {
	case len(word) > maxName:
		return false
	case isUUID(word):
		return true
	case digits < leastDigits || letters < leastLetter:
		return false
	case strings.Contains(strings.ToLower(word), "task"):
		return len(word) >= leastOwn
	}
	return len(word) >= leastLong && dashes == 0
}

// isUUID says whether a word is a UUID, with its dashes in their places or with none.
func isUUID(word string) bool {
	if len(word) == 36 {
		for _, at := range []int{8, 13, 18, 23} {
			if word[at] != '-' {
				return false
			}
		}
		word = strings.ReplaceAll(word, "-", "")
	}
	return len(word) == 32 && strings.Trim(strings.ToLower(word), "0123456789abcdef") == ""
}

func asciiLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

func asciiDigit(r rune) bool { return '0' <= r && r <= '9' }
