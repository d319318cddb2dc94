package diagnosis

import (
	"regexp"
	"strings"
)

// Veo wraps a refusal, mostly under code 422: "Your request was rejected by Flow(reason). You may
// consider using our other fallback channels …". The reason decides, not the wrapping.
var (
	flowOpening = regexp.MustCompile(`(?i)(?:^|[^\pL\pN_]|by|被)[fｆ][lｌ][oｏ][wｗ]` +
		`(?:拒绝了?)?\s*[(（]`)
	flowTail = regexp.MustCompile(`(?i)\s*[.。]?\s*(?:you\s+may\s+consider|您可以)`)
)

// deepest bounds the wrappings inside a wrapping that are opened.
const deepest = 4

// unwrap returns the text in the brackets of the innermost Flow(…), and the text that decides:
// that one, or the whole message where there is no Flow or nothing in its brackets.
func unwrap(message string) (bracketed, deciding string) {
	deciding = message
	for range deepest {
		at := flowOpening.FindStringIndex(deciding)
		if at == nil {
			break
		}
		inner := closed(deciding[at[1]:])
		if inner == "" {
			break
		}
		bracketed, deciding = inner, inner
	}
	return bracketed, deciding
}

// closed returns the text before the bracket that closes the one already open; ASCII and
// full-width brackets count alike. Where it never closes, the text ends where Flow's own next
// sentence begins, else at the end.
func closed(text string) string {
	open := 1
	for at, r := range text {
		switch r {
		case '(', '（':
			open++
		case ')', '）':
			open--
		}
		if open == 0 {
			return strings.TrimSpace(text[:at])
		}
	}
	if tail := flowTail.FindStringIndex(text); tail != nil {
		text = text[:tail[0]]
	}
	return strings.TrimSpace(strings.TrimRight(text, " .。)）\r\n\t"))
}

// hasFallback tells whether the product can have a fallback model at all: the Veo ones can, and
// an unknown one may.
func hasFallback(product string) bool {
	return product == "" || strings.HasPrefix(strings.ToLower(product), "veo")
}

// triggersFallback tells whether a folded text is one of the three for which kie.ai's fallback
// model steps in. The wire has always been English; the Chinese line is the documented
// translation of the second.
func triggersFallback(text string) bool {
	for _, trigger := range []string{
		"public error minor upload",
		"your prompt was flagged by website as violating content policies",
		"public error prominent people upload",
		"您的提示词被网站标记为违反内容政策",
	} {
		if contains(text, trigger) {
			return true
		}
	}
	return false
}
