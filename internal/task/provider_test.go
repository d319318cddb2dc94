package task

import (
	"slices"
	"testing"
)

func TestUnknownTo(t *testing.T) {
	t.Parallel()
	known := []Provider{{Name: "kie", Products: []string{"veo3.1", "runway"}}, {Name: "fal"}}
	for _, test := range []struct {
		provider, product string
		want              []Warning
	}{
		{"kie", "veo3.1", nil}, {"kie", "runway", nil},
		{"kie", "veo3", []Warning{WarnUnknownProduct}},
		{"fal", "veo3.1", []Warning{WarnUnknownProduct}},
		{"kei", "veo3.1", []Warning{WarnUnknownProvider}},
		{"", "", []Warning{WarnUnknownProvider}},
	} {
		r := Registration{Provider: test.provider, Product: test.product}
		if got := r.UnknownTo(known); !slices.Equal(got, test.want) {
			t.Errorf("%s %s: %v", test.provider, test.product, got)
		}
	}
}
