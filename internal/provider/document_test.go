package provider

import (
	"errors"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

func parse(t *testing.T, text string) Value {
	t.Helper()
	v, err := ParseText(text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestValue_lookingIntoWhatIsNotThere(t *testing.T) {
	t.Parallel()
	v := parse(t, `{"a":{"b":null},"s":"x","l":["y"]}`)
	for name, got := range map[string]Value{
		"no member":     v.Get("z"),
		"of a string":   v.Get("s").Get("a"),
		"of an array":   v.Get("l").Get(""),
		"of nothing":    v.Get("z").Get("a").First("b", "c"),
		"only null":     v.Get("a").First("b"),
		"the zero one":  Document{}.Get("a"),
		"an empty name": v.Get(""),
	} {
		if got.Kind() != Missing || got.Present() || got.Text() != "" || got.Len() != 0 {
			t.Errorf("%s: got %v", name, got.Kind())
		}
	}
	if !v.Get("a").Has("z", "b") || v.Get("a").Get("b").Present() {
		t.Error("a null member must be there and not present")
	}
}

func TestValue_theLastOfTwoCounts(t *testing.T) {
	t.Parallel()
	if got := parse(t, `{"a":1,"b":2,"a":3}`).Get("a").Literal(); got != "3" {
		t.Errorf("got %s", got)
	}
}

func TestValue_First(t *testing.T) {
	t.Parallel()
	v := parse(t, `{"a":null,"b":"","c":"x"}`)
	if got := v.First("z", "a", "b", "c"); got.Kind() != String || got.Text() != "" {
		t.Errorf("got %v %q, want the empty string of b", got.Kind(), got.Text())
	}
}

func TestValue_Only(t *testing.T) {
	t.Parallel()
	v := parse(t, `{"a":1,"b":2}`)
	for _, c := range []struct {
		names []string
		want  bool
	}{{[]string{"a", "b", "c"}, true}, {[]string{"a"}, false}, {nil, false}} {
		if got := v.Only(c.names...); got != c.want {
			t.Errorf("%v: got %v", c.names, got)
		}
	}
	if parse(t, `"a"`).Only("a") || !parse(t, "{}").Only() {
		t.Error("Only must be about objects, and true of an empty one")
	}
}

func TestValue_Integer(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"200": 200, `"200"`: 200, `" 200 "`: 200, "200.0": 200, `"200.00"`: 200, "-1": -1, "0": 0,
		"9007199254740993": 9007199254740993,
		"2e2":              200, "2.0e+2": 200, `"2E2"`: 200, "20000e-2": 200, "-1e0": -1, "0e9": 0,
		"1.790000081e12": 1790000081000,
	} {
		if got, ok := parse(t, text).Integer(); got != want || !ok {
			t.Errorf("%s: got %d, %v", text, got, ok)
		}
	}
	for _, text := range []string{
		"200.5", "2.005e2", "2e-2", "1e400", "1e16", `"0x1e"`, `"1_0e1"`, `"e"`, `"OK"`, `""`, "true", "null", "[2]", "{}", "99999999999999999999", `"0x10"`,
	} {
		if got, ok := parse(t, text).Integer(); ok {
			t.Errorf("%s: got %d", text, got)
		}
	}
}

func TestValue_Truth(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]bool{
		"true": {true, true}, "false": {false, true}, `"true"`: {true, true},
		`" False "`: {false, true}, "null": {}, "1": {}, "0": {}, `"yes"`: {}, "{}": {},
	} {
		if value, ok := parse(t, text).Truth(); [2]bool{value, ok} != want {
			t.Errorf("%s: got %v, %v", text, value, ok)
		}
	}
}

func TestClip_endsAtACharacter(t *testing.T) {
	t.Parallel()
	for limit, want := range []string{"", "a", "a", "a", "a视", "a视b", "a视b"} {
		if got := Clip("a视b", limit); got != want {
			t.Errorf("%d: got %q, want %q", limit, got, want)
		}
	}
}

func TestShapeError_readsAsADeliverysReason(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]ShapeError{
		"no_task_id":                {task.ReasonNoTaskID, "", ""},
		"not_json: cut off":         {task.ReasonNotJSON, "", "cut off"},
		"wrong_type: data":          {task.ReasonWrongType, "data", ""},
		"wrong_type: data (a list)": {task.ReasonWrongType, "data", "a list"},
	} {
		if got := err.Error(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if got := errors.Is(&err, ErrNoTaskID); got != (want == "no_task_id") {
			t.Errorf("%s: is ErrNoTaskID: %v", want, got)
		}
	}
}

// fake is a dialect of a fixed fit.
type fake struct {
	name, product string
	fit           Fit
}

func (f fake) Name() string                       { return f.name }
func (f fake) Product() string                    { return f.product }
func (f fake) Recognises(Document) Fit            { return f.fit }
func (f fake) Read(Document) (task.Report, error) { return task.Report{}, nil }

func TestPick(t *testing.T) {
	t.Parallel()
	foreign, bare := fake{"foreign", "own", Foreign}, fake{"bare", "other", Possible}
	ownBare, ownBare2 := fake{"own bare", "own", Possible}, fake{"own bare 2", "own", Possible}
	sure, ownSure := fake{"sure", "other", Certain}, fake{"own sure", "own", Certain}
	for want, dialects := range map[string][]Dialect{
		"":         {foreign},
		"bare":     {foreign, bare},
		"own bare": {bare, ownBare, ownBare2},
		"sure":     {ownBare, sure, bare},
		"own sure": {sure, ownSure},
	} {
		got := ""
		if d := Pick(dialects, Document{}, func(p string) bool { return p == "own" }); d != nil {
			got = d.Name()
		}
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
