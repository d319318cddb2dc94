package views

import (
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

const rawAddress = "https://videos.example.com/x/callbacks/veo3.1/YOUR_TOKEN"

func TestNewRawChoosesHowABodyIsShown(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	tests := map[string]struct {
		body string
		tabs string
	}{
		"JSON":            {`{"a":1}`, "JSON Raw Headers cURL"},
		"broken JSON":     {`{"a":`, "Raw Headers cURL"},
		"Chinese text":    {"检测到不当内容", "Raw Headers cURL"},
		"nothing":         {"", "Raw Headers"},
		"not UTF-8":       {"a\xff", "Hex Headers"},
		"control bytes":   {"a\x00b", "Hex Headers"},
		"half a rune":     {"视\xe8\xa7", "Raw Headers"},
		"lines of a form": {"a=1\r\nb=2\t", "Raw Headers cURL"},
	}
	for name, tt := range tests {
		p := NewRaw(f, task.Delivery{ID: 7, Body: []byte(tt.body)}, rawAddress)
		var names []string
		for _, tab := range p.Tabs {
			names = append(names, tab.Text)
		}
		if got := strings.Join(names, " "); got != tt.tabs {
			t.Errorf("%s: tabs are %s, want %s", name, got, tt.tabs)
		}
	}
}

func TestABodyThatWasCutSaysSoAndMakesNoCommand(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	cut := NewRaw(f, task.Delivery{Body: []byte("{}"), Bytes: 5_000_000, Truncated: true},
		rawAddress)
	if cut.Cut != "Shown are the first 2 B of more than 5 MB." || cut.Curl != "" {
		t.Errorf("truncated: %q, %q", cut.Cut, cut.Curl)
	}
	long := NewRaw(f, task.Delivery{Body: []byte(strings.Repeat("视", maxTextShown))}, rawAddress)
	if long.Cut == "" || len(long.Text) > maxTextShown || strings.Contains(long.Text, "�") {
		t.Errorf("long text: %d bytes, %q", len(long.Text), long.Cut)
	}
	hex := NewRaw(f, task.Delivery{Body: []byte(strings.Repeat("\xff", 100_000))}, rawAddress)
	if hex.Cut == "" || len(hex.Hex) > 6*maxHexShown {
		t.Errorf("long dump: %d bytes, %q", len(hex.Hex), hex.Cut)
	}
}

func TestTheCommandSendsTheSameAgain(t *testing.T) {
	t.Parallel()
	d := failureDelivery()
	d.Body = []byte(`{"msg":"it's $HOME"}`)
	got := NewRaw(pageFrame(t, i18n.English), d, rawAddress).Curl
	want := `curl -X POST 'https://videos.example.com/x/callbacks/veo3.1/YOUR_TOKEN' \
  -H 'Content-Type: application/json' \
  -H 'X-Webhook-Timestamp: 1795271167' \
  --data-binary '{"msg":"it'\''s $HOME"}'`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestRawKeepsWhiteSpaceAndEscapes(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	d := failureDelivery()
	d.Body = []byte(`{"a":"<script>","b":"[masked]"}`)
	d.Headers = append(d.Headers, task.Header{Name: "X-<b>", Value: "</pre><script>"})
	html := page(t, Raw(f, NewRaw(f, d, rawAddress)))
	wantAll(t, html,
		`dir="ltr">{`+"\n  "+`<span class="k">&#34;a&#34;</span>: `+
			`<span class="s">&#34;&lt;script&gt;&#34;</span>,`,
		`<span class="m">[masked]</span>`,
		`<span class="k">X-Webhook-Signature</span>: <span class="m">[masked]</span>`+"\n",
		`&lt;/pre&gt;&lt;script&gt;</pre>`)
	wantNone(t, html, "<script>", "X-<b>")
}
