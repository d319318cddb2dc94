package provider

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/reelback/reelback/internal/task"
)

func TestParse_saysWhatWasExpectedWhere(t *testing.T) {
	t.Parallel()
	const end, value, quote = "the end of the text", "a value", "a closing quote"
	const name, escape = "a name in double quotes", "an escaped character"
	for title, c := range map[string]struct{ body, expected, place, found string }{
		"nothing":                {"", value, "1:1", end},
		"space only":             {" \n\t", value, "2:2", end},
		"a word":                 {"OK", value, "1:1", `"O"`},
		"not a number":           {`{"a":NaN}`, value, "1:6", `"N"`},
		"half a word":            {`{"a":tru}`, value, "1:6", `"t"`},
		"comma before a bracket": {`{"a":[1,]}`, value, "1:9", `"]"`},
		"unquoted name":          {`{a:1}`, name, "1:2", `"a"`},
		"single quotes":          {`{'a':1}`, name, "1:2", `"'"`},
		"comma before the end":   {`{"a":1,}`, name, "1:8", `"}"`},
		"the mark has no column": {"\ufeff{x}", name, "1:2", `"x"`},
		"no colon":               {"{\n\"a\" 1}", "a colon", "2:5", `"1"`},
		"no comma":               {`{"a":1 "b":2}`, "a comma or }", "1:8", "a double quote"},
		"leading zero":           {`{"a":01}`, "a comma or }", "1:7", `"1"`},
		"cut in an object":       {`{"a":1`, "a comma or }", "1:7", end},
		"columns are characters": {`{"视频":"生成" x}`, "a comma or }", "1:12", `"x"`},
		"no comma in an array":   {`{"a":[1 2]}`, "a comma or ]", "1:9", `"2"`},
		"cut in a string":        {`{"a":"b`, quote, "1:8", end},
		"cut behind an escape":   {`{"a":"\n`, quote, "1:9", end},
		"cut in an escape":       {`{"a":"b\`, escape, "1:9", end},
		"unknown escape":         {`{"a":"\x"}`, escape, "1:8", `"x"`},
		"short escape":           {`{"a":"\u12"}`, "four hexadecimal digits", "1:9", `"1"`},
		"sign without digits":    {`{"a":-}`, "a digit", "1:7", `"}"`},
		"point without digits":   {`{"a":1.}`, "a digit", "1:8", `"}"`},
		"power without digits":   {`{"a":1e+}`, "a digit", "1:9", `"}"`},
		"more behind it":         {`{"a":1} {"b":2}`, end, "1:9", `"{"`},
		"line break in a string": {"{\"a\":\"b\nc\"}", quote + " or an escape", "1:8",
			"a line break"},
		"tab behind an escape": {"{\"a\":\"\\n\t\"}", quote + " or an escape", "1:9",
			"the character U+0009"},
		"NUL in a string": {"{\"a\":\"\x00\"}", quote + " or an escape", "1:7",
			"the character U+0000"},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			line, column, _ := strings.Cut(c.place, ":")
			want := task.ReasonNotJSON + ": expected " + c.expected + " at line " + line +
				", column " + column + ", found " + c.found
			if _, err := Parse([]byte(c.body)); err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}

func TestParse_wantsAnObject(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"null", "true", "1.5", `"text"`, `[{"a":1}]`} {
		_, err := Parse([]byte(body))
		if err == nil || err.Error() != task.ReasonNotObject {
			t.Errorf("%s: got %v", body, err)
		}
	}
}

func TestParse_depthIsBounded(t *testing.T) {
	t.Parallel()
	nested := func(levels int) []byte {
		inner := levels - 1 // the object around it is a level, too
		return []byte(`{"a":` + strings.Repeat("[", inner) + strings.Repeat("]", inner) + "}")
	}
	if _, err := Parse(nested(MaxDepth)); err != nil {
		t.Errorf("%d levels: %v", MaxDepth, err)
	}
	_, err := Parse(nested(MaxDepth + 1))
	const want = "not_json: nested deeper than 64 levels at line 1, column 69"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if _, err := Parse(bytes.Repeat([]byte(`{"a":`), 1<<20)); err == nil {
		t.Error("a million open objects were accepted")
	}
}

func TestParse_numberOfValuesIsBounded(t *testing.T) {
	t.Parallel()
	list := func(n int) []byte { // of n values with the object and the array
		return []byte(`{"a":[0` + strings.Repeat(",0", n-3) + "]}")
	}
	if _, err := Parse(list(MaxValues)); err != nil {
		t.Errorf("%d values: %v", MaxValues, err)
	}
	_, err := Parse(list(MaxValues + 1))
	if err == nil || !strings.HasPrefix(err.Error(), "not_json: more than 10000 values at line 1") {
		t.Errorf("got %v", err)
	}
}

func TestParse_strings(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`"plain 视频"`:            "plain 视频",
		`"a\"\\\/\b\f\n\r\tz"`:  "a\"\\/\b\f\n\r\tz",
		`"\u89c6\u9891 \u00Ff"`: "视频 ÿ",
		`"\ud83d\ude00!"`:       "😀!",
		`"\ud83d!"`:             "\ufffd!",
		`"\ud83d\u0041"`:        "\ufffdA",
		`"\ude00\ud83d"`:        "\ufffd\ufffd",
		`"\ud83d\uzzzz`:         "",
		`"a\u0000b"`:            "a\ufffdb",
		"\"a\xffb\"":            "a\ufffdb",
		"\"\\n\xe8\xa7\"":       "\n\ufffd",
	} {
		doc, err := Parse([]byte(`{"v":` + body + "}"))
		if got := doc.Get("v").Text(); got != want || (err == nil) != (want != "") {
			t.Errorf("%s: got %q, %v, want %q", body, got, err, want)
		}
	}
}

// FuzzParse compares with encoding/json: the same bodies are accepted, and they mean the same.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-0.5e+3,{"b":null}],"a":"\ud83d\ude00\u0000\n"}`,
		"\ufeff{}", `{"a":1}x`, "[[", "-", "{\"a\":\"\xff\"}",
		`{"code":200,"msg":"ok","data":{"taskId":"x","list":["https://a","https://b"]}}`, `{"":{}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		doc, err := Parse(body)
		if err != nil {
			checkRefusal(t, body, err)
			return
		}
		text := bytes.TrimPrefix(bytes.ToValidUTF8(body, []byte("\uFFFD")), []byte("\uFEFF"))
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		var want map[string]any
		if err := decoder.Decode(&want); err != nil {
			t.Fatalf("encoding/json: %v", err)
		}
		if diff := compare(doc.Value, want); diff != "" {
			t.Fatal(diff)
		}
	})
}

// checkRefusal fails if a refused body is one that encoding/json takes for an object.
func checkRefusal(t *testing.T, body []byte, err error) {
	t.Helper()
	var shape *ShapeError
	if !errors.As(err, &shape) || !utf8.ValidString(err.Error()) {
		t.Fatalf("%T %v", err, err)
	}
	bounded := strings.HasPrefix(shape.Detail, "nested") || strings.HasPrefix(shape.Detail, "more")
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) == nil && object != nil && !bounded {
		t.Fatalf("refused what encoding/json accepts: %v", err)
	}
}

// compare returns where got differs from what encoding/json made of the same text.
func compare(got Value, want any) string {
	same := false
	switch want := want.(type) {
	case nil:
		same = got.Kind() == Null
	case bool:
		value, ok := got.Truth()
		same = got.Kind() == Bool && ok && value == want
	case json.Number:
		same = got.Kind() == Number && got.Literal() == want.String()
	case string:
		same = got.Kind() == String && got.Text() == strings.ReplaceAll(want, "\x00", "\uFFFD")
	case []any:
		same = got.Kind() == Array && got.Len() == len(want)
		for i := 0; same && i < len(want); i++ {
			same = compare(got.At(i), want[i]) == ""
		}
	case map[string]any:
		same = got.Kind() == Object
		for name, value := range want {
			same = same && compare(got.Get(strings.ReplaceAll(name, "\x00", "\uFFFD")), value) == ""
		}
	}
	if same {
		return ""
	}
	return "got " + got.Kind().String() + " " + got.Literal() + ", want other than that"
}

func BenchmarkParse(b *testing.B) {
	body := []byte(`{"code":200,"msg":"Video generated successfully.","data":{"taskId":"veo_task_1",
		"info":{"resultUrls":["https://media.example/v1.mp4"],"resolution":"1080p"}}}`)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(body); err != nil {
			b.Fatal(err)
		}
	}
}
