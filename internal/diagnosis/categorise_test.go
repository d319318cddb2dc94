package diagnosis

import (
	"strings"
	"testing"

	"golang.org/x/text/width"

	"github.com/reelback/reelback/internal/task"
)

func TestDiagnose_readsEveryKnownMessage(t *testing.T) {
	t.Parallel()
	for _, k := range allMessages() {
		t.Run(k.message, func(t *testing.T) {
			t.Parallel()
			got := Diagnose("", k.code, k.message)
			if got.Category != k.want || got.Retry != k.retry {
				t.Errorf("code %d: got %s, retry %s; want %s, retry %s",
					k.code, got.Category, got.Retry, k.want, k.retry)
			}
			if !got.KnownMessage {
				t.Error("the words were not recognised")
			}
			if got.Move != k.want.Move() {
				t.Errorf("move is %s, want %s", got.Move, k.want.Move())
			}
		})
	}
}

// TestCategorise_ignoresSpelling writes every known message in the ways in which copies of the
// documentation, proxies and keyboards are known to differ.
func TestCategorise_ignoresSpelling(t *testing.T) {
	t.Parallel()
	ascii := strings.NewReplacer("，", ",", "。", ".", "！", "!", "：", ":", "；", ";")
	chinese := strings.NewReplacer(",", "，", ". ", "。 ", "!", "！", ":", "：", "'", "’")
	spellings := map[string]func(string) string{
		"upper case":             strings.ToUpper,
		"lower case":             strings.ToLower,
		"double spaces":          func(s string) string { return strings.ReplaceAll(s, " ", "  ") },
		"no final punctuation":   func(s string) string { return strings.TrimRight(s, ".。!！") },
		"one more full stop":     func(s string) string { return s + "." },
		"ASCII punctuation":      ascii.Replace,
		"full-width punctuation": chinese.Replace,
		"full-width letters":     width.Widen.String,
		"surrounding blanks":     func(s string) string { return "\r\n\t " + s + "\u3000\u00a0\n" },
		"no-break spaces":        func(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") },
		"zero-width spaces":      func(s string) string { return strings.Join(strings.Split(s, ""), "\u200b") },
		"quoted":                 func(s string) string { return "“" + s + "”" },
		"spaces around digits":   strings.NewReplacer("2048个", " 2048 个", "AI审", " AI 审").Replace,
	}
	for name, spell := range spellings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, k := range allMessages() {
				if got := Categorise("veo3.1", k.code, spell(k.message)); got != k.want {
					t.Errorf("%q: got %s, want %s", spell(k.message), got, k.want)
				}
			}
		})
	}
}

func TestCategorise_wordsOutweighVagueCodes(t *testing.T) {
	t.Parallel()
	for _, k := range append(runwayMessages(), veoMessages()...) {
		for _, code := range []int{0, 400, 422, 500, 501} {
			if got := Categorise("runway", code, k.message); got != k.want {
				t.Errorf("code %d, %q: got %s, want %s", code, k.message, got, k.want)
			}
		}
	}
}

func TestCategorise_prefersTheStrongerWords(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		code    int
		message string
		want    task.Category
	}{
		{"copyright before likeness", 500, "public figure, copyright", task.Copyright},
		{"likeness before safety", 400, "content policies: prominent people", task.Likeness},
		{"safety before parameters", 400,
			"The parameter `image` specified in the request is not valid: unsafe image upload",
			task.UnsafeMedia},
		{"parameters before a rejected input", 400,
			"input was rejected: must be between 1 and 5", task.InvalidParameter},
		{"credits before everything", 500,
			"insufficient credits, internal error, copyright", task.InsufficientCredits},
		{"a telling code before vague words", 429, "the server is busy", task.RateLimited},
		{"a telling code before a timeout", 451, "Timeout", task.InputUnreachable},
		{"not a word inside a word", 400, "please untimeoutable", task.UnknownCategory},
		{"not top up inside laptop", 400, "please laptop upside", task.UnknownCategory},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := Categorise("", test.code, test.message); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
