package i18n

import (
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

// message is one id of a catalogue file: its text by plural form; "" is that of one without.
type message struct {
	file  string
	forms map[string]string
}

// catalogue reads the files of a language as they are, past the library.
func catalogue(t *testing.T, lang string) map[string]message {
	t.Helper()
	names, err := fs.Glob(locales, "locales/*."+lang+".toml")
	if err != nil || len(names) == 0 {
		t.Fatalf("%s has no files, %v", lang, err)
	}
	all := make(map[string]message)
	for _, name := range names {
		text, err := locales.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var tree map[string]any
		if err := toml.Unmarshal(text, &tree); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		flatten(t, strings.TrimSuffix(path.Base(name), "."+lang+".toml"), "", tree, all)
	}
	return all
}

func flatten(t *testing.T, file, prefix string, tree map[string]any, all map[string]message) {
	t.Helper()
	for key, value := range tree {
		id := strings.TrimPrefix(prefix+"."+key, ".")
		if before, twice := all[id]; twice {
			t.Errorf("%s is in %s and in %s", id, before.file, file)
		}
		switch value := value.(type) {
		case string:
			all[id] = message{file, map[string]string{"": value}}
		case map[string]any:
			forms, plural := pluralForms(value)
			if plural {
				all[id] = message{file, forms}
				continue
			}
			flatten(t, file, id, value, all)
		default:
			t.Errorf("%s: %s is a %T", file, id, value)
		}
	}
}

// pluralForms returns the forms if the table is a message and not a group of some.
func pluralForms(table map[string]any) (map[string]string, bool) {
	forms := make(map[string]string)
	for key, value := range table {
		text, ok := value.(string)
		if !ok || !slices.Contains([]string{"zero", "one", "two", "few", "many", "other"}, key) {
			return nil, false
		}
		forms[key] = text
	}
	return forms, len(forms) > 0
}

func TestEveryMessageIsInEveryLanguage(t *testing.T) {
	t.Parallel()
	en, zh := catalogue(t, English), catalogue(t, Chinese)
	for id, m := range en {
		other, ok := zh[id]
		if !ok || other.file != m.file {
			t.Errorf("%s of %s.en is not in %s.zh-CN", id, m.file, m.file)
		}
	}
	for id, m := range zh {
		if _, ok := en[id]; !ok {
			t.Errorf("%s of %s.zh-CN is not in English", id, m.file)
		}
	}
}

func TestPluralFormsAreThoseOfTheLanguage(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string][]string{English: {"one", "other"}, Chinese: {"other"}} {
		for id, m := range catalogue(t, lang) {
			forms := slices.Sorted(maps.Keys(m.forms))
			if !slices.Equal(forms, []string{""}) && !slices.Equal(forms, want) {
				t.Errorf("%s in %s has %q, want %q", id, lang, forms, want)
			}
		}
	}
	zh := catalogue(t, Chinese)
	for id, m := range catalogue(t, English) {
		if _, plain := m.forms[""]; plain != (zh[id].forms["other"] == "") {
			t.Errorf("%s counts in one language only", id)
		}
	}
}

var place = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)

// places returns the names that the texts of a message show, each once.
func (m message) places() []string {
	found := make(map[string]bool)
	for form, text := range m.forms {
		for _, p := range place.FindAllStringSubmatch(text, -1) {
			if form != "one" { // which may say "one" in words
				found[p[1]] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func TestBothLanguagesShowTheSameValues(t *testing.T) {
	t.Parallel()
	zh := catalogue(t, Chinese)
	differ := []string{"facet.more"} // English counts the others, Chinese all
	for id, m := range catalogue(t, English) {
		if slices.Contains(differ, id) {
			continue
		}
		if got, want := zh[id].places(), m.places(); !slices.Equal(got, want) {
			t.Errorf("%s shows %q in Chinese and %q in English", id, got, want)
		}
	}
}

func TestEveryMessagePrints(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, lang := range Languages() {
		p := c.Printer(lang)
		for id, m := range catalogue(t, lang) {
			if !p.Has(id) {
				t.Errorf("%s: %s is not found", lang, id)
				continue
			}
			var pairs []any
			for _, name := range m.places() {
				pairs = append(pairs, name, "7")
			}
			text := p.T(id, pairs...)
			if _, plain := m.forms[""]; !plain {
				text = p.N(id, 1, pairs...) + p.N(id, 5, pairs...)
			}
			if text == "" || text == id || strings.Contains(text, "<no value>") ||
				strings.ContainsAny(text, "{}") || strings.TrimSpace(text) != text && m.forms[""] == "" {
				t.Errorf("%s: %s prints %q", lang, id, text)
			}
		}
	}
}
