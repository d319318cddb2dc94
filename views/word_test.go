package views

import (
	"strings"
	"testing"
)

func TestWordsOfSendersAreShort(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "", "1080p": "1080p", " 4\n k\t": "4 k", strings.Repeat("影", 32): strings.Repeat("影", 32),
		strings.Repeat("影", 33): strings.Repeat("影", 32) + "…",
	} {
		if got := shortWord(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
