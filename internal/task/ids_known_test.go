package task

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestKnownIDsAreTakenWhateverTheirForm(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text  string
		known string // separated by lines
		want  string
	}{
		"one":                        {"t-1", "t-1", "[t-1]"},
		"in a list":                  {uuidA + "\nt-1\n" + veoA, "t-1", "[" + uuidA + " t-1 " + veoA + "]"},
		"beside others":              {"t-1, " + uuidA + "; boat", "t-1\nboat", "[t-1 " + uuidA + " boat]"},
		"in quotes":                  {`["t-1","boat"]`, "t-1\nboat", "[t-1 boat]"},
		"beside what is none":        {"17 videos of task boat", "17\nboat", "[]"},
		"cut short, with a name":     {"ee603959-debb-48d1\tShop", "ee603959-debb-48d1", "[ee603959-debb-48d1]"},
		"with characters of a text":  {"a=b: c,d\nt-1", "a=b: c,d", "[a=b: c,d]"},
		"ends in a stop":             {" t-1. \r\n", "t-1.", "[t-1.]"},
		"called a task id":           {"task_id: a/1, task_id: boat", "a/1", "[a/1]"},
		"called an id":               {"id: boat", "boat", "[boat]"},
		"called something else":      {"video_id: boat token=cat Bearer dog", "boat\ncat\ndog", "[]"},
		"a list of something else":   {"\"parentTaskIds\": [\nboat\n]", "boat", "[]"},
		"another is the task's":      {"task_id: " + uuidA + " t-1", "t-1", "[" + uuidA + "]"},
		"twice":                      {"boat\nboat", "boat", "[boat]"},
		"unknown":                    {"boat\nt-1, t-2", "t-3", "[]"},
		"told alone, and not known":  {"task_id: boat\nTask ID：x\ntask_id = 灯/1", "", "[boat x 灯/1]"},
		"told alone, beside a list":  {uuidA + "\ntask_id: boat", "", "[" + uuidA + " boat]"},
		"told alone, and none":       {"task_id: null\ntask_id: …\ntask_id: a b\ntask_id: \"boat\"\ntask_id: ..", "", "[]"},
		"told alone, of another":     {"parent_task_id: boat\ntask: boat\nvideo_id: boat", "", "[]"},
		"told alone, without a name": {": boat\n= boat\ntask_id boat", "", "[]"},
	} {
		known := make(map[string]bool)
		unsure := UnsureWords(c.text)
		for _, id := range strings.Split(c.known, "\n") {
			known[id] = slices.Contains(unsure, id) // as where they are looked up
		}
		ids, passed := FindIDs(c.text, known)
		if got := fmt.Sprint(ids); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		for _, p := range passed {
			if slices.Contains(ids, p.Word) {
				t.Errorf("%s: %q is taken and told as not taken", name, p.Word)
			}
		}
	}
}

func TestUnsureWordsAreGivenOnceAndWithinABound(t *testing.T) {
	t.Parallel()
	got := UnsureWords("boat, t-1 " + uuidA + " boat\n\n" + strings.Repeat("x", 300) + " Bearer s3cret\nboat")
	if want := "[boat t-1 boat, t-1 " + uuidA + " boat Bearer]"; fmt.Sprint(got) != want {
		t.Errorf("%v, want %s", got, want)
	}
	var many strings.Builder
	for n := range 2 * mostUnsure {
		fmt.Fprintln(&many, n)
	}
	if got := UnsureWords(many.String()); len(got) != mostUnsure {
		t.Errorf("%d of them", len(got))
	}
}
