package web

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/route"
)

// rule says who may use a route.
type rule struct {
	role auth.Role // the least that may; empty for everybody
	// scope is that of a token for the API which may use it instead; empty where none does.
	scope auth.Scope
	token bool // a token is needed, whoever asks
	named bool // it is for people who have signed in, and for nobody where nobody has to
}

// rules is the one place for rights: every route, by its method and pattern. One that is not here
// is answered to nobody. HEAD goes with GET.
func rules() map[string]rule {
	public := rule{}
	viewer := rule{role: auth.Viewer}
	read := rule{role: auth.Viewer, scope: auth.ScopeRead}
	operator := rule{role: auth.Operator}
	admin := rule{role: auth.Admin}
	// What lasts longer than --auth none may: else whoever drops by could leave a door open.
	named := rule{role: auth.Admin, named: true}
	return map[string]rule{
		"GET " + route.Gallery:             viewer,
		"GET " + route.Tasks:               viewer,
		"GET " + route.Task:                viewer,
		"POST " + route.TaskRetry:          operator,
		"POST " + route.AssetRetry:         operator,
		"POST " + route.TaskAdopt:          operator,
		"POST " + route.TaskCover:          operator,
		"POST " + route.CoverChoose:        operator,
		"GET " + route.Deliveries:          viewer,
		"GET " + route.Delivery:            viewer,
		"GET " + route.Loss:                viewer,
		"GET " + route.Lost:                viewer,
		"POST " + route.LostRetry:          operator,
		"POST " + route.LostBelieve:        admin,
		"GET " + route.Setup:               viewer,
		"GET " + route.TaskRegister:        operator,
		"POST " + route.TaskRegister:       operator,
		"GET " + route.DeliveriesReplay:    operator, // a dry run reads a great deal
		"POST " + route.DeliveriesReplay:   operator,
		"GET " + route.Replays:             viewer,
		"GET " + route.Replay:              viewer,
		"POST " + route.ReplayUndo:         operator,
		"POST " + route.SourceTokens:       admin,
		"POST " + route.SourceTokensRotate: admin,
		"POST " + route.SourceTokenRevoke:  admin,
		"GET " + route.Live:                viewer,
		"GET " + route.Media:               read,
		"GET " + route.Static:              public,

		"GET " + route.SignIn:           public,
		"POST " + route.SignIn:          public,
		"POST " + route.SignOut:         public,
		"GET " + route.OIDC:             public,
		"GET " + route.OIDCCallback:     public,
		"GET " + route.Welcome:          public, // its token and the absence of users let in
		"POST " + route.Welcome:         public,
		"GET " + route.Account:          viewer,
		"POST " + route.AccountPassword: viewer,
		"POST " + route.AccountSession:  viewer,
		"POST " + route.AccountOthers:   viewer,
		"GET " + route.Audit:            admin,

		"GET " + route.Settings:              admin,
		"GET " + route.SettingsUsers:         admin,
		"POST " + route.SettingsUsers:        named,
		"POST " + route.SettingsUserRole:     named,
		"POST " + route.SettingsUserPassword: named,
		"POST " + route.SettingsUserDisable:  named,
		"POST " + route.SettingsUserEnable:   named,
		"POST " + route.SettingsUserSession:  named,
		"GET " + route.SettingsTokens:        admin,
		"POST " + route.SettingsTokens:       named,
		"POST " + route.SettingsTokenRemove:  named,

		"POST " + route.Callback:      public,
		"POST " + route.CallbackToken: public,
		"POST " + route.SampleRunway:  public,
		"POST " + route.SampleVeo:     public,

		"POST " + route.APITasks:     {role: auth.Operator, scope: auth.ScopeRegister, token: true},
		"GET " + route.APITasks:      read,
		"GET " + route.APITask:       read,
		"GET " + route.APITaskEvents: read,
		"GET " + route.APIAttempts:   read,
		"GET " + route.APIDeliveries: read,
		"GET " + route.APIDelivery:   read,

		"GET " + route.Health:  public,
		"GET " + route.Ready:   public,
		"GET " + route.Metrics: {role: auth.Admin, scope: auth.ScopeMetrics},
	}
}

// guard enforces the rules.
func (s *Server) guard(next echo.HandlerFunc) echo.HandlerFunc {
	all := rules()
	return func(c echo.Context) error {
		method := c.Request().Method
		if method == http.MethodHead {
			method = http.MethodGet
		}
		r, known := all[method+" "+c.Path()]
		switch {
		case !known && s.registered[c.Request().Method+" "+c.Path()]:
			return fmt.Errorf("%s %s has no rule of access", method, c.Path())
		case !known: // 404 or 405; who signed in gets the page of the problem as usual
			if wantsPage(c) {
				s.recognise(c)
			}
			return next(c)
		case r == rule{}:
			return next(c)
		}
		if err := s.admit(c, r); err != nil {
			return err
		}
		return next(c)
	}
}

// admit lets a request pass that a rule allows, and notes who makes it.
func (s *Server) admit(c echo.Context, r rule) error {
	if token, given := bearer(c); given && r.scope != "" && (s.SignIn || r.token) || r.token {
		who, err := s.byToken(c, token, r.scope)
		if err != nil {
			return err
		}
		setActor(c, who)
		return nil
	}
	if !s.SignIn && r.named {
		return errNobodyNamed
	}
	if !s.SignIn {
		return s.checkName(c)
	}
	who, err := s.person(c)
	switch {
	case err != nil:
		return err
	case who == nil:
		return errSignIn
	case !who.role.Includes(r.role):
		setActor(c, who)
		return &roleError{needed: r.role}
	}
	setActor(c, who)
	return nil
}

// recognise notes who makes a request if that can be known.
func (s *Server) recognise(c echo.Context) {
	if !s.SignIn {
		return
	}
	if who, err := s.person(c); err == nil && who != nil {
		setActor(c, who)
	}
}
