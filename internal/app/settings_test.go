package app

import (
	"slices"
	"testing"

	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/views"
)

func TestEveryOptionHasWords(t *testing.T) {
	t.Parallel()
	catalogue, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	lines, err := optionLines(config.Config{})
	if err != nil || len(lines) < 15 {
		t.Fatalf("%d options, %v", len(lines), err)
	}
	for _, lang := range i18n.Languages() {
		p := catalogue.Printer(lang)
		for _, o := range lines {
			if !p.Has("settings.option." + o.Name) {
				t.Errorf("%s does not say what --%s is", lang, o.Name)
			}
			if o.Group == "" || !p.Has("settings.group."+o.Group) {
				t.Errorf("%s has no words for %q, the group of --%s", lang, o.Group, o.Name)
			}
		}
		for _, from := range []config.Source{config.FromFlag, config.FromEnvironment,
			config.FromFile, config.FromDefault, config.FromCommand} {
			if !p.Has("settings.from." + string(from)) {
				t.Errorf("%s has no words for %s", lang, from)
			}
		}
	}
}

func TestPagesShowWhatWasGiven(t *testing.T) {
	t.Parallel()
	c := config.Config{Auth: "none", Addr: ":8080", Given: []config.Option{
		{Name: "addr", Value: ":8080", Source: config.FromFile, Where: "/etc/x"}}}
	want := []views.Option{{Name: "addr", Value: ":8080", Source: "file", Where: "/etc/x"}}
	if got, err := optionLines(c); err != nil || !slices.Equal(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	if got := riskLines(c); !slices.Equal(got, []views.Risk{{Key: RiskPagesOpen, Value: ":8080"}}) {
		t.Errorf("%+v", got)
	}
}
