package diagnosis

import (
	"embed"
	"fmt"
	"sync"

	"github.com/BurntSushi/toml"
)

//go:embed advice/*.toml
var files embed.FS

// The languages of the advice, as BCP 47 tags.
const (
	english = "en"
	chinese = "zh-CN"
)

// catalogue holds the texts of one language.
type catalogue struct {
	Common common          `toml:"common"`
	Advice map[string]text `toml:"advice"` // by category, or category/variant
}

// common holds what does not depend on the category.
type common struct {
	NameBoth string `toml:"name_both"`
	NameTask string `toml:"name_task"`
	NameTime string `toml:"name_time"`

	Again         map[Retry]string `toml:"again"`
	Charged       string           `toml:"charged"`
	ChargedWhy    string           `toml:"charged_why"`
	Fallback      string           `toml:"fallback"`
	FallbackWhy   string           `toml:"fallback_why"`
	NoFallback    string           `toml:"no_fallback"`
	NoFallbackWhy string           `toml:"no_fallback_why"`
}

// text holds the texts of one category. A variant states only what differs from its category.
type text struct {
	Verdict    string   `toml:"verdict"`
	Meaning    string   `toml:"meaning"`
	Again      string   `toml:"again"`
	AgainWhy   string   `toml:"again_why"`
	Charged    string   `toml:"charged"`
	ChargedWhy string   `toml:"charged_why"`
	Steps      []Step   `toml:"steps"`
	Reply      []string `toml:"reply"` // two paragraphs; {ref} names the task
}

// The texts are read once, when first asked for. They are part of the program: a file that does
// not parse is a mistake of the build, and the first test finds it.
var (
	englishTexts = sync.OnceValue(func() *catalogue { return mustLoad(english) })
	chineseTexts = sync.OnceValue(func() *catalogue { return mustLoad(chinese) })
)

// phrasebook returns the texts of a language, English for any but Chinese.
func phrasebook(lang string) *catalogue {
	if lang == chinese {
		return chineseTexts()
	}
	return englishTexts()
}

func mustLoad(lang string) *catalogue {
	c, err := load(lang)
	if err != nil {
		panic(err)
	}
	return c
}

// load reads one embedded file. A key that nothing reads is an error, so that a slip of the pen
// does not silence a text.
func load(lang string) (*catalogue, error) {
	var c catalogue
	meta, err := toml.DecodeFS(files, "advice/"+lang+".toml", &c)
	if err != nil {
		return nil, fmt.Errorf("read advice %s: %w", lang, err)
	}
	if unread := meta.Undecoded(); len(unread) > 0 {
		return nil, fmt.Errorf("read advice %s: unknown key %s", lang, unread[0])
	}
	return &c, nil
}
