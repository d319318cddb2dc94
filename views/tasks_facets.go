package views

import (
	"slices"
	"strings"
	"time"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// taskFacets lists what the table can be narrowed by, beside status.
func taskFacets(f Frame, in TasksInput) []ui.FacetProps {
	var facets []ui.FacetProps
	if in.Filter.Query != "" {
		facets = append(facets, wordsFacet(f, in.Filter))
	}
	facets = append(facets,
		facet(f, "product", in.Products, in.Filter.Products,
			func(v string) string { return ProductText(f.T, v) },
			func(v []string) string { return tasksURL(f, withProducts(in.Filter, v)) }),
		categoryFacet(f, in.Filter),
		facet(f, "move", query.Moves(), in.Filter.Moves,
			func(v task.Party) string { return PartyText(f.T, v) },
			func(v []task.Party) string { return tasksURL(f, withMoves(in.Filter, v)) }),
		facet(f, "fallback", task.Fallbacks(), in.Filter.Fallbacks,
			func(v task.Fallback) string { return FallbackText(f.T, v) },
			func(v []task.Fallback) string { return tasksURL(f, withFallbacks(in.Filter, v)) }),
		facet(f, "resolution", in.Resolutions, in.Filter.Resolutions,
			func(v string) string { return v },
			func(v []string) string { return tasksURL(f, withResolutions(in.Filter, v)) }),
		timeFacet(f, "received", in.Filter.From, in.Filter.To,
			func(from, to time.Time) string { return tasksURL(f, withTimes(in.Filter, from, to)) }))
	return slices.DeleteFunc(facets, pointless)
}

// pointless says whether a facet has nothing to choose and nothing chosen.
func pointless(p ui.FacetProps) bool { return len(p.Options) == 0 && p.Value == "" }

func withProducts(f task.Filter, v []string) task.Filter          { f.Products = v; return f }
func withCategories(f task.Filter, v []task.Category) task.Filter { f.Categories = v; return f }
func withMoves(f task.Filter, v []task.Party) task.Filter         { f.Moves = v; return f }
func withFallbacks(f task.Filter, v []task.Fallback) task.Filter  { f.Fallbacks = v; return f }
func withResolutions(f task.Filter, v []string) task.Filter       { f.Resolutions = v; return f }

func withTimes(f task.Filter, from, to time.Time) task.Filter {
	f.From, f.To = from, to
	return f
}

// facet builds a facet of which any number of values can be chosen: each option adds its value
// or takes it away again. Chosen values that are not on offer are offered all the same, so that
// they can be taken away.
func facet[T ~string](f Frame, id string, offer, chosen []T,
	text func(T) string, link func([]T) string) ui.FacetProps {
	p := newFacet(f, id, link(nil))
	for _, v := range chosen {
		if !slices.Contains(offer, v) {
			offer = append(slices.Clip(offer), v)
		}
	}
	var names []string
	for _, v := range offer {
		on := slices.Contains(chosen, v)
		if on {
			names = append(names, text(v))
		}
		p.Options = append(p.Options,
			ui.FacetOption{Text: text(v), URL: link(toggled(chosen, v)), On: on})
	}
	p.Value = chosenText(f, names)
	return p
}

// newFacet is a facet with its name and nothing else.
func newFacet(f Frame, id, clearURL string) ui.FacetProps {
	name := f.T.T("facet." + id)
	return ui.FacetProps{Name: name, ClearURL: clearURL,
		ClearLabel: f.T.T("action.clearOne", "Name", name)}
}

// categoryFacet groups the categories by whose move it is.
func categoryFacet(f Frame, filter task.Filter) ui.FacetProps {
	p := facet(f, "category", task.Categories(), filter.Categories,
		func(v task.Category) string { return CategoryText(f.T, v) },
		func(v []task.Category) string { return tasksURL(f, withCategories(filter, v)) })
	var last task.Party
	grouped := make([]ui.FacetOption, 0, len(p.Options)+len(query.Moves()))
	for i, c := range task.Categories() {
		if move := c.Move(); move != last {
			last = move
			grouped = append(grouped, ui.FacetOption{Text: PartyText(f.T, move)})
		}
		grouped = append(grouped, p.Options[i])
	}
	p.Options = grouped
	return p
}

// wordsFacet shows what was searched for, so that it can be taken away.
func wordsFacet(f Frame, filter task.Filter) ui.FacetProps {
	words := filter.Query
	filter.Query = ""
	p := newFacet(f, "words", tasksURL(f, filter))
	p.Value = f.T.T("facet.quoted", "Text", words)
	return p
}

// chosenText prints what is chosen: the first value, and how many more.
func chosenText(f Frame, names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1, 2:
		return strings.Join(names, f.T.T("facet.and"))
	default:
		return f.T.T("facet.more", "First", names[0], "N", len(names)-1, "All", len(names))
	}
}

// toggled returns the values with one added, or taken away if it was there.
func toggled[T comparable](values []T, v T) []T {
	if at := slices.Index(values, v); at >= 0 {
		return slices.Delete(slices.Clone(values), at, at+1)
	}
	return append(slices.Clip(values), v)
}
