package mask

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// memberHead is a member of a JSON object up to the quote its value begins with: one that is a
// secret by its name, or the address a task was submitted with. Bodies quote those in JSON and in
// JSON within a JSON string, where backslashes stand before the quotes.
var memberHead = regexp.MustCompile(`(?i)^"(?:` +
	`([a-z0-9_.-]*(?:secret|token|passw(?:or)?d|signature|credential|authorization|` +
	`(?:api|access|private|hmac)[_-]?key))|` +
	`([a-z0-9_.-]*(?:call_?back|web_?hook|notify)(?:_?ur[il])?))` +
	`\\*"(?:\s|\\+[nrt])*:(?:\s|\\+[nrt])*(\\*)"`)

// members masks the values of members that are secrets.
func members(text string) string {
	var out strings.Builder
	for {
		head := findMember(text)
		if head == nil {
			out.WriteString(text)
			return out.String()
		}
		begin := head[1]
		end := begin + valueEnd(text[begin:], head[7]-head[6])
		out.WriteString(text[:begin])
		if isAddress := head[4] >= 0; isAddress {
			out.WriteString(maskedAddress(text[begin:end]))
		} else if begin < end {
			out.WriteString(Masked)
		}
		text = text[end:]
	}
}

// findMember returns where the first member's head is, and its groups. The pattern looks only at
// strings that a colon follows: it would take a tenth of a second for 100 KB of letters.
func findMember(text string) []int {
	for from := 0; ; {
		i := strings.IndexByte(text[from:], '"')
		if i < 0 {
			return nil
		}
		from += i
		name := text[from+1:]
		if end := strings.IndexFunc(name, outsideName); end > 0 && beforeColon(name[end:]) {
			if head := memberHead.FindStringSubmatchIndex(text[from:]); head != nil {
				for n := range head {
					if head[n] >= 0 {
						head[n] += from
					}
				}
				return head
			}
		}
		from++
	}
}

// outsideName says whether no member's name that is looked for goes on with a character. Beyond
// ASCII there are letters that the pattern takes for k and s.
func outsideName(r rune) bool {
	return r < utf8.RuneSelf && !strings.ContainsRune("_.-", r) &&
		(r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
}

// beforeColon says whether a text may be the end of a name and the colon behind it.
func beforeColon(text string) bool {
	text, quoted := strings.CutPrefix(strings.TrimLeft(text, `\`), `"`)
	return quoted && strings.HasPrefix(strings.TrimLeft(text, " \t\r\n\f\v\\nrt"), ":")
}

// valueEnd returns where the string ends whose quotes have so many backslashes before them: none
// in JSON, one in JSON within a JSON string, three a level further down. It is the end of a text
// that breaks off before.
func valueEnd(text string, backslashes int) int {
	run := 0 // of backslashes just before
	for i := range len(text) {
		switch text[i] {
		case '\\':
			run++
			continue
		case '"':
			// More than its own are an escaped quote's, unless they are whole escaped
			// backslashes; fewer are those of the quote around all this.
			if more := run - backslashes; more < 0 || more%(2*(backslashes+1)) == 0 {
				return i - min(run, backslashes)
			}
		}
		run = 0
	}
	return len(text)
}

// origin is the beginning of an address that may be shown: scheme, user if any, and host.
var origin = regexp.MustCompile(
	`^\s*(?i:[a-z][a-z0-9+.-]*):(?:\\*/){2}(?:[^\s/\\?#@]*@)?[^\s/\\?#@]+`)

// maskedAddress masks what may be secret in the address a task was submitted with: all of its
// path, whoever's it is.
func maskedAddress(address string) string {
	end := len(origin.FindString(address))
	switch rest := address[end:]; {
	case strings.Trim(rest, `/\`) == "":
		return address
	case end == 0:
		return Masked
	default:
		return address[:end] + "/" + Masked
	}
}
