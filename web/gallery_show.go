package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/query"
	"github.com/reelback/reelback/views"
)

// galleryPage is how many frames a page of the gallery has.
const galleryPage = 60

// showGallery shows what was generated, newest first.
func (s *Server) showGallery(c echo.Context) error {
	l, err := list(c, galleryPage, query.ParseTasks, s.Store.ListTasks)
	if err != nil {
		return err
	}
	f := s.frame(c, views.NavGallery)
	props := views.NewGallery(f, maskedTasks(l.items), l.filter, l.older)
	switch size := cookie(c, "density"); size {
	case views.DensitySmall, views.DensityMedium, views.DensityLarge:
		props.Density = size
	}
	return s.render(c, http.StatusOK, views.GalleryPage(f, props))
}
