package auth

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// lookalike says whether a name could pass for another that is written otherwise: a Cyrillic а
// among Latin letters, full width, an accent of its own. Of UTS #39 this is the level "highly
// restrictive" together with the plain forms of NFC and, for letters and digits, NFKC. The parts
// of an address are written in a script each.
func lookalike(name string) bool {
	special := func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !norm.NFKC.IsNormalString(string(r))
	}
	return !norm.NFC.IsNormalString(name) || strings.ContainsFunc(name, special) ||
		slices.ContainsFunc(strings.Split(name, "@"), mixesScripts)
}

// mixesScripts says whether a text has letters of scripts that are not written together.
func mixesScripts(text string) bool {
	var used []string
	for _, r := range text {
		if s := scriptOf(r); s != "" && !slices.Contains(used, s) {
			used = append(used, s)
		}
	}
	if len(used) < 2 {
		return false
	}
	for _, together := range [][]string{{"Latin", "Han", "Hiragana", "Katakana"},
		{"Latin", "Han", "Bopomofo"}, {"Latin", "Han", "Hangul"}} {
		if !slices.ContainsFunc(used, func(s string) bool { return !slices.Contains(together, s) }) {
			return false
		}
	}
	return true
}

// scriptOf names the script of a character; none for those that all scripts share.
func scriptOf(r rune) string {
	if unicode.In(r, unicode.Common, unicode.Inherited) {
		return ""
	}
	for name, table := range unicode.Scripts {
		if unicode.Is(table, r) {
			return name
		}
	}
	return ""
}
