// Package i18n speaks to the reader: it holds the message catalogues in Chinese and English and
// prints messages, numbers and sizes in one of the two. It knows no page and no domain type.
package i18n

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed locales/*.toml
var locales embed.FS

// The languages of the catalogues, as BCP 47 tags.
const (
	English = "en"
	Chinese = "zh-CN"
)

// Languages lists the languages of the catalogues.
func Languages() []string { return []string{English, Chinese} }

// Catalogue holds every message in every language. It is safe for concurrent use.
type Catalogue struct {
	bundle  *i18n.Bundle
	matcher language.Matcher
}

// Load reads the embedded catalogues. Each file is locales/AREA.LANGUAGE.toml.
func Load() (*Catalogue, error) { return loadFrom(locales) }

func loadFrom(files fs.FS) (*Catalogue, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	names, err := fs.Glob(files, "locales/*.toml")
	if err != nil {
		return nil, fmt.Errorf("list catalogues: %w", err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read catalogue %s: %w", name, err)
		}
		if _, err := bundle.ParseMessageFileBytes(text, path.Base(name)); err != nil {
			return nil, fmt.Errorf("parse catalogue %s: %w", name, err)
		}
	}
	tags := []language.Tag{language.English, language.MustParse(Chinese)}
	return &Catalogue{bundle: bundle, matcher: language.NewMatcher(tags)}, nil
}

// Match returns the language that serves the wishes best, in order: each a tag ("zh-CN") or an
// Accept-Language header. Empty and nonsensical wishes are passed over; the last resort is English.
func (c *Catalogue) Match(wishes ...string) string {
	for _, wish := range wishes {
		tags, _, err := language.ParseAcceptLanguage(wish)
		if err != nil || len(tags) == 0 {
			continue
		}
		if _, at, confidence := c.matcher.Match(tags...); confidence > language.No {
			return Languages()[at]
		}
	}
	return English
}

// Printer returns the printer of one of Languages.
func (c *Catalogue) Printer(lang string) *Printer {
	return &Printer{lang: lang, localizer: i18n.NewLocalizer(c.bundle, lang)}
}

// Printer prints messages in one language.
type Printer struct {
	lang      string
	localizer *i18n.Localizer
}

// Lang returns the printer's language as a BCP 47 tag.
func (p *Printer) Lang() string { return p.lang }

// T prints a message. The pairs are names and values for its {{.Name}} places. A message that
// is missing prints its id, so that a reader sees something and a test can find it.
func (p *Printer) T(id string, pairs ...any) string {
	return p.print(&i18n.LocalizeConfig{MessageID: id, TemplateData: data(pairs)})
}

// N prints a message in the plural form for n, which its text can show as {{.Count}}.
func (p *Printer) N(id string, n int, pairs ...any) string {
	values := data(pairs)
	values["Count"] = p.Int(int64(n))
	return p.print(&i18n.LocalizeConfig{MessageID: id, PluralCount: n, TemplateData: values})
}

// Has says whether the printer's language has the message.
func (p *Printer) Has(id string) bool {
	_, tag, err := p.localizer.LocalizeWithTag(&i18n.LocalizeConfig{MessageID: id, PluralCount: 2})
	return err == nil && strings.EqualFold(tag.String(), p.lang)
}

func (p *Printer) print(config *i18n.LocalizeConfig) string {
	text, err := p.localizer.Localize(config)
	if err != nil && text == "" {
		return config.MessageID
	}
	return text
}

func data(pairs []any) map[string]any {
	values := make(map[string]any, len(pairs)/2+1)
	for i := 0; i+1 < len(pairs); i += 2 {
		values[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return values
}
