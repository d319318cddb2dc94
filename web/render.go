package web

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/plain"
	"github.com/reelback/reelback/views"
)

// fragmentHeader names the elements a page wants again, by id and separated by commas.
const fragmentHeader = "Reelback-Fragment"

// render draws a page, or the parts of it that are asked for, into a buffer and sends it whole:
// a template that fails can never leave half a page behind.
func (s *Server) render(c echo.Context, status int, page templ.Component) error {
	var buf bytes.Buffer
	ctx := c.Request().Context()
	if ids := fragments(c); len(ids) > 0 && status == http.StatusOK {
		if err := templ.RenderFragments(ctx, &buf, page, ids...); err != nil {
			return fmt.Errorf("render fragments: %w", err)
		}
	} else if err := page.Render(ctx, &buf); err != nil {
		return fmt.Errorf("render page: %w", err)
	}
	h := c.Response().Header()
	switch {
	case s.showsTokens(c):
		h.Set("Cache-Control", "no-store")
	case status == http.StatusOK && h.Get("Cache-Control") == "": // a page may be stricter
		h.Set("Cache-Control", "private, no-cache")
	}
	h.Set("Vary", "Accept-Language, Cookie, "+fragmentHeader)
	return c.HTMLBlob(status, plain.Page(s.withoutTokens(c, buf.Bytes())))
}

func fragments(c echo.Context) []any {
	var ids []any
	for _, id := range strings.Split(c.Request().Header.Get(fragmentHeader), ",") {
		if id = strings.TrimSpace(id); id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// frame gathers what every page of a request needs.
func (s *Server) frame(c echo.Context, current string) views.Frame {
	query := c.QueryParams()
	f := views.Frame{
		T: s.Catalogue.Printer(s.language(c)), Link: s.links(c), Files: s.Static,
		Now: s.Now(), Zone: zone(c), Theme: s.theme(c), Current: current,
		Path: herePath(c.Request().URL), Query: withoutPreferences(query),
	}
	s.surround(c, &f)
	return f
}

// surround adds what only those may see who are in: the strip, and who they are.
func (s *Server) surround(c echo.Context, f *views.Frame) {
	a := who(c)
	f.Open = !s.SignIn
	if s.SignIn {
		f.Outside = a == nil || a.user == 0
	} else {
		f.Outside = s.checkName(c) != nil // another site's page may read what this one says
	}
	if f.Outside {
		return
	}
	if a != nil && a.user != 0 {
		f.Person = &views.Person{Name: a.name, Role: a.role, ByProxy: a.byProxy}
	}
	if f.Can(auth.Admin) {
		f.Risks = len(s.Risks)
	}
	f.Strip = s.strip(c)
	if s.Traffic != nil {
		f.Traffic = s.Traffic()
	}
	f.BrowserCovers = !s.Covers.Alone()
	f.Strip.Short = s.Short != nil && s.Short()
	if f.Strip.Short && s.Reserve != nil {
		f.Strip.Reserve = s.Reserve()
	}
	f.Strip.Trouble, f.Strip.Away = s.trouble(), s.away()
}

// herePath is the path of a page as a link to it has to be written: escaped, and with one slash
// before it, because two would begin the address of another host.
func herePath(u *url.URL) string { return "/" + strings.TrimLeft(u.EscapedPath(), "/") }

// links returns the links of a page; without a public address they begin with the name under
// which the reader reached the server.
func (s *Server) links(c echo.Context) linkSet {
	return s.Links.WithOrigin(whenceOf(c).scheme + "://" + whenceOf(c).host)
}

func (s *Server) strip(c echo.Context) views.Strip {
	o, err := s.Radar.Look(c.Request().Context())
	if err != nil {
		// The strip is beside the point of the page, which should come all the same.
		s.Log.Warn("the overview could not be read", "err", err)
	}
	free, err := s.Options.Files.FreeBytes()
	if err != nil {
		free = 0
	}
	return views.Strip{Saved: o.Saved, Open: o.Open, Soon: o.Soon, SoonestAt: o.SoonestAt,
		Dead: o.Dead, Lost: o.Lost, LastDeliveryAt: o.LastDeliveryAt, DiskFree: free}
}

// language is the reader's wish: in the address, remembered, or stated by the browser.
func (s *Server) language(c echo.Context) string {
	if wish := c.QueryParam("lang"); wish != "" {
		lang := s.Catalogue.Match(wish)
		s.remember(c, "lang", lang)
		return lang
	}
	return s.Catalogue.Match(cookie(c, "lang"), c.Request().Header.Get("Accept-Language"),
		i18n.English)
}

func (s *Server) theme(c echo.Context) string {
	theme := cookie(c, "theme")
	if wish := c.QueryParam("theme"); wish != "" {
		theme = wish
		s.remember(c, "theme", knownTheme(theme))
	}
	return knownTheme(theme)
}

func knownTheme(theme string) string {
	if theme == "light" || theme == "dark" {
		return theme
	}
	return ""
}

// zone is the viewer's time zone, which the page's script has noted in a cookie.
func zone(c echo.Context) *time.Location {
	name, err := url.QueryUnescape(cookie(c, "tz"))
	if err != nil || name == "" || name == "Local" {
		return time.UTC
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.UTC
	}
	return loc
}

func cookie(c echo.Context, name string) string {
	ck, err := c.Cookie(name)
	if err != nil {
		return ""
	}
	return ck.Value
}

// remember keeps a preference for a year. The page's script reads these, so not HttpOnly.
func (s *Server) remember(c echo.Context, name, value string) {
	c.SetCookie(&http.Cookie{
		Name: name, Value: value, Path: s.Links.Base() + "/", MaxAge: 365 * 24 * 3600,
		SameSite: http.SameSiteLaxMode, Secure: whenceOf(c).scheme == "https",
	})
}

// withoutPreferences leaves out what is a choice of the reader and not of the page.
func withoutPreferences(query url.Values) url.Values {
	kept := url.Values{}
	for name, values := range query {
		if name != "lang" && name != "theme" {
			kept[name] = values
		}
	}
	return kept
}
