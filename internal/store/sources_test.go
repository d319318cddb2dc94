package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/task"
)

func TestSourcesAreAddedOnceWithATokenEach(t *testing.T) {
	t.Parallel()
	b := setup(t)
	made := 0
	token := func() string {
		made++
		return fmt.Sprintf("token-%018d", made)
	}
	first := []task.Source{{Name: "veo3.1", Provider: "kie", Product: "veo3.1"},
		{Name: "kie", Provider: "kie"}}
	for range 2 {
		if err := b.EnsureSources(b.ctx, first, token); err != nil {
			t.Fatal(err)
		}
	}
	b.clock.add(time.Second)
	more := append(first, task.Source{Name: "fal", Provider: "fal"})
	if err := b.EnsureSources(b.ctx, more, token); err != nil {
		t.Fatal(err)
	}
	if made != 3 {
		t.Errorf("%d tokens were made", made)
	}
	b.reopen()
	sources, err := b.ListSources(b.ctx)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range sources {
		got = append(got, strings.Join([]string{s.Name, s.Provider, s.Product, s.Tokens[0].Token}, " "))
	}
	want := []string{"kie kie  token-000000000000000002",
		"veo3.1 kie veo3.1 token-000000000000000001", "fal fal  token-000000000000000003"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestExpiredTokensAreNotListed(t *testing.T) {
	t.Parallel()
	b := setup(t)
	source := []task.Source{{Name: "veo3.1", Provider: "kie"}}
	token := func() string { return "token-with-24-characters" }
	if err := b.EnsureSources(b.ctx, source, token); err != nil {
		t.Fatal(err)
	}
	row := tokenRow{Token: "token-that-ends-some-day", Source: "veo3.1", Name: "old",
		CreatedAt: 1, ExpiresAt: micros(start().Add(time.Hour))}
	if err := b.write.Create(&row).Error; err != nil {
		t.Fatal(err)
	}
	for hours, want := range map[int]int{0: 2, 1: 1} {
		b.clock.now = start().Add(time.Duration(hours) * time.Hour)
		sources, err := b.ListSources(b.ctx)
		if err != nil || len(sources[0].Tokens) != want {
			t.Errorf("after %d h: %+v, %v", hours, sources, err)
		}
	}
}
