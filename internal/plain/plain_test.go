package plain

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestWhatBecomesOfText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct{ json, page string }{
		"":                     {"", ""},
		"plain, 中文\n":          {"plain, 中文\n", "plain, 中文\n"},
		"\U0001F6A3":           {"\U0001F6A3", "\U0001F6A3"},
		"a\x1bb\x7fc\x00":      {`a\u001bb\u007fc\u0000`, "a\uFFFDb\uFFFDc\uFFFD"},
		"a\u009bb":             {`a\u009bb`, "a\uFFFDb"},
		"a\tb\r\n":             {"a\\u0009b\\u000d\n", "a\tb\r\n"},
		"\u202eabc":            {`\u202eabc`, "\u202eabc"},
		"tag \U000E0041":       {`tag \udb40\udc41`, "tag \U000E0041"},
		"\xff\xc3(":            {`\ufffd\ufffd(`, "\uFFFD\uFFFD("},
		"already \uFFFD there": {"already \uFFFD there", "already \uFFFD there"},
	} {
		if got := string(JSON([]byte(text))); got != want.json {
			t.Errorf("%q as JSON: %q, want %q", text, got, want.json)
		}
		if got := string(Page([]byte(text))); got != want.page {
			t.Errorf("%q on a page: %q, want %q", text, got, want.page)
		}
	}
}

type deaf struct{}

func (deaf) Write([]byte) (int, error) { return 0, errors.New("no") }

func TestAWriterCountsWhatItWasGiven(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	line := "{\"a\":\"\u202e\"}\n"
	if n, err := Writer(&out).Write([]byte(line)); n != len(line) || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := Writer(deaf{}).Write([]byte(line)); n != 0 || err == nil {
		t.Errorf("%d, %v", n, err)
	}
}

// FuzzJSON encodes any text. What comes out is printable, and is read as the same text.
func FuzzJSON(f *testing.F) {
	f.Add("a\u202eb\x1b[2J\u009b\U000E0041\xff")
	f.Fuzz(func(t *testing.T, text string) {
		var buf bytes.Buffer
		if err := json.NewEncoder(&buf).Encode(text); err != nil {
			t.Fatal(err)
		}
		out := string(JSON(buf.Bytes()))
		if i := strings.IndexFunc(strings.TrimSuffix(out, "\n"), func(r rune) bool {
			return !unicode.IsPrint(r)
		}); i >= 0 {
			t.Errorf("%q at %d", out, i)
		}
		var back string
		if err := json.Unmarshal([]byte(out), &back); err != nil || back != string([]rune(text)) {
			t.Errorf("%q was read as %q, %v", text, back, err)
		}
		if page := Page([]byte(text)); !utf8.Valid(page) || bytes.ContainsFunc(page, func(r rune) bool {
			return !isAllowed(r)
		}) {
			t.Errorf("%q on a page is %q", text, page)
		}
	})
}
