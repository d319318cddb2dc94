package diagnosis

import (
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"":                              "",
		" . ":                           "",
		"Get image info failed.":        "get image info failed",
		"Ｇｅｔ　ＩＭＡＧＥ":                     "get image",
		"isn't isn’t":                   "isnt isnt",
		"PUBLIC_ERROR-minor":            "public error minor",
		"包含 NSFW 内容，请修改！":               "包含nsfw内容请修改",
		"a,b;c":                         "a b c",
		"zero\u200bwidth soft\u00adend": "zerowidth softend",
		"\xffbad\xfe":                   "bad",
	}
	for in, want := range tests {
		if got := fold(in); got != want {
			t.Errorf("fold(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestContains_respectsWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		text, phrase string
		want         bool
	}{
		{"timeout", "timeout", true},
		{"a timeout now", "timeout", true},
		{"timeouts", "timeout", false},
		{"notimeout timeout", "timeout", true},
		{"cannot exceed 800 characters", "cannot exceed*characters", true},
		{"characters cannot exceed 800", "cannot exceed*characters", false},
		{"不能超过2048个字符", "不能超过*个字符", true},
		{"包含nsfw内容", "nsfw内容", true},
		{"包含nsfw内容", "nsfw", true},
		{"xnsfw内容", "nsfw内容", false},
	}
	for _, test := range tests {
		if got := contains(test.text, test.phrase); got != test.want {
			t.Errorf("contains(%q, %q) = %v", test.text, test.phrase, got)
		}
	}
}

// TestRules_canMatch finds phrases that folding makes impossible, and rules that an earlier one
// hides completely.
func TestRules_canMatch(t *testing.T) {
	t.Parallel()
	for _, rules := range [][]rule{causes(), troubles()} {
		for _, r := range rules {
			for _, phrase := range r.phrases {
				for part := range strings.SplitSeq(phrase, "*") {
					if fold(part) != strings.TrimSpace(part) || part == "" {
						t.Errorf("%q is not as folding leaves it: %q", phrase, fold(part))
					}
				}
				code := max(r.from, 0)
				sample := fold(strings.ReplaceAll(phrase, "*", " x "))
				if got, ok := match(rules, code, sample); !ok || got.category != r.category {
					t.Errorf("%q is read as %s, want %s", phrase, got.category, r.category)
				}
			}
		}
	}
}
