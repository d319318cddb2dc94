package ui

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"
)

// Words draws a sentence in which options such as --public-url stay whole: a line may else end
// after any of their dashes. It is no template, which would put spaces around them.
func Words(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var out strings.Builder
		for text != "" {
			before, option, after := cutOption(text)
			out.WriteString(templ.EscapeString(before))
			if option != "" {
				out.WriteString(`<span class="whole">` + option + `</span>`)
			}
			text = after
		}
		_, err := io.WriteString(w, out.String())
		return err
	})
}

// cutOption cuts a text before and after its first option, whose characters need no escape.
func cutOption(text string) (before, option, after string) {
	at := strings.Index(text, "--")
	if at < 0 {
		return text, "", ""
	}
	after = strings.TrimLeft(text[at:], "-abcdefghijklmnopqrstuvwxyz")
	return text[:at], text[at : len(text)-len(after)], after
}
