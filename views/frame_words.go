package views

import (
	"encoding/json"
	"strings"
)

// words are the texts that scripts say by themselves, as JSON for an attribute of the page. A
// script puts its number where {n} stands.
func (f Frame) words() string {
	texts := map[string]string{}
	for _, id := range []string{"copied", "copyFailed", "play", "pause", "new", "lost",
		"coverSet", "coverFailed"} {
		texts[id] = f.T.T("script."+id, "N", "{n}")
	}
	for _, unit := range []string{"second", "minute", "hour", "day"} {
		texts["ago."+unit] = f.T.T("ago."+unit, "N", "{n}")
		texts["in."+unit] = f.T.T("in."+unit, "N", "{n}")
		texts["span."+unit] = f.T.T("span."+unit, "N", "{n}")
	}
	for id, text := range paceWords(f) {
		texts[id] = text
	}
	encoded, err := json.Marshal(texts)
	if err != nil {
		return "{}" // strings always encode
	}
	return string(encoded)
}

// around cuts a sentence at the part that is to stand out.
func around(sentence, part string) (before, after string) {
	before, after, _ = strings.Cut(sentence, part)
	return before, after
}
