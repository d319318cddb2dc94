package views

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
)

// keys returns the values of a domain type as text.
func keys[T ~string](values ...T) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = string(v)
	}
	return texts
}

// assetStates lists the states of an asset.
func assetStates() []task.AssetState {
	return []task.AssetState{task.Pending, task.SavingAsset, task.SavedAsset, task.FailedAsset,
		task.ExpiredAsset}
}

func TestEveryKeyHasItsWord(t *testing.T) {
	t.Parallel()
	families := map[string][]string{
		"status":   keys(task.Statuses()...),
		"asset":    keys(assetStates()...),
		"outcome":  keys(task.Outcomes()...),
		"role":     keys(task.Roles()...),
		"category": keys(task.Categories()...),
		"party":    keys(task.Creator, task.Operator, task.ProviderParty, task.NobodyKnows),
		"fallback": keys(task.Fallbacks()...),
		"product":  {"runway", "runway-extend", "veo3.1"},
	}
	for _, lang := range i18n.Languages() {
		f := storyFrame(t, lang, "")
		for family, values := range families {
			for _, value := range values {
				if id := family + "." + value; !f.T.Has(id) {
					t.Errorf("%s: no word for %s", lang, id)
				}
			}
		}
	}
}

func TestEveryStateHasAnIconOfItsOwn(t *testing.T) {
	t.Parallel()
	sprite, err := fs.ReadFile(os.DirFS("../static/img"), "icons.svg")
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range [][]string{keys(task.Statuses()...), keys(assetStates()...),
		keys(task.Outcomes()...)} {
		seen := map[string]string{}
		for _, key := range family {
			icon := StatusIcon(key)
			if !strings.Contains(string(sprite), `<symbol id="`+icon+`"`) {
				t.Errorf("%s: there is no icon %s", key, icon)
			}
			if seen[icon] != "" {
				t.Errorf("%s and %s have the same icon", key, seen[icon])
			}
			seen[icon] = key
		}
	}
	if StatusIcon("something new") != "unconfirmed" {
		t.Error("an unknown key has another icon than what is not known")
	}
}

func TestProductText(t *testing.T) {
	t.Parallel()
	en, zh := storyFrame(t, i18n.English, ""), storyFrame(t, i18n.Chinese, "")
	tests := []struct{ product, en, zh string }{
		{"veo3.1", "Veo 3.1", "Veo 3.1"},
		{"runway-extend", "Runway extend", "Runway 延长"},
		{"sora-9", "sora-9", "sora-9"},
		{"", "", ""},
	}
	for _, test := range tests {
		if got := ProductText(en.T, test.product); got != test.en {
			t.Errorf("%q in English: %q, want %q", test.product, got, test.en)
		}
		if got := ProductText(zh.T, test.product); got != test.zh {
			t.Errorf("%q in Chinese: %q, want %q", test.product, got, test.zh)
		}
	}
}
