package mask

import (
	"regexp"
	"strings"
)

// In JSON a slash and an ampersand may be escaped, and in a query anything may be.
const (
	slash     = `(?:\\*/|%2[fF])`
	ampersand = `(?:[?&;]|\\+u0026)`
)

var (
	// Our own callback addresses, wherever they are quoted.
	callbackPath = regexp.MustCompile(
		`(` + slash + `callbacks` + slash + `[^/\s"'\\?#&%<>]+` + slash + `)[^/\s"'\\?#&%<>]+`)
	// The token of a callback address in its query, as it is and within another query.
	callbackQuery  = regexp.MustCompile(`(?i)(` + ampersand + `token=)[^&\s"'\\#;<>]+`)
	escapedQuery   = regexp.MustCompile(`(?i)((?:%3f|%26)token%3d)[^&\s"'\\#;<>%]+`)
	userOfAnyLink  = regexp.MustCompile(`(?i)([a-z][a-z0-9+.-]*:(?:\\*/){2})[^\s"'<>/\\?#@]+@`)
	linkWithQuery  = regexp.MustCompile(`(?i)https?:(?:\\*/){2}(?:[^\s"'<>\\?#]|\\+/)+\?`)
	escaped        = regexp.MustCompile(`^\\+(?:/|u[0-9a-fA-F]{4})`) // as it may be in a query
	signingInQuery = regexp.MustCompile(
		`(?i)(?:^|` + ampersand + `|%3f|%26)(?:` + signing + `)(?:=|%3d)`)
)

// signing are the parameters by which a signed link is known: those of S3, Google, Aliyun,
// Tencent, Volcengine, Azure and CloudFront, and what smaller networks use.
const signing = `x-(?:amz|goog|oss|cos|tos|obs)-[a-z-]+|q-sign[a-z-]*|sig|sign|signature|` +
	`key-pair-id|policy|(?:oss)?accesskeyid|googleaccessid|credential|token|__token__|` +
	`[a-z-]*token|auth(?:_?key)?|key|api_?key|hmac|hash|md5|hdn(?:ea|ts)|(?:tx|ws)secret|` +
	`secret|expires|e|st|se`

// addresses masks the tokens of callback addresses, and users and their passwords. The patterns
// are slow on long texts, most of which lack a part that each of them needs.
func addresses(text string) string {
	if strings.Contains(text, "callbacks") {
		text = callbackPath.ReplaceAllString(text, "${1}"+Masked)
	}
	if strings.Contains(text, "=") {
		text = callbackQuery.ReplaceAllString(text, "${1}"+Masked)
	}
	if strings.Contains(text, "%") {
		text = escapedQuery.ReplaceAllString(text, "${1}"+Masked)
	}
	if strings.Contains(text, "@") {
		text = userOfAnyLink.ReplaceAllString(text, "${1}"+Masked+"@")
	}
	return text
}

// signedLinks masks the queries of links that carry a signature.
func signedLinks(text string) string {
	if !strings.Contains(text, "?") {
		return text
	}
	var out strings.Builder
	for {
		found := linkWithQuery.FindStringIndex(text)
		if found == nil {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(text[:found[1]])
		text = text[found[1]:]
		query := queryIn(text)
		if signingInQuery.MatchString(query) {
			out.WriteString(Masked)
		} else {
			out.WriteString(query)
		}
		text = text[len(query):]
	}
}

// queryIn returns the query a text begins with. A list without quotes may hold one more link
// behind a comma, and what closes a bracket or a sentence is no part of a query.
func queryIn(text string) string {
	end := 0
	for end < len(text) && !strings.ContainsRune(" \t\r\n\f\"'<>#", rune(text[end])) {
		step := 1
		if text[end] == '\\' {
			step = len(escaped.FindString(text[end:min(len(text), end+longestEscape)]))
		}
		if step == 0 || text[end] == ',' && startsLink(text[end+1:]) {
			break
		}
		end += step
	}
	query := strings.TrimRight(text[:end], `)]},.;`)
	if strings.HasSuffix(query+"]", Masked) && strings.HasPrefix(text[len(query):end], "]") {
		query += "]" // its own, and nobody's around it
	}
	return query
}

// longestEscape is that of a character in JSON within JSON, three times over.
const longestEscape = 16

func startsLink(text string) bool {
	return len(text) > 4 && strings.EqualFold(text[:4], "http")
}
