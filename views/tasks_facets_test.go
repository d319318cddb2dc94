package views

import (
	"strings"
	"testing"
	"time"

	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

func TestAFacetAddsAValueAndTakesItAway(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	p := NewTasks(f, TasksInput{
		Filter:   task.Filter{Products: []string{"veo3.1", "gone"}},
		Products: []string{"runway", "veo3.1"},
	})
	product := facetOf(t, p, "Product")
	if product.Value != "Veo 3.1, gone" || product.ClearURL != "/x/tasks" {
		t.Errorf("facet: %+v", product)
	}
	want := map[string]string{
		"Runway":  "/x/tasks?product=veo3.1%2Cgone%2Crunway",
		"Veo 3.1": "/x/tasks?product=gone",
		"gone":    "/x/tasks?product=veo3.1",
	}
	for _, o := range product.Options {
		if o.URL != want[o.Text] || o.On != (o.Text != "Runway") {
			t.Errorf("option %+v, want %s", o, want[o.Text])
		}
	}
	if len(product.Options) != len(want) {
		t.Errorf("%d options", len(product.Options))
	}
}

func facetOf(t *testing.T, p TasksProps, name string) ui.FacetProps {
	t.Helper()
	for _, facet := range p.Facets {
		if facet.Name == name {
			return facet
		}
	}
	t.Fatalf("no facet %s", name)
	return ui.FacetProps{}
}

func TestManyChosenValuesAreShownInShort(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	p := NewTasks(f, TasksInput{Filter: task.Filter{
		Categories: []task.Category{task.Likeness, task.Timeout, task.NSFW}}})
	if got := facetOf(t, p, "Category").Value; got != "Adult content +2" {
		t.Errorf("value is %q", got)
	}
}

func TestCategoriesAreGroupedByWhoseMoveItIs(t *testing.T) {
	t.Parallel()
	p := NewTasks(pageFrame(t, i18n.English), TasksInput{})
	var heads []string
	category := facetOf(t, p, "Category")
	for _, o := range category.Options {
		if o.URL == "" {
			heads = append(heads, o.Text)
		}
	}
	if got := strings.Join(heads, " "); got != "Creator Operator Provider Nobody knows" {
		t.Errorf("groups are %s", got)
	}
	if len(category.Options)-len(heads) != len(task.Categories()) {
		t.Error("categories are missing")
	}
}

func TestTheTimeFacet(t *testing.T) {
	t.Parallel()
	f := pageFrame(t, i18n.English)
	midnight := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		from, to time.Time
		want     string
	}{
		"open":                    {want: ""},
		"a day ago":               {from: ago(24 * time.Hour), want: "24 h"},
		"a day ago some time ago": {from: ago(25 * time.Hour), want: "24 h"},
		"a day ago long ago":      {from: ago(40 * time.Hour), want: "since 2026-11-19 22:41"},
		"a month":                 {from: ago(30 * 24 * time.Hour), want: "30 d"},
		"until a day":             {to: midnight, want: "until 2026-11-21"},
		"between": {from: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), to: ago(time.Hour),
			want: "2026-11-01 to 2026-11-21 13:41"},
	}
	for name, tt := range tests {
		p := NewTasks(f, TasksInput{Filter: task.Filter{From: tt.from, To: tt.to}})
		if got := facetOf(t, p, "Received").Value; got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	p := NewTasks(f, TasksInput{})
	day := facetOf(t, p, "Received").Options[1]
	if day.URL != "/x/tasks?from=2026-11-20T14%3A41%3A00Z" {
		t.Errorf("24 h leads to %s", day.URL)
	}
}

func TestTheWordsSearchedForCanBeTakenAway(t *testing.T) {
	t.Parallel()
	p := NewTasks(pageFrame(t, i18n.English),
		TasksInput{Filter: task.Filter{Query: "lantern", Products: []string{"runway"}}})
	words := p.Facets[0]
	if words.Value != "“lantern”" || words.ClearURL != "/x/tasks?product=runway" {
		t.Errorf("facet: %+v", words)
	}
	if p.ClearURL != "/x/tasks" {
		t.Errorf("all filters are cleared by %q", p.ClearURL)
	}
	if p.Empty.Title != "No task matches “lantern”" {
		t.Errorf("nothing found says %q", p.Empty.Title)
	}
}
