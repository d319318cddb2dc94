// Package mask hides the secrets that callbacks carry: the tokens of callback addresses, the
// signatures of links and headers, and the keys in a body. It works on the text as it arrived,
// so that everything else in it stays exact.
package mask

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/reelback/reelback/internal/task"
)

// Masked stands where a secret stood.
const Masked = "[masked]"

var (
	// Our own callback addresses, wherever they are quoted.
	callbackPath  = regexp.MustCompile(`(/callbacks/[^/\s"'\\?#]+/)[^/\s"'\\?#&]+`)
	callbackQuery = regexp.MustCompile(`([?&]token=)[^&\s"'\\#]+`)
	// The address the task was submitted with, whoever's it is: its path may be its secret.
	// Bodies quote it in JSON and in JSON within a JSON string.
	callbackMember = regexp.MustCompile(
		`(?i)((?:progress)?call_?back_?url\\*"\s*:\s*\\*"\s*[a-z]+:\\*/\\*/[^/\\?#"\s]+)[^"\\\s]*(?:\\/[^"\\\s]*)*`)
	// Members that are secrets by name.
	secretMember = regexp.MustCompile(
		`(?i)("(?:secret|api_?key|token|access_token|authorization|password)\\*"\s*:\s*\\*")[^"\\]+`)
	// Links that carry a signature in their query.
	link = regexp.MustCompile(`(https?:\\?/\\?/[^\s"'<>\\?#]+(?:\\/[^\s"'<>\\?#]+)*)\?([^\s"'<>\\#]+)`)
	// Parameters by which a signed link is known.
	signing = regexp.MustCompile(`(?i)(^|[&;])(x-(amz|goog|oss|cos)-[a-z-]+|sig|sign|signature|` +
		`token|auth(_key)?|key(-pair-id)?|policy|expires|e|st|se|hmac|hash|credential|q-sign-[a-z-]+)=`)
)

// Text returns the text with its secrets masked.
func Text(text string) string {
	text = callbackMember.ReplaceAllString(text, "${1}/"+Masked)
	text = callbackPath.ReplaceAllString(text, "${1}"+Masked)
	text = callbackQuery.ReplaceAllString(text, "${1}"+Masked)
	text = secretMember.ReplaceAllString(text, "${1}"+Masked)
	return link.ReplaceAllStringFunc(text, func(found string) string {
		address, query, _ := strings.Cut(found, "?")
		if signing.MatchString(query) {
			return address + "?" + Masked
		}
		return found
	})
}

// URL returns the link with the signature in its query masked.
func URL(raw string) string {
	if u, err := url.Parse(raw); err == nil && u.User != nil {
		raw = strings.Replace(raw, u.User.String()+"@", Masked+"@", 1)
	}
	return Text(raw)
}

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

func secretHeader(name string) bool {
	switch strings.ToLower(name) {
	case "authorization", "proxy-authorization", "cookie", "set-cookie", "x-webhook-signature":
		return true
	}
	return false
}
