package views

import (
	"strings"
	"unicode"

	"github.com/reelback/reelback/internal/i18n"
)

// AttemptText says why an attempt at a file failed, in the reader's language. The reasons are
// sentences made for pages; one that no catalogue has is shown as it is.
func AttemptText(t *i18n.Printer, reason string) string {
	id, number := attemptID(reason)
	if reason == "" || !t.Has(id) {
		return reason
	}
	return t.T(id, "Number", number)
}

// attemptID returns the catalogue's id of a reason: its words, with a number taken out.
func attemptID(reason string) (id, number string) {
	words := strings.FieldsFunc(strings.ToLower(reason), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for i, word := range words {
		if strings.Trim(word, "0123456789") == "" {
			words[i], number = "n", word
		}
	}
	return "attempt." + strings.Join(words, "_"), number
}
