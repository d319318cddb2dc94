package config

import (
	"slices"
	"strings"
	"testing"
)

// TestEveryOptionHasAGroup holds that groups stand together, in the order they are listed in.
func TestEveryOptionHasAGroup(t *testing.T) {
	t.Parallel()
	all, err := Options(Config{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, g := range Groups() {
		want = append(want, g.Key)
		if !strings.HasSuffix(g.Title, ":") {
			t.Errorf("--help would show %q beside its own titles", g.Title)
		}
	}
	for _, o := range all {
		got = append(got, o.Group)
		if o.Variable != "REELBACK_"+strings.ToUpper(strings.ReplaceAll(o.Name, "-", "_")) {
			t.Errorf("the variable of --%s is %s", o.Name, o.Variable)
		}
	}
	if got = slices.Compact(got); !slices.Equal(got, want) {
		t.Errorf("the options are of the groups %q, there are %q", got, want)
	}
}
