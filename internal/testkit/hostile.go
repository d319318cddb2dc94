package testkit

import "strings"

// Hostile returns texts that break what takes them for more than text, by the name of what they
// try. A script that gets to run sets window.__ran.
func Hostile() map[string]string {
	return map[string]string{
		"script": `"'><script>window.__ran=1</script><svg/onload=window.__ran=2>`,
		"event handler": `"'><img src=x onerror="window.__ran=3"><body onload=window.__ran=4>` +
			`" onmouseover="window.__ran=5" autofocus onfocus="window.__ran=6`,
		"end of an element": `</textarea></title></style></script></pre><!--<script>window.__ran=7`,
		"link":              `javascript:window.__ran=8//`,
		"data link":         `data:text/html,<script>window.__ran=9</script>`,
		"template": `{{.Secret}}[{{printf "%d" 7}}]${window.__ran=10}#{window.__ran=11}` +
			`<%= window.__ran=12 %>`,
		"terminal": "\x1b[2J\x1b]0;owned\x07\x1b[31mred\x9b5m\u009b5m\b\b\b\x7f",
		"turned around": "\u202Egpj.4pm\u202C \u2066inside\u2067never closed\u202D\u200F\u061C " +
			"\u05D0\u05D1\u05D2",
		"invisible": "a\u200Bb\u200Cc\u2060d\uFEFFe\u00ADf\U000E0041",
		"formula":   `=HYPERLINK("http://127.0.0.1:1/"&A1,"click")`,
		"command":   "+cmd|' /C calc'!A0",
		"at":        "@SUM(1+1)*cmd|' /C calc'!A0",
		"path":      "../../../../etc/passwd\\..\\..\\con.mp4",
		"path end":  "video.mp4/.. ;.%2e%2f%00.mp4?a=b#c",
		"NUL":       "before\x00after",
		"not UTF-8": "before\xff\xfe\xc3(after\xed\xa0\x80",
		"header":    "value\r\nSet-Cookie: owned=1\r\n\r\n<script>window.__ran=13</script>",
		"log line":  "value\ntime=2026-01-01T00:00:00Z level=ERROR msg=\"owned\"",
		"statement": `'; DROP TABLE tasks; --" OR 1=1`,
		"pattern":   `%_\%*?[a-z]"NEAR(`,
		"long":      strings.Repeat("W", 100<<10),
		"tall":      "Z" + strings.Repeat("\u0363\u0489", 500),
		"wide":      strings.Repeat("\uFDFD\u12031", 40),
	}
}
