// Package web is the HTTP face of the program: routes, middleware and one file per action. A
// handler parses, calls, builds props and renders; it decides nothing about tasks. Errors are
// returned and turned into answers in one place, errors.go.
package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/live"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/static"
	"github.com/reelback/reelback/views"
)

// Store is what the pages read.
type Store interface {
	FindTask(ctx context.Context, provider, taskID string) (task.Task, error)
	ListTasks(ctx context.Context, f task.Filter, p task.Page) ([]task.Task, int64, error)
	CountTasks(ctx context.Context, f task.Filter) (map[task.Status]int, bool, error)
	ListRunning(ctx context.Context) ([]task.Running, error)
	LostFiles(ctx context.Context, tasks []task.Task) ([][]task.Lost, error)
	CountLost(ctx context.Context) ([]store.LossCount, error)
	RetryLost(ctx context.Context, reason string) (int, error)
	ListFacets(ctx context.Context) (store.Facets, error)
	TaskEvents(ctx context.Context, key int64) ([]task.Event, error)
	TaskAttempts(ctx context.Context, key int64) ([]task.Attempt, error)
	FindRecord(ctx context.Context, key int64) (raw []byte, at time.Time, err error)
	AppliedDeliveries(ctx context.Context, key int64, limit int) ([]task.Delivery, error)
	TaskDeliveries(ctx context.Context, key int64, limit int) ([]task.Delivery, error)
	ListDeliveries(ctx context.Context, f task.DeliveryFilter, p task.Page) (
		[]task.Delivery, int64, error)
	FindDelivery(ctx context.Context, id int64) (task.Delivery, error)
	FindMedia(ctx context.Context, path string) (task.Asset, error)
	OtherSuccesses(ctx context.Context, key int64, limit int) ([]task.Delivery, error)
	Adoptable(t task.Task, d task.Delivery, r task.Report) []task.Asset
	AdoptLinks(ctx context.Context, key int64, d task.Delivery, r task.Report) (int, error)
	RetryAssets(ctx context.Context, key int64, pick func(task.Asset) bool) (int, error)
	Register(ctx context.Context, r task.Registration) (task.Task, bool, error)
	KnownTasks(ctx context.Context, provider string, taskIDs []string) (map[string]bool, error)
	RegisterAll(ctx context.Context, all []task.Registration) ([]store.Registered, error)
	FindAPIToken(ctx context.Context, token string) (auth.APIToken, bool, error)
	SourceTokens
	Accounts
	UserSettings
	APITokens
	Counter(ctx context.Context, name string) (int64, error)
	CountSilent(ctx context.Context) (int64, error)
	ListRepairs(ctx context.Context, from, to time.Time, limit int) ([]task.Repair, error)
	ListReplays(ctx context.Context) ([]store.Replay, error)
	FindReplay(ctx context.Context, id int64) (store.Replay, error)
	Overview(ctx context.Context, now time.Time) (task.Overview, error)
	Ping(ctx context.Context) error
}

// Receiver takes deliveries in.
type Receiver interface {
	Receive(ctx context.Context, r inbox.Request) (store.Committed, error)
}

// SourceTokens are the secrets of the callback addresses.
type SourceTokens interface {
	ListSourceTokens(ctx context.Context, source string) ([]task.SourceToken, error)
	CreateSourceToken(ctx context.Context, source, name, token string) (task.SourceToken, error)
	RotateSourceToken(ctx context.Context, r task.Rotation) (
		task.SourceToken, []task.SourceToken, error)
	RevokeSourceToken(ctx context.Context, source string, id int64, evenLast bool) (
		task.SourceToken, error)
}

// Accounts are who may sign in, who has, and what they did.
type Accounts interface {
	auth.Sessions
	FindUser(ctx context.Context, name string) (auth.User, error)
	HasUsers(ctx context.Context) (bool, error)
	ListUsers(ctx context.Context) ([]auth.User, error)
	CreateFirstUser(ctx context.Context, u auth.User) (auth.User, error)
	SetPassword(ctx context.Context, id int64, hash string) error
	ListSessions(ctx context.Context, user int64) ([]auth.Session, error)
	EndUserSession(ctx context.Context, user, id int64) error
	EndOtherSessions(ctx context.Context, user, kept int64) error
	FindIdentity(ctx context.Context, issuer, subject string) (auth.User, error)
	AdmitIdentity(ctx context.Context, id auth.Identity) (store.Admission, error)
	AddAudit(ctx context.Context, e auth.Entry) error
	ListAudit(ctx context.Context, f auth.AuditFilter, p task.Page) ([]auth.Entry, int64, error)
}

// UserSettings are what admins do to users.
type UserSettings interface {
	UserByID(ctx context.Context, id int64) (auth.User, error)
	CreateUser(ctx context.Context, u auth.User) (auth.User, error)
	ChangeRole(ctx context.Context, id int64, role auth.Role) error
	DisableUser(ctx context.Context, id int64) error
	EnableUser(ctx context.Context, id int64, enabled bool) error
}

// APITokens are the secrets of applications.
type APITokens interface {
	ListAPITokens(ctx context.Context) ([]auth.APIToken, error)
	AddAPIToken(ctx context.Context, name, token string, scopes ...auth.Scope) error
	RemoveAPIToken(ctx context.Context, id int64) error
}

// Sources are where callbacks are taken. Refresh brings what has been changed into force.
type Sources interface {
	Sources() []task.Source
	Refresh(ctx context.Context) error
}

// Files are the saved files.
type Files interface {
	Open(path string) (*os.File, os.FileInfo, error)
	FreeBytes() (int64, error)
}

// Books count what becomes of callbacks.
type Books interface {
	Answered(took time.Duration, busy bool)
	Read(ctx context.Context, days int) (task.Loss, error)
}

// Writes know whether anything can be written.
type Writes interface {
	Note(err error)
	Trouble() task.Trouble
}

// Options are what a Server is made of.
type Options struct {
	Store     Store
	Inbox     Receiver
	Reader    Reader
	Replays   Replays
	Files     Files
	Hub       *live.Hub
	Links     route.Links
	Static    *static.Files
	Catalogue *i18n.Catalogue
	Sources   Sources
	Providers []task.Provider // whose tasks can be registered
	Registry  *prometheus.Registry
	Radar     Radar               // nil asks the store each time
	Traffic   func() task.Traffic // the files on their way here; may be nil
	Wake      func()              // tells the saver that there may be work
	Covers    Covers
	Kept      Kept         // nil where nobody watches over saved files
	Short     func() bool  // says whether saving pauses for want of room; may be nil
	Reserve   func() int64 // bytes of the disk that saving leaves free; may be nil
	Writes    Writes
	// Registered is told of a task that an application has registered.
	Registered func(task.Task)
	Books      Books
	Now        func() time.Time
	Log        *slog.Logger

	SignIn  bool          // people have to sign in
	Door    *auth.Door    // through which they do
	Welcome *auth.Welcome // opens the page for the first account
	OIDC    OIDC          // where they can also sign in
	// AuthHeader is where a trusted proxy names who is signed in; empty where none does.
	AuthHeader AuthHeader
	// TrustedProxies are believed when they say where a request came from.
	TrustedProxies Proxies

	Risks    []views.Risk // what the options leave open
	Settings []views.Option

	OpenSources  bool // callbacks need no token
	HasHMACKey   bool
	HasAPIKey    bool
	HasPublicURL bool
}

// Server answers requests. It is an http.Handler.
type Server struct {
	Options
	echo    *echo.Echo
	started time.Time
	metrics *metrics
	public  *url.URL // where the world reaches this server; nil where that is no address

	sessions   *scs.SessionManager
	trips      *trips
	shelf      *shelf          // of saved files
	offers     *rate.Limiter   // of pictures for covers
	stranded   *rate.Limiter   // of trips that failed, with which strangers could fill the log
	registered map[string]bool // the routes there are, by method and pattern
}

// New returns a server with every route in place.
func New(o Options) *Server {
	s := &Server{Options: o, echo: echo.New(), started: o.Now(), metrics: newMetrics(o.Registry, o.Books)}
	if s.Radar == nil {
		s.Radar = storeRadar{s}
	}
	s.echo.HideBanner, s.echo.HidePort = true, true
	s.echo.Logger.SetOutput(io.Discard) // everything worth saying goes through slog
	s.echo.HTTPErrorHandler = s.handleError
	s.echo.JSONSerializer = discreetJSON{server: s}
	s.public, _ = url.Parse(o.Links.Absolute(""))
	s.sessions = s.newSessions()
	s.trips = newTrips(o.Now)
	s.shelf = s.newShelf()
	s.offers = rate.NewLimiter(offersEvery, offersAtOnce)
	s.stranded = rate.NewLimiter(rate.Every(6*time.Second), 10)
	s.echo.Pre(s.settle, s.stripBase, takeSlash)
	s.echo.Use(once(s.observe, s.recoverPanic, secure, insistOnHTTPS, boundHeaders,
		onlyForStrangers, s.leadFromSlash, s.sameOrigin, s.guard))
	s.addRoutes()
	s.registered = make(map[string]bool)
	for _, r := range s.echo.Routes() {
		s.registered[r.Method+" "+r.Path] = true
	}
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }

// Routes lists every route, for tests that walk them.
func (s *Server) Routes() []*echo.Route { return s.echo.Routes() }
