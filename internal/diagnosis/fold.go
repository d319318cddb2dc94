package diagnosis

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// longest is how much of a message is read, in bytes. The known ones are under 300; the limit
// keeps a hostile one from costing time.
const longest = 16 << 10

// clip cuts a message at longest, between two characters.
func clip(message string) string {
	if len(message) <= longest {
		return message
	}
	end := longest
	for end > longest-utf8.UTFMax && !utf8.RuneStart(message[end]) {
		end--
	}
	return message[:end]
}

// fold brings a text into the form in which texts are compared: narrow, lower case, words of
// letters and digits separated by one space, nothing between Chinese characters. So case, width,
// punctuation and spaces make no difference, and names_like_this read as words.
func fold(text string) string {
	var folded strings.Builder
	var last rune
	gap := false
	for _, r := range width.Fold.String(text) {
		r = unicode.ToLower(r)
		switch {
		case isSilent(r):
		case !isWord(r):
			gap = true
		default:
			if gap && last != 0 && !isHan(last) && !isHan(r) {
				folded.WriteByte(' ')
			}
			folded.WriteRune(r)
			last, gap = r, false
		}
	}
	return folded.String()
}

// contains tells whether a folded text holds a phrase at word boundaries. A star in the phrase
// stands for any text: "cannot exceed * characters".
func contains(text, phrase string) bool {
	for part := range strings.SplitSeq(phrase, "*") {
		part = strings.TrimSpace(part)
		at := index(text, part)
		if at < 0 {
			return false
		}
		text = text[at+len(part):]
	}
	return true
}

// index returns where a folded text holds part without cutting a word in two, or -1.
func index(text, part string) int {
	for from := 0; ; {
		at := strings.Index(text[from:], part)
		if at < 0 {
			return -1
		}
		at += from
		if !joined(text[:at], part) && !joined(part, text[at+len(part):]) {
			return at
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		from = at + max(size, 1)
	}
}

// joined tells whether the end of one text and the start of the next make one Latin word.
func joined(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	return isWord(last) && isWord(first) && !isHan(last) && !isHan(first)
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// isSilent tells of characters that neither spell nor separate: apostrophes, so that "isn’t" is
// one word, and invisible ones such as the zero-width space.
func isSilent(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', '´':
		return true
	}
	return unicode.Is(unicode.Cf, r)
}
