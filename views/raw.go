package views

import (
	"context"
	"encoding/hex"
	"io"
	"net/textproto"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// The share of a body that is shown: the whole is in the JSON interface.
const (
	maxTextShown = 256 << 10
	maxHexShown  = 8 << 10
)

// RawProps are what one delivery looked like on the wire.
type RawProps struct {
	Tabs     []ui.PanelTab
	ID       string // tells the parts of several bodies on one page apart: "48211"
	JSON     []Span // the body laid out; nil where it is not JSON
	Text     string // the body as it came; empty where it is not text
	Hex      string // a dump of a body that is not text
	Empty    bool   // there is no body
	Unpacked string // says that the body came packed; empty otherwise
	Cut      string // says that not all of the body is shown; empty otherwise
	Headers  []task.Header
	Curl     string // a command that sends the same again; empty where it cannot be written
}

// NewRaw shows a delivery whose secrets have been masked, which came in at the given address.
func NewRaw(f Frame, d task.Delivery, address string) RawProps {
	p := RawProps{ID: strconv.FormatInt(d.ID, 10), Headers: d.Headers}
	p.Empty = len(d.Body) == 0
	var shown []byte
	if isText(d.Body) {
		shown = cutText(d.Body, maxTextShown)
		p.Text = string(shown)
		p.JSON = layOutJSON(p.Text)
	} else {
		shown = d.Body[:min(len(d.Body), maxHexShown)]
		p.Hex = hex.Dump(shown)
	}
	size := d.Bytes
	if d.Unpacked {
		size, p.Unpacked = int64(len(d.Body)), f.T.T("delivery.unpacked", "Bytes", f.T.Bytes(d.Bytes))
	}
	switch {
	case d.Truncated && !d.Unpacked:
		p.Cut = f.T.T("delivery.cut_longer", "Shown", f.T.Bytes(int64(len(shown))),
			"Bytes", boundText(f, size))
	case d.Truncated || len(shown) < len(d.Body):
		p.Cut = f.T.T("delivery.cut", "Shown", f.T.Bytes(int64(len(shown))), "Bytes", f.T.Bytes(size))
	}
	if p.Text != "" && p.Cut == "" {
		p.Curl = curl(address, d.Headers, p.Text)
	}
	p.Tabs = rawTabs(f, p)
	return p
}

// rawTabs names the panels there is something for.
func rawTabs(f Frame, p RawProps) []ui.PanelTab {
	tabs := make([]ui.PanelTab, 0, 4)
	if p.JSON != nil {
		tabs = append(tabs, ui.PanelTab{ID: "json-" + p.ID, Text: "JSON"})
	}
	body := "delivery.raw"
	if p.Hex != "" {
		body = "delivery.hex"
	}
	tabs = append(tabs, ui.PanelTab{ID: "raw-" + p.ID, Text: f.T.T(body)},
		ui.PanelTab{ID: "headers-" + p.ID, Text: f.T.T("delivery.headers")})
	if p.Curl != "" {
		tabs = append(tabs, ui.PanelTab{ID: "curl-" + p.ID, Text: "cURL"})
	}
	return tabs
}

// isText says whether a body can be shown as text: UTF-8 without control characters. A body may
// have been cut off inside its last character.
func isText(body []byte) bool {
	for rest := body; len(rest) > 0; {
		if !utf8.FullRune(rest) {
			return true
		}
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 || isControl(r) {
			return false
		}
		rest = rest[size:]
	}
	return true
}

func isControl(r rune) bool {
	return r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f
}

// cutText returns at most n bytes of a text, without half a character at the end.
func cutText(body []byte, n int) []byte {
	if len(body) > n {
		body = body[:n]
	}
	for i := 0; i < utf8.UTFMax && len(body) > 0; i++ {
		if r, size := utf8.DecodeLastRune(body); r != utf8.RuneError || size != 1 {
			break
		}
		body = body[:len(body)-1]
	}
	return body
}

// curl writes the command that posts the body to the address with the headers that matter.
func curl(address string, headers []task.Header, body string) string {
	parts := []string{"curl -X POST " + shellQuote(address)}
	for _, h := range headers {
		if sends(h.Name) && !strings.Contains(h.Value, Masked) {
			parts = append(parts, "-H "+shellQuote(h.Name+": "+h.Value))
		}
	}
	parts = append(parts, "--data-binary "+shellQuote(body))
	return strings.Join(parts, " \\\n  ")
}

// layOutHeaders prints headers one to a line, with what was masked in them marked.
func layOutHeaders(headers []task.Header) []Span {
	var spans []Span
	for i, h := range headers {
		line := "\n"
		if i == 0 {
			line = ""
		}
		spans = append(spans, Span{Text: line}, Span{Kind: "k", Text: h.Name}, Span{Text: ": "})
		for j, part := range strings.Split(h.Value, Masked) {
			if j > 0 {
				spans = append(spans, Span{Kind: "m", Text: Masked})
			}
			spans = append(spans, Span{Text: part})
		}
	}
	return spans
}

// laidOut draws spans without any white space of its own, which counts inside <pre>.
func laidOut(spans []Span) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var out strings.Builder
		for _, s := range spans {
			text := templ.EscapeString(s.Text)
			if s.Kind != "" {
				text = `<span class="` + s.Kind + `">` + text + `</span>`
			}
			out.WriteString(text)
		}
		_, err := io.WriteString(w, out.String())
		return err
	})
}

// sends says whether a header belongs into a repeated request, rather than being made by the
// client or by the way the first one took.
func sends(name string) bool {
	name = textproto.CanonicalMIMEHeaderKey(name)
	return name == "Content-Type" || strings.HasPrefix(name, "X-Webhook-")
}

// shellQuote quotes text for a POSIX shell.
func shellQuote(text string) string {
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
