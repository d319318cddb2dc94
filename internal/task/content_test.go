package task

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
)

func packed(t *testing.T, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestContent(t *testing.T) {
	t.Parallel()
	const text = `{"code":200,"data":{"taskId":"a"}}`
	bomb := packed(t, strings.Repeat("a", 100<<20))
	whole := packed(t, text)
	for name, c := range map[string]struct {
		body   []byte
		want   string
		packed bool
		reason string // a part of the error; empty for none
	}{
		"plain":      {[]byte(text), text, false, ""},
		"nothing":    {nil, "", false, ""},
		"one byte":   {[]byte{0x1f}, "\x1f", false, ""},
		"packed":     {whole, text, true, ""},
		"in parts":   {append(packed(t, "a"), packed(t, "b")...), "ab", true, ""},
		"as long":    {packed(t, strings.Repeat("a", MaxContent)), strings.Repeat("a", MaxContent), true, ""},
		"a bomb":     {bomb, strings.Repeat("a", MaxContent), true, "longer than 1 MiB"},
		"cut off":    {whole[:len(whole)-6], text, true, "broken"},
		"no gzip":    {[]byte("\x1f\x8bnonsense"), "", true, "broken"},
		"not to end": {append(bytes.Clone(whole), "junk"...), text, true, "broken"},
	} {
		got, wasPacked, err := Content(c.body)
		if string(got) != c.want || wasPacked != c.packed {
			t.Errorf("%s: %d bytes %.40q, packed %t", name, len(got), got, wasPacked)
		}
		if (err == nil) != (c.reason == "") || err != nil &&
			(!strings.Contains(err.Error(), c.reason) || ReasonKey(err.Error()) != ReasonEncoding) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
