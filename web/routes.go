package web

import (
	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/route"
)

// addRoutes is the table of everything the server answers.
func (s *Server) addRoutes() {
	e := s.echo
	get := func(path string, show echo.HandlerFunc) {
		e.GET(path, show)
		e.HEAD(path, show) // the server itself leaves out the body
	}

	// Pages.
	get(route.Gallery, s.showGallery)
	get(route.Tasks, s.listTasks)
	get(route.Task, s.showTask)
	get(route.TaskRegister, s.showRegister)
	get(route.Lost, s.listLost)
	e.POST(route.LostRetry, s.retryLost)
	e.POST(route.LostBelieve, s.believeLost)
	e.POST(route.TaskRegister, s.registerTasks)
	e.POST(route.TaskRetry, s.retryTask)
	e.POST(route.AssetRetry, s.retryAsset)
	e.POST(route.TaskAdopt, s.adoptLinks)
	e.POST(route.TaskCover, s.offerCover)
	e.POST(route.CoverChoose, s.chooseCover)
	get(route.Deliveries, s.listDeliveries)
	get(route.Delivery, s.showDelivery)
	get(route.Loss, s.showLoss)
	get(route.DeliveriesReplay, s.previewReplay)
	e.POST(route.DeliveriesReplay, s.runReplay)
	get(route.Replays, s.listReplays)
	get(route.Replay, s.showReplay)
	e.POST(route.ReplayUndo, s.undoReplay)
	get(route.Setup, s.showSetup)
	e.POST(route.SourceTokens, s.createSourceToken)
	e.POST(route.SourceTokensRotate, s.rotateSourceTokens)
	e.POST(route.SourceTokenRevoke, s.revokeSourceToken)
	e.GET(route.Live, s.watchLive)

	// Who somebody is.
	get(route.SignIn, s.showSignIn)
	e.POST(route.SignIn, s.signIn)
	e.POST(route.SignOut, s.signOut)
	get(route.OIDC, s.startOIDC)
	get(route.OIDCCallback, s.finishOIDC)
	get(route.Welcome, s.showWelcome)
	e.POST(route.Welcome, s.createFirstUser)
	get(route.Account, s.showAccount)
	e.POST(route.AccountPassword, s.changePassword)
	e.POST(route.AccountSession, s.endOwnSession)
	e.POST(route.AccountOthers, s.endOtherSessions)
	get(route.Audit, s.listAudit)
	s.addSettings(get)

	// Files.
	get(route.Media, s.showMedia)
	get(route.Static, s.showStatic)

	// Callbacks. The sample paths are those of the providers' sample receivers.
	e.POST(route.Callback, s.receive("", false))
	e.POST(route.CallbackToken, s.receive("", false))
	e.POST(route.SampleRunway, s.receive("runway-extend", true))
	e.POST(route.SampleVeo, s.receive("veo3.1", true))

	// The API.
	e.POST(route.APITasks, s.apiRegister)
	get(route.APITasks, s.apiListTasks)
	get(route.APITask, s.apiShowTask)
	get(route.APITaskEvents, s.apiListEvents)
	get(route.APIAttempts, s.apiListAttempts)
	get(route.APIDeliveries, s.apiListDeliveries)
	get(route.APIDelivery, s.apiShowDelivery)

	// For machines that watch this one.
	get(route.Health, s.showHealth)
	get(route.Ready, s.showReady)
	get(route.Metrics, s.showMetrics)
}

// addSettings are the routes of what admins settle.
func (s *Server) addSettings(get func(string, echo.HandlerFunc)) {
	e := s.echo
	get(route.Settings, s.showSettings)
	get(route.SettingsUsers, s.listUsers)
	e.POST(route.SettingsUsers, s.createUser)
	for path, do := range map[string]userChange{
		route.SettingsUserRole:     {"role", auth.ActUserRole, s.setUserRole},
		route.SettingsUserPassword: {"password", auth.ActUserPassword, s.setUserPassword},
		route.SettingsUserDisable:  {"disabled", auth.ActUserDisable, s.disableUser},
		route.SettingsUserEnable:   {"enabled", auth.ActUserEnable, s.enableUser},
		route.SettingsUserSession:  {"session", auth.ActSessionEnd, s.endUserSession},
	} {
		e.POST(path, s.changeUser(do))
	}
	get(route.SettingsTokens, s.listAPITokens)
	e.POST(route.SettingsTokens, s.createAPIToken)
	e.POST(route.SettingsTokenRemove, s.removeAPIToken)
}

// forMachines says whether a route is never answered with a page.
func forMachines(c echo.Context) bool {
	return forMachinesAt(c.Path()) || byStranger(c)
}

// forMachinesAt says so of a pattern.
func forMachinesAt(path string) bool {
	switch path {
	case route.APITasks, route.APITask, route.APITaskEvents, route.APIAttempts,
		route.APIDeliveries, route.APIDelivery, route.Metrics, route.Live,
		route.Health, route.Ready:
		return true
	}
	return takesCallbacks(path)
}

var _ Receiver = (*inbox.Inbox)(nil)
