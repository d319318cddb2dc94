package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/testkit"
)

// TestLogsAreSafeToRead logs hostile text as message, key, value and error, in both forms. Every
// line stays one line of printable characters, and JSON gives the very text back.
func TestLogsAreSafeToRead(t *testing.T) {
	t.Parallel()
	for name, text := range testkit.Hostile() {
		for _, form := range []string{"text", "json"} {
			var out bytes.Buffer
			log := newLogger(config.Config{LogFormat: form, LogLevel: "info"}, &out)
			log.Info(text, "value", text, "err", errors.New(text), text, "key")
			line, rest, _ := strings.Cut(out.String(), "\n")
			if rest != "" {
				t.Errorf("%s, %s: more than one line", name, form)
			}
			if i := strings.IndexFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
				t.Errorf("%s, %s: %q at %d", name, form, line[i:min(len(line), i+4)], i)
			}
			if form != "json" {
				continue
			}
			var read map[string]string
			if err := json.Unmarshal([]byte(line), &read); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if want := string([]rune(text)); read["value"] != want {
				t.Errorf("%s: read back %.60q, want %.60q", name, read["value"], want)
			}
		}
	}
}
