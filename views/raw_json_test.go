package views

import (
	"strings"
	"testing"
)

func TestLayOutJSON(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"members keep their order": {`{"b":1,"a":2}`,
			"{\n  k\"b\": n1,\n  k\"a\": n2\n}"},
		"a name given twice is kept twice": {`{"a":1,"a":2}`,
			"{\n  k\"a\": n1,\n  k\"a\": n2\n}"},
		"numbers are exact": {`[12345678901234567890,1.0,1e400,-0]`,
			"[\n  n12345678901234567890,\n  n1.0,\n  n1e400,\n  n-0\n]"},
		"empty ones stay on their line": {`{"a":{ },"b":[ ]}`,
			"{\n  k\"a\": {},\n  k\"b\": []\n}"},
		"white space is replaced": {"{ \"a\" :\t1\r\n}",
			"{\n  k\"a\": n1\n}"},
		"a value alone":               {` true `, `ntrue`},
		"a string is not a name":      {`["a"]`, "[\n  s\"a\"\n]"},
		"quotes and braces in a text": {`["{\"a\":1}"]`, "[\n  s\"{\\\"a\\\":1}\"\n]"},
		"a secret is marked": {`["http://x/?k=[masked]&y"]`,
			"[\n  s\"http://x/?k=m[masked]s&y\"\n]"},
		"escaped letters become readable":  {`"\u89c6\u9891"`, `s"视频"`},
		"escaped angle brackets as well":   {`"\u003cb\u003e"`, `s"<b>"`},
		"escaped control characters stay":  {`"a\u0000"`, `s"a\u0000"`},
		"escaped direction marks stay":     {`"a\u202eb"`, `s"a\u202eb"`},
		"half a surrogate pair stays":      {`"\ud83d"`, `s"\ud83d"`},
		"a nested level is indented twice": {`{"a":[1]}`, "{\n  k\"a\": [\n    n1\n  ]\n}"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := spell(layOutJSON(tt.in)); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestLayOutJSONLeavesAloneWhatItIsNotFor(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":     "",
		"cut off":     `{"a":`,
		"two values":  `{} {}`,
		"a form":      `a=b`,
		"very long":   "[" + strings.Repeat("1,", maxLaidOut) + "1]",
		"broken text": "[\"\n\"]",
	} {
		if got := layOutJSON(text); got != nil {
			t.Errorf("%s: got %q", name, spell(got))
		}
	}
}

func TestDeepNestingDoesNotGrowWithTheSquareOfItsDepth(t *testing.T) {
	t.Parallel()
	depth := 9000
	spans := layOutJSON(strings.Repeat("[", depth) + "1" + strings.Repeat("]", depth))
	if size := len(spell(spans)); size > 2*depth*(2*maxIndent+3) {
		t.Errorf("%d brackets become %d bytes", 2*depth, size)
	}
}

func FuzzLayOutJSONOnlyMovesTokens(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":"c\\"}],"d":{}}`, `"\u89c6"`, `[[[]]]`, `{"":""}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		spans := layOutJSON(text)
		if spans == nil || strings.Contains(text, `\u`) {
			return
		}
		var out strings.Builder
		for _, s := range spans {
			out.WriteString(s.Text)
		}
		if strip(out.String()) != strip(text) {
			t.Errorf("%q became %q", text, out.String())
		}
	})
}

// spell writes the kind before every span that has one.
func spell(spans []Span) string {
	var out strings.Builder
	for _, s := range spans {
		out.WriteString(s.Kind + s.Text)
	}
	return out.String()
}

// strip leaves out white space.
func strip(text string) string { return strings.Join(strings.Fields(text), "") }
