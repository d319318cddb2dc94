// Package views draws the pages. A page is a function of a Frame, which is the same for every
// page of one request, and of props that are ready to be shown; the props are built from domain
// values by pure functions beside the page. Nothing here asks a store, a clock or the network.
package views

import (
	"net/url"
	"time"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/static"
)

// Frame is what every page of a request needs: its language, links, clock and surroundings.
type Frame struct {
	T       *i18n.Printer
	Link    route.Links
	Files   *static.Files
	Now     time.Time
	Zone    *time.Location // the viewer's
	Theme   string         // "light", "dark", or empty to follow the system
	Current string         // the word of the navigation the page belongs to, a Nav… constant
	Path    string         // of this page, without the base path
	Query   url.Values     // of this page
	Strip   Strip
	Traffic task.Traffic // the files on their way here

	// BrowserCovers says that no program here makes covers, so that a browser has to.
	BrowserCovers bool

	Person  *Person // who reads the page; nil where nobody has signed in
	Open    bool    // nobody has to sign in
	Risks   int     // how many settings leave something open, for those who can change them
	Outside bool    // whoever reads the page is not in: it says nothing of what is inside
}

// Person is who is signed in.
type Person struct {
	Name string
	Role auth.Role
	// ByProxy says that a proxy signed them in, so that they cannot sign out here.
	ByProxy bool
}

// Can says whether whoever reads the page may do what needs a role. The server decides it again
// when it is done.
func (f Frame) Can(role auth.Role) bool { return f.Person == nil || f.Person.Role.Includes(role) }

// The values of Frame.Current.
const (
	NavGallery    = "gallery"
	NavTasks      = "tasks"
	NavDeliveries = "deliveries"
	NavSetup      = "setup"
	NavSettings   = "settings"
)

// Strip is the film edge at the foot of every page: what is safe and what is not yet.
type Strip struct {
	Saved          int          // how many are safe
	Open           int          // how many are still being saved
	Soon           int          // how many of those vanish at the provider before long
	SoonestAt      time.Time    // when the first of them does
	Dead           int          // how many of those still open have a link that was found dead
	Lost           int          // how many were given up
	LastDeliveryAt time.Time    // zero before the first
	DiskFree       int64        // bytes; 0 when unknown
	Short          bool         // saving pauses, because the disk has too little room
	Reserve        int64        // bytes of the disk that saving leaves free; 0 when unknown
	Trouble        task.Trouble // why nothing can be stored; empty while it can
	Away           task.Away    // why no saved file can be found; empty while they can
}

// Static links to an embedded file by its plain name.
func (f Frame) Static(name string) string { return f.Link.Static(f.Files.Name(name)) }

// WithLang links to this page in another language; the server remembers the choice.
func (f Frame) WithLang(lang string) string { return f.with("lang", lang) }

// WithTheme links to this page in "light", "dark" or "system"; the server remembers the choice.
func (f Frame) WithTheme(theme string) string { return f.with("theme", theme) }

// with is this page with one choice more in its query.
func (f Frame) with(name, value string) string {
	q := url.Values{}
	for key, values := range f.Query {
		if key != "lang" && key != "theme" {
			q[key] = values
		}
	}
	q.Set(name, value)
	return f.Link.Here(f.Path, q)
}

// zone is the viewer's zone, UTC while it is not known.
func (f Frame) zone() *time.Location {
	if f.Zone == nil {
		return time.UTC
	}
	return f.Zone
}

// otherLang is the language the switch leads to, and what the switch says in that language.
func (f Frame) otherLang() (lang, word string) {
	if f.T.Lang() == i18n.Chinese {
		return i18n.English, "EN"
	}
	return i18n.Chinese, "中文"
}
