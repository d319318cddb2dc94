package views

import (
	"slices"
	"strings"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/views/ui"
)

// GalleryFragment is the id of the contact sheet, which a page re-reads when tasks change.
const GalleryFragment = "gallery"

// The sizes of a frame, as the cookie "density" remembers them.
const (
	DensitySmall  = "s"
	DensityMedium = "m"
	DensityLarge  = "l"
)

// GalleryProps are the gallery, ready to be shown.
type GalleryProps struct {
	Density  string // a Density… constant
	Facets   []ui.FacetProps
	ClearURL string // the gallery without a filter; empty when there is none
	Days     []GalleryDay
	Empty    ui.EmptyProps // shown instead of no days
	Pager    ui.PagerProps
}

// GalleryDay is one strip of film: the tasks of a day in the viewer's zone.
type GalleryDay struct {
	Key    string     // "2026-11-21"
	Title  string     // "Today"
	Date   string     // "Saturday 21 November"; empty when the title says it
	Counts []DayCount // of a day that is whole on this page: all, then by status
	Shots  []Shot
}

// DayCount is a number of tasks with the link to exactly those.
type DayCount struct {
	Before string // what stands between it and the one before
	Text   string // "8 saved"
	URL    string
}

// NewGallery builds the gallery of one page of tasks, newest first. Older is the cursor of the
// next page, empty at the end.
func NewGallery(f Frame, tasks []task.Task, filter task.Filter, older string) GalleryProps {
	p := GalleryProps{
		Density: DensityMedium,
		Facets:  galleryFacets(f, tasks, filter),
		Days:    galleryDays(f, tasks, filter, older),
		Empty:   noShots(f, filter),
		Pager:   galleryPager(f, filter, older),
	}
	if !filter.Empty() {
		p.ClearURL = f.Link.Gallery(nil)
	}
	return p
}

// galleryFacets lists what the gallery can be narrowed by. What is on the page is on offer, with
// the products that every installation knows.
func galleryFacets(f Frame, tasks []task.Task, filter task.Filter) []ui.FacetProps {
	products := []string{"veo3.1", "runway", "runway-extend"}
	resolutions := []string{"720p", "1080p"}
	for _, t := range tasks {
		products = including(products, t.Product)
		resolutions = including(resolutions, t.Resolution)
	}
	return []ui.FacetProps{
		facet(f, "product", products, filter.Products,
			func(v string) string { return ProductText(f.T, v) },
			func(v []string) string { return galleryURL(f, withProducts(filter, v)) }),
		facet(f, "resolution", resolutions, filter.Resolutions,
			func(v string) string { return v },
			func(v []string) string { return galleryURL(f, withResolutions(filter, v)) }),
		facet(f, "fallback", task.Fallbacks(), filter.Fallbacks,
			func(v task.Fallback) string { return FallbackText(f.T, v) },
			func(v []task.Fallback) string { return galleryURL(f, withFallbacks(filter, v)) }),
	}
}

// including adds a value that is not there yet.
func including(values []string, v string) []string {
	if v == "" || slices.Contains(values, v) {
		return values
	}
	return append(values, v)
}

// galleryURL links to the gallery under a filter, from its first page on.
func galleryURL(f Frame, filter task.Filter) string { return f.Link.Gallery(query.Tasks(filter)) }

// galleryDays cuts the tasks into strips wherever the viewer's day changes. The first and the
// last strip of a page may go on beyond it, and then their numbers are not known.
func galleryDays(f Frame, tasks []task.Task, filter task.Filter, older string) []GalleryDay {
	var days []GalleryDay
	for rest := tasks; len(rest) > 0; {
		key := f.DayKey(shotTime(rest[0]))
		end := slices.IndexFunc(rest, func(t task.Task) bool {
			return f.DayKey(shotTime(t)) != key
		})
		if end < 0 {
			end = len(rest)
		}
		day := newDay(f, key, rest[:end])
		begins := len(days) > 0 || f.Query.Get(query.CursorKey) == ""
		if ends := end < len(rest) || older == ""; begins && ends {
			day.Counts = dayCounts(f, rest[:end], filter)
		}
		days = append(days, day)
		rest = rest[end:]
	}
	return days
}

// newDay is one strip.
func newDay(f Frame, key string, tasks []task.Task) GalleryDay {
	at := shotTime(tasks[0])
	day := GalleryDay{Key: key, Title: f.Day(at)}
	if date := f.Date(at); date != day.Title {
		day.Date = date
	}
	for i := range tasks {
		day.Shots = append(day.Shots, newShot(f, &tasks[i]))
	}
	return day
}

// dayCounts tells how many tasks a day has and where they stand, each number with its link. A
// day on which all is saved says no more than the number.
func dayCounts(f Frame, tasks []task.Task, filter task.Filter) []DayCount {
	filter.From = f.dayStart(shotTime(tasks[0]))
	filter.To = filter.From.AddDate(0, 0, 1)
	byStatus := make(map[task.Status]int)
	for _, t := range tasks {
		byStatus[t.Status]++
	}
	counts := []DayCount{{Text: f.T.N("gallery.tasks", len(tasks)), URL: tasksURL(f, filter)}}
	if byStatus[task.Saved] == len(tasks) {
		return counts
	}
	for _, s := range countOrder() {
		n := byStatus[s]
		if n == 0 {
			continue
		}
		before := f.T.T("gallery.and")
		if len(counts) == 1 {
			before = f.T.T("gallery.of")
		}
		filter.Statuses = []task.Status{s}
		text := f.T.T("gallery.count", "N", n, "Status", strings.ToLower(StatusText(f.T, s)))
		counts = append(counts, DayCount{Before: before, Text: text, URL: tasksURL(f, filter)})
	}
	return counts
}

// countOrder is the order of the numbers of a day: what is here, what is coming, what is not.
func countOrder() []task.Status {
	return []task.Status{task.Saved, task.Saving, task.Generating, task.Waiting, task.PartlySaved,
		task.Failed, task.Expired, task.NotSaved, task.Unconfirmed}
}

// noShots is what stands in place of film: nothing yet, or nothing that matches.
func noShots(f Frame, filter task.Filter) ui.EmptyProps {
	if filter.Empty() {
		return ui.EmptyProps{Art: ui.ArtReel, Title: f.T.T("gallery.none"),
			Text: f.T.T("gallery.noneText"), ActionIcon: "setup",
			ActionText: f.T.T("gallery.setup"), ActionURL: f.Link.Setup()}
	}
	return ui.EmptyProps{Art: ui.ArtLens, Title: f.T.T("gallery.noMatch"),
		Text: f.T.T("gallery.noMatchText"), ActionIcon: "close",
		ActionText: f.T.T("action.clear"), ActionURL: f.Link.Gallery(nil)}
}

// galleryPager leads to older film, and from there back to the newest.
func galleryPager(f Frame, filter task.Filter, older string) ui.PagerProps {
	p := ui.PagerProps{NewerText: f.T.T("gallery.newest"), OlderText: f.T.T("action.older"),
		Label: f.T.T("action.pages")}
	if f.Query.Get(query.CursorKey) != "" {
		p.NewerURL = galleryURL(f, filter)
	}
	if older != "" {
		p.OlderURL = f.Link.Gallery(atCursor(query.Tasks(filter), older))
	}
	return p
}

// densityStep is where the size slider stands.
func densityStep(density string) string {
	switch density {
	case DensitySmall:
		return "0"
	case DensityLarge:
		return "2"
	default:
		return "1"
	}
}
