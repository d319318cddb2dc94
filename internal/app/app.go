// Package app puts the program together: it is the only place that knows every part. An App is
// a value, so that a test can start the whole program as main does.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/reelback/reelback/internal/auth"
	"github.com/reelback/reelback/internal/config"
	"github.com/reelback/reelback/internal/diagnosis"
	"github.com/reelback/reelback/internal/fetch"
	"github.com/reelback/reelback/internal/i18n"
	"github.com/reelback/reelback/internal/inbox"
	"github.com/reelback/reelback/internal/live"
	"github.com/reelback/reelback/internal/media"
	"github.com/reelback/reelback/internal/provider/kie"
	"github.com/reelback/reelback/internal/route"
	"github.com/reelback/reelback/internal/store"
	"github.com/reelback/reelback/internal/tally"
	"github.com/reelback/reelback/internal/task"
	"github.com/reelback/reelback/internal/work"
	"github.com/reelback/reelback/static"
	"github.com/reelback/reelback/web"
)

// maxFile is the largest file that is saved unless the options say, in bytes: far above any
// generated video, and a bound for a server that never ends.
const maxFile = 16 << 30

// App is the whole program, ready to run.
type App struct {
	cfg     config.Config
	log     *slog.Logger
	lock    *lock
	store   *store.Store
	folder  *media.Folder
	hub     *live.Hub
	inbox   *inbox.Inbox
	saver   *work.Saver
	covers  *work.Covers
	files   *work.FileWatch
	asker   *work.Asker // nil without a key to ask with
	meter   *work.Meter
	radar   *work.Radar
	keeper  *work.Keeper
	sources *work.SourceWatch
	books   *tally.Books
	writes  *work.WriteWatch
	replays *work.Replayer
	door    *auth.Door
	welcome *auth.Welcome
	server  *web.Server
	links   route.Links
	words   *i18n.Printer // of what is printed at the start

	listeners []net.Listener // of --addr and, where it is given, --public-addr
}

// New builds the program and opens its data. Close must be called in the end, unless Run was.
func New(ctx context.Context, cfg config.Config, log *slog.Logger) (*App, error) {
	if err := errors.Join(cfg.Validate(), cfg.CheckSignIn()); err != nil {
		return nil, err
	}
	a := &App{cfg: cfg, log: log, hub: live.NewHub(), links: route.New(cfg.PublicURL)}
	if err := a.build(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) build(ctx context.Context) (err error) {
	// First, so that a start on an address that is taken leaves nothing behind.
	if err := a.listen(ctx); err != nil {
		return err
	}
	if err := os.MkdirAll(a.cfg.DataDir, 0o750); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	if a.lock, err = takeLock(a.cfg.LockPath()); err != nil {
		return err
	}
	allowed, err := a.cfg.Allowed()
	if err != nil {
		return err
	}
	a.store, err = store.Open(ctx, store.Options{
		Path: a.cfg.DatabasePath(), Log: a.log,
		Rules: task.Rules{
			Usable:   fetch.URLCheck(allowed),
			Lifetime: kie.Lifetime,
		},
		Ask: patience(a.cfg),
	})
	if err != nil {
		return err
	}
	sources, err := ensureSources(ctx, a.store)
	if err != nil {
		return err
	}
	if err := a.store.InterruptReplays(ctx); err != nil {
		return err
	}
	if a.folder, err = media.OpenFolder(a.cfg.MediaDir()); err != nil {
		return fmt.Errorf("open the media folder: %w", err)
	}
	a.books = tally.New(tally.Options{Counters: a.store, Elsewhere: a.inboxCounts, Log: a.log})
	if err := a.books.Recount(ctx); err != nil {
		return err
	}
	if err := a.buildDoor(ctx); err != nil {
		return err
	}
	a.buildRadar()
	a.buildFiles(ctx)
	a.buildInbox(sources)
	proxy, err := a.cfg.Proxy()
	if err != nil {
		return err
	}
	a.buildWork(fetch.New(fetch.Options{
		Allow: allowed, UserAgent: "Reelback", Proxy: proxy,
		MaxBytes: cmp.Or(int64(a.cfg.FetchMaxSize), maxFile),
	}))
	return a.buildServer()
}

func (a *App) buildInbox(sources []task.Source) {
	verifiers := make(map[string]inbox.Verifier)
	if len(a.cfg.KieHMACKey) > 0 {
		verifiers[kie.Name] = kie.NewVerifier(a.cfg.KieHMACKey, a.cfg.KieHMACWindow, time.Now)
	}
	a.writes = work.NewWriteWatch(work.WriteWatchOptions{
		Probe: a.store.ProbeWrite, TroubleOf: store.TroubleOf, Changed: a.tellWrites, Log: a.log,
		TurnedAway: func() int64 { return a.books.Total(tally.Busy) },
	})
	a.inbox = inbox.New(inbox.Options{
		Keeper: a.store, Sources: sources, Log: a.log,
		Readers:    readers(),
		Verifiers:  verifiers,
		Categorise: diagnosis.Categorise,
		Open:       a.cfg.CallbackAuth == "open",
		Committed:  a.tellDelivery,
		Wrote:      a.writes.Note,
	})
	a.sources = work.NewSourceWatch(work.SourceWatchOptions{
		Store: a.store, Door: a.inbox, Sources: sources, Log: a.log,
	})
}

func (a *App) buildWork(fetcher *fetch.Fetcher) {
	options := work.SaverOptions{
		Queue: a.store, Fetcher: fetcher, Folder: a.folder, Log: a.log,
		Changed: a.tellSaved, Progress: a.meter.Moved, Ended: a.meter.Ended, Short: a.tellRoom,
		Workers: a.cfg.FetchParallel, PerHost: a.cfg.FetchPerHost,
		Reserve: int64(a.cfg.DiskReserve), Away: a.away,
	}
	if p := patience(a.cfg); p != nil {
		client := kie.NewClient(kie.Options{BaseURL: a.cfg.KieBaseURL, Key: a.cfg.KieAPIKey})
		a.asker = work.NewAsker(work.AskerOptions{
			Questions: a.store, Records: kieRecords{client}, Patience: *p, Log: a.log,
			Checked: a.tellChecked,
		})
		options.Relink = a.asker.Relink
	}
	a.saver = work.NewSaver(options)
	a.buildCovers()
	a.keeper = &work.Keeper{House: a.store, Log: a.log, Signatures: a.cfg.KieHMACWindow}
	a.replays = work.NewReplayer(work.Replayer{Replays: a.store, Log: a.log,
		Reader: newRereader(a.sources.Sources(), readers()), Told: a.tellReplayed})
}

func (a *App) buildServer() error {
	catalogue, err := i18n.Load()
	if err != nil {
		return fmt.Errorf("load the catalogues: %w", err)
	}
	a.words = catalogue.Printer(i18n.English)
	files, err := static.New()
	if err != nil {
		return fmt.Errorf("load the static files: %w", err)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	a.register(registry)
	proxies, err := a.cfg.Proxies()
	if err != nil {
		return err
	}
	options, err := optionLines(a.cfg)
	if err != nil {
		return err
	}
	a.server = web.New(web.Options{
		Store: a.store, Inbox: a.inbox, Replays: a.replays, Files: a.folder, Hub: a.hub, Links: a.links,
		Static: files, Catalogue: catalogue, Sources: a.sources, Registry: registry,
		Providers: providers(), Reader: keptReader{},
		Radar: a.radar, Traffic: a.meter.Traffic,
		Wake: a.wake, Short: a.saver.Short, Reserve: a.saver.Reserve, Writes: a.writes, Covers: a.covers,
		Kept:       a.files,
		Registered: a.tellRegistered,
		Books:      a.books, Now: time.Now, Log: a.log,
		TrustedProxies: proxies,
		SignIn:         a.cfg.Auth == "password", Door: a.door, Welcome: a.welcome,
		Risks: riskLines(a.cfg), Settings: options,
		OIDC: a.provider(), AuthHeader: authHeader(a.cfg),
		OpenSources: a.cfg.CallbackAuth == "open",
		HasHMACKey:  len(a.cfg.KieHMACKey) > 0, HasAPIKey: a.cfg.KieAPIKey != "",
		HasPublicURL: a.cfg.PublicURL != "",
	})
	return nil
}

// Close gives back everything that is open. It tries every step and joins the errors.
func (a *App) Close() error {
	errs := []error{a.closeListeners(), a.closeBooks()}
	if a.folder != nil {
		errs = append(errs, a.folder.Close())
	}
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	if a.lock != nil {
		errs = append(errs, a.lock.release())
	}
	return errors.Join(errs...)
}
