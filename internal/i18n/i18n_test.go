package i18n

import (
	"sync"
	"testing"
	"testing/fstest"
)

func load(t *testing.T) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMatch(t *testing.T) {
	t.Parallel()
	c := load(t)
	tests := []struct {
		wishes []string
		want   string
	}{
		{nil, English},
		{[]string{""}, English},
		{[]string{"en"}, English},
		{[]string{"en-GB"}, English},
		{[]string{"zh"}, Chinese},
		{[]string{"zh-CN"}, Chinese},
		{[]string{"zh-Hans-SG"}, Chinese},
		{[]string{"zh-cn"}, Chinese},
		{[]string{"fr"}, English},
		{[]string{"zh-CN,zh;q=0.9,en;q=0.8"}, Chinese},
		{[]string{"en-US,en;q=0.9,zh-CN;q=0.8"}, English},
		{[]string{"en;q=0.5,zh;q=0.9"}, Chinese},
		{[]string{"fr-FR,fr;q=0.9,zh;q=0.5"}, Chinese},
		{[]string{"fr", "zh-CN"}, Chinese},
		{[]string{"en", "zh-CN"}, English},
		{[]string{"zh-CN", "en"}, Chinese},
		{[]string{"", "nonsense of a header;;q=x", "zh"}, Chinese},
		{[]string{"\x00", "../../etc", "*"}, English},
		{[]string{"*", "zh"}, Chinese},
	}
	for _, test := range tests {
		if got := c.Match(test.wishes...); got != test.want {
			t.Errorf("%q: %s, want %s", test.wishes, got, test.want)
		}
	}
}

// small is a catalogue of the test's own.
func small(t *testing.T) *Catalogue {
	t.Helper()
	c, err := loadFrom(fstest.MapFS{
		"locales/a.en.toml": {Data: []byte(`plain = "Plain"
[group]
who = "Hello, {{.Name}} and {{.Other}}"
english = "Only English"
[group.files]
one = "{{.Count}} file of {{.Name}}"
other = "{{.Count}} files of {{.Name}}"`)},
		"locales/a.zh-CN.toml": {Data: []byte(`plain = "平"
[group]
who = "你好，{{.Name}}、{{.Other}}"
[group.files]
other = "{{.Name}} 的 {{.Count}} 个文件"`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPrinter(t *testing.T) {
	t.Parallel()
	c := small(t)
	en, zh := c.Printer(English), c.Printer(Chinese)
	tests := []struct{ got, want string }{
		{en.Lang(), "en"}, {zh.Lang(), "zh-CN"},
		{en.T("plain"), "Plain"}, {zh.T("plain"), "平"},
		{en.T("group.who", "Name", "A", "Other", 2), "Hello, A and 2"},
		{zh.T("group.who", "Other", "B", "Name", "甲"), "你好，甲、B"},
		{en.N("group.files", 0, "Name", "A"), "0 files of A"},
		{en.N("group.files", 1, "Name", "A"), "1 file of A"},
		{en.N("group.files", 1234, "Name", "A"), "1,234 files of A"},
		{zh.N("group.files", 1, "Name", "甲"), "甲 的 1 个文件"},
		{zh.N("group.files", 1234, "Name", "甲"), "甲 的 1,234 个文件"},
		{zh.T("group.english"), "Only English"}, // better than nothing
		{en.T("group.nothing"), "group.nothing"},
		{zh.N("group.nothing", 2), "group.nothing"},
		{en.T("group.who", "Name", "<b>", "Other", "&"), "Hello, <b> and &"}, // pages escape
		{en.T("plain", "odd"), "Plain"},
	}
	for _, test := range tests {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}

func TestHas(t *testing.T) {
	t.Parallel()
	c := small(t)
	en, zh := c.Printer(English), c.Printer(Chinese)
	for id, want := range map[string][2]bool{
		"plain": {true, true}, "group.files": {true, true}, "group.english": {true, false},
		"group.nothing": {false, false}, "group": {false, false}, "": {false, false},
	} {
		if got := [2]bool{en.Has(id), zh.Has(id)}; got != want {
			t.Errorf("%q: %v, want %v", id, got, want)
		}
	}
}

func TestCatalogueThatCannotBeRead(t *testing.T) {
	t.Parallel()
	if _, err := loadFrom(fstest.MapFS{"locales/a.en.toml": {Data: []byte("plain = ")}}); err == nil {
		t.Error("it was read")
	}
}

// TestManyReadersAtOnce is for the race detector.
func TestManyReadersAtOnce(t *testing.T) {
	t.Parallel()
	c := small(t)
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			p := c.Printer(c.Match("zh-CN", "en"))
			for range 50 {
				p.T("group.who", "Name", "A", "Other", "B")
				p.N("group.files", 3, "Name", "A")
				p.Has("plain")
			}
		})
	}
	readers.Wait()
}
