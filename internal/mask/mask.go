// Package mask hides the secrets that callbacks carry: the tokens of callback addresses, the
// signatures of links and headers, and the keys in a body. It works on the text as it arrived,
// so that everything else in it stays exact, and knows neither providers nor pages.
package mask

import (
	"strings"

	"github.com/reelback/reelback/internal/task"
)

// Masked stands where a secret stood.
const Masked = "[masked]"

// Text returns the text with its secrets masked. Masking twice changes nothing more.
func Text(text string) string {
	text = members(text)
	text = signedLinks(text) // first: a query that is masked in part has no clear end any more
	return addresses(text)
}

// URL returns the link with the signature in its query and the user in its host masked.
func URL(raw string) string { return Text(raw) }

// Headers returns the header lines with the values of secret ones masked.
func Headers(lines []task.Header) []task.Header {
	masked := make([]task.Header, len(lines))
	for i, h := range lines {
		if secretHeader(h.Name) {
			h.Value = Masked
		} else {
			h.Value = Text(h.Value)
		}
		masked[i] = h
	}
	return masked
}

// secretHeader goes by parts of names: providers' own differ, "X-Webhook-Signature", "X-Api-Key".
func secretHeader(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{"authorization", "cookie", "signature", "token", "secret",
		"api-key", "apikey"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}
