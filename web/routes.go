package web

import (
	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/route"
)

// addRoutes is the table of everything the server answers.
func (s *Server) addRoutes() {
	e := s.echo

	// Pages.
	e.GET(route.Gallery, s.showGallery)
	e.GET(route.Tasks, s.listTasks)
	e.GET(route.Task, s.showTask)
	e.POST(route.TaskRetry, s.retryTask)
	e.POST(route.AssetRetry, s.retryAsset)
	e.GET(route.Deliveries, s.listDeliveries)
	e.GET(route.Delivery, s.showDelivery)
	e.GET(route.Setup, s.showSetup)
	e.GET(route.Live, s.watchLive)

	// Files.
	e.GET(route.Media, s.showMedia)
	e.HEAD(route.Media, s.showMedia)
	e.GET(route.Static, s.showStatic)
	e.HEAD(route.Static, s.showStatic)

	// Callbacks. The sample paths are those of the providers' sample receivers.
	e.POST(route.Callback, s.receive("", false))
	e.POST(route.CallbackToken, s.receive("", false))
	e.POST(route.SampleRunway, s.receive("runway-extend", true))
	e.POST(route.SampleVeo, s.receive("veo3.1", true))

	// The read-only API.
	e.GET(route.APITasks, s.apiListTasks)
	e.GET(route.APITask, s.apiShowTask)
	e.GET(route.APITaskEvents, s.apiListEvents)
	e.GET(route.APIDeliveries, s.apiListDeliveries)
	e.GET(route.APIDelivery, s.apiShowDelivery)

	// For machines that watch this one.
	e.GET(route.Health, s.showHealth)
	e.GET(route.Ready, s.showReady)
	e.GET(route.Metrics, s.showMetrics)
}

// open says whether a route is for everybody, whatever name the request used for this server.
func open(c echo.Context) bool {
	switch c.Path() {
	case route.Callback, route.CallbackToken, route.SampleRunway, route.SampleVeo,
		route.Health, route.Ready:
		return true
	}
	return false
}

// forMachines says whether a route is never answered with a page.
func forMachines(c echo.Context) bool {
	switch c.Path() {
	case route.APITasks, route.APITask, route.APITaskEvents, route.APIDeliveries,
		route.APIDelivery, route.Metrics, route.Live:
		return true
	}
	return open(c)
}

var _ Receiver = (*inbox.Inbox)(nil)
