package diagnosis

import (
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/task"
)

const flowTailText = " You may consider using our other fallback channels, which are likely to " +
	"succeed. Please refer to the documentation."

// flowCase is a wrapped message and what must be found in it.
type flowCase struct {
	name      string
	message   string
	want      task.Category
	bracketed string
	serves    bool
}

const (
	before = "Your request was rejected by Flow"
	after  = "." + flowTailText
)

// plainFlows are wrapped as documented, with the one difference of full-width brackets.
func plainFlows() []flowCase {
	return []flowCase{
		{"prominent people", before + "(public error prominent people upload)" + after,
			task.Likeness, "public error prominent people upload", true},
		{"minors", before + "(public error minor upload)" + after,
			task.Likeness, "public error minor upload", true},
		{"flagged prompt",
			before + "(Your prompt was flagged by Website as violating content policies.)" + after,
			task.ContentPolicy,
			"Your prompt was flagged by Website as violating content policies.", true},
		{"unsafe image is no trigger", before + "(public error unsafe image upload.)" + after,
			task.UnsafeMedia, "public error unsafe image upload.", false},
		{"unknown words", before + "(the moon is full)" + after,
			task.UnknownCategory, "the moon is full", false},
		{"full-width brackets", before + "（public error minor upload）。" + flowTailText,
			task.Likeness, "public error minor upload", true},
		{"full-width brackets, other words after them",
			before + "（public error minor upload） 还有别的话", task.Likeness,
			"public error minor upload", true},
		{"mixed brackets", before + "（public error minor upload)" + after,
			task.Likeness, "public error minor upload", true},
	}
}

// oddFlows have brackets where none are expected, or none where they are.
func oddFlows() []flowCase {
	return []flowCase{
		{"brackets inside", before + "(public error (beta) minor upload (code (7)))" + after,
			task.Likeness, "public error (beta) minor upload (code (7))", false},
		{"brackets after the words", before + "(Incorrect image format (webp).)" + after,
			task.InputFormat, "Incorrect image format (webp).", false},
		{"a Flow in a Flow",
			before + "(" + before + "(public error minor upload)" + after + ")" + after,
			task.Likeness, "public error minor upload", true},
		{"no closing bracket", before + "(public error minor upload." + flowTailText,
			task.Likeness, "public error minor upload", true},
		{"no closing bracket, no tail", before + "(public error prominent people upload",
			task.Likeness, "public error prominent people upload", true},
		{"a bracket too many closed", before + "(a smile :) and public error minor upload)" + after,
			task.Likeness, "a smile :", false},
		{"nothing in the brackets", before + "()" + after, task.UnknownCategory, "", false},
		{"blanks", before + " (  public error minor upload \n)" + after,
			task.Likeness, "public error minor upload", true},
		{"upper case", strings.ToUpper(before + "(public error minor upload)" + after),
			task.Likeness, "PUBLIC ERROR MINOR UPLOAD", true},
		{"Chinese wrapping", "您的请求被Flow拒绝（public error minor upload）。您可以考虑其他备用渠道。",
			task.Likeness, "public error minor upload", true},
		{"Chinese reason", before + "(公共错误：不安全的图片上传)" + after,
			task.UnsafeMedia, "公共错误：不安全的图片上传", false},
		{"credits in the wrapping", "Insufficient credits; rejected by Flow(some words)",
			task.InsufficientCredits, "some words", false},
		{"nothing known in the brackets, but around them",
			"Internal Error. " + before + "(the moon is full)" + after,
			task.ProviderError, "the moon is full", false},
		{"not a workflow", "the workflow(public error minor upload) failed",
			task.Likeness, "", true},
		{"no Flow", "public error prominent people upload", task.Likeness, "", true},
	}
}

func TestDiagnose_opensFlow(t *testing.T) {
	t.Parallel()
	for _, test := range append(plainFlows(), oddFlows()...) {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := Diagnose("veo3.1", 422, test.message)
			if got.Category != test.want {
				t.Errorf("category %s, want %s", got.Category, test.want)
			}
			if got.Bracketed != test.bracketed {
				t.Errorf("bracketed %q, want %q", got.Bracketed, test.bracketed)
			}
			if got.FallbackServes != test.serves {
				t.Errorf("fallback serves: %v, want %v", got.FallbackServes, test.serves)
			}
		})
	}
}

func TestDiagnose_takesTheCategoryOfAnyKnownReasonInFlow(t *testing.T) {
	t.Parallel()
	for _, k := range append(runwayMessages(), veoMessages()...) {
		for _, wrapped := range []string{
			"Your request was rejected by Flow(" + k.message + ")." + flowTailText,
			"Your request was rejected by Flow（" + k.message + "）。",
			"Your request was rejected by Flow(" + k.message,
		} {
			for _, code := range []int{400, 422} {
				if got := Categorise("veo3.1", code, wrapped); got != k.want {
					t.Errorf("code %d, %q: got %s, want %s", code, wrapped, got, k.want)
				}
			}
		}
	}
}

func TestDiagnose_offersFallbackToVeoOnly(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{"veo3.1": true, "Veo3.1": true, "": true, "runway": false,
		"runway-extend": false, "market": false}
	for product, want := range tests {
		got := Diagnose(product, 422, "public error minor upload").FallbackServes
		if got != want {
			t.Errorf("product %q: %v, want %v", product, got, want)
		}
	}
}

func TestDiagnose_knowsTheTriggersInTheirSpellings(t *testing.T) {
	t.Parallel()
	for _, trigger := range []string{
		"Public error: minor upload.", "PUBLIC_ERROR_MINOR_UPLOAD",
		"your prompt was flagged by website  as violating content policies",
		"您的提示词被网站标记为违反内容政策。", "public error  prominent people upload",
	} {
		if !Diagnose("veo3.1", 400, trigger).FallbackServes {
			t.Errorf("%q is a trigger", trigger)
		}
	}
	for _, other := range []string{
		"public error unsafe image upload", "violating content policies", "Timeout",
	} {
		if Diagnose("veo3.1", 400, other).FallbackServes {
			t.Errorf("%q is no trigger", other)
		}
	}
}
