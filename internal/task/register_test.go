package task

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRegistrationCheckNamesEveryFault(t *testing.T) {
	t.Parallel()
	good := Registration{Provider: "kie", Product: "veo3.1", TaskID: "t-1", Labels: []string{"客户 7"}}
	if err := good.Check(); err != nil {
		t.Errorf("a good one: %v", err)
	}
	for _, id := range []string{".", ".."} {
		dots := good
		if dots.TaskID = id; dots.Check() == nil {
			t.Errorf("%q is taken, which callbacks refuse", id)
		}
	}
	bad := Registration{Product: " veo\x00", TaskID: strings.Repeat("x", 300),
		ParentTaskID: strings.Repeat("p", 300) + "\xff", Prompt: strings.Repeat("p", 40<<10),
		Labels: append(slices.Repeat([]string{"l"}, 21), "two\nlines")}
	err := bad.Check()
	if err == nil {
		t.Fatal("a bad one passes")
	}
	for _, word := range []string{"the provider is missing: give one", "the product must",
		"the product has NUL", "the task_id must have at most 256 bytes", "the parent_task_id is",
		"the parent_task_id has NUL", "the prompt is", "more than 20 labels", "two"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error does not speak of %q:\n%v", word, err)
		}
	}
}

func TestRegistrationWarnings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		r    Registration
		want []Warning
	}{
		"nothing":                {Registration{Product: "runway", Prompt: "灯"}, nil},
		"long":                   {Registration{Product: "runway", Prompt: strings.Repeat("灯", 2049)}, []Warning{WarnPromptLength}},
		"just not long":          {Registration{Product: "runway", Prompt: strings.Repeat("灯", 2048)}, nil},
		"Chinese for Veo":        {Registration{Product: "veo3.1", Prompt: "雪落在木长椅上"}, []Warning{WarnPromptLanguage}},
		"a name in Chinese":      {Registration{Product: "veo3.1", Prompt: "a shop called 灯, at dusk"}, nil},
		"no prompt":              {Registration{Product: "veo3.1"}, nil},
		"fallback, tall":         {Registration{Product: "veo3.1", Fallback: true, AspectRatio: "9:16"}, []Warning{WarnFallbackShape}},
		"fallback, wide":         {Registration{Product: "veo3.1", Fallback: true, AspectRatio: "16:9"}, nil},
		"fallback, shape unsaid": {Registration{Product: "veo3.1", Fallback: true}, nil},
	} {
		if got := c.r.Warnings(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestRegistrationAgainstWhatIsKnown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		known, told string
		want        []Warning
	}{
		{"", "veo3.1", nil},
		{"veo3.1", "veo3.1", nil},
		{"veo3.1", "", nil},
		{"veo3.1", "runway", []Warning{WarnOtherProduct}},
	} {
		r := Registration{Provider: "kie", Product: c.told, TaskID: "t-1"}
		var before *Task
		if c.known != "" {
			known := Register(nil, Registration{Provider: "kie", Product: c.known, TaskID: "t-1"}, at(0))
			before = &known
		}
		now := Register(before, r, at(1))
		if got := r.Against(&now); !slices.Equal(got, c.want) {
			t.Errorf("%q told as %q: %v, want %v", c.known, c.told, got, c.want)
		}
	}
}

func TestRegisterKeepsWhatIsKnown(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_790_000_000, 0)
	known := Task{Provider: "kie", Product: "runway", TaskID: "t", Status: Failed, Prompt: "told",
		Labels: make([]string, 1, 8)}
	known.Labels[0] = "b"
	got := Register(&known, Registration{Provider: "kie", Product: "runway-extend", TaskID: "t",
		Prompt: "registered", ParentTaskID: "parent", Labels: []string{"a", "b"}}, now)
	if got.Status != Failed || got.Prompt != "told" || got.ParentTaskID != "parent" ||
		got.Product != "runway-extend" || !got.RegisteredAt.Equal(now) ||
		!slices.Equal(got.Labels, []string{"a", "b"}) {
		t.Errorf("%+v", got)
	}
	if len(known.Labels) != 1 || known.Labels[:2][1] == "a" || known.Product != "runway" {
		t.Errorf("the argument was changed: %+v", known)
	}
	if again := Register(&got, Registration{Product: "runway"}, now.Add(time.Hour)); again.Product != "runway-extend" ||
		!again.RegisteredAt.Equal(now) {
		t.Errorf("registered again: %+v", again)
	}
}

func TestCleanLabels(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("é", maxLabel) // two bytes each
	many := make([]string, 2*maxLabels)
	for i := range many {
		many[i] = strings.Repeat("a", i+1)
	}
	tests := map[string]struct{ in, want []string }{
		"nothing":                {nil, nil},
		"space and repeats":      {[]string{" a ", "a", " ", "b"}, []string{"a", "b"}},
		"control and no UTF-8":   {[]string{"a\x00\nb\xff"}, []string{"ab"}},
		"too long, whole letter": {[]string{"x" + long}, []string{"x" + long[:maxLabel-2]}},
		"nothing to be seen":     {[]string{"\u200e", " \u2066\u2069 ", "\ufeff", "\u200b\x01"}, nil},
		"marks around a word":    {[]string{"\u200ea"}, []string{"\u200ea"}},
		"too many":               {many, many[:maxLabels]},
		"space at the cut": {[]string{strings.Repeat("a", maxLabel-1) + " b"},
			[]string{strings.Repeat("a", maxLabel-1)}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := CleanLabels(tt.in)
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			for _, l := range got {
				if !GoodLabel(l) {
					t.Errorf("%q is no label", l)
				}
			}
		})
	}
}
