// Package store keeps tasks, assets, deliveries and sources in a database. It is the only
// package that knows one: rows, SQL and GORM stay inside, domain types of package task go in and
// out. It sees no HTTP and makes no decision about a task: that is task.Apply's.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
	_ "modernc.org/sqlite" // the pure-Go driver, registered as "sqlite"

	"github.com/reelback/reelback/internal/task"
)

// ErrNotFound says that there is no such task, asset or delivery.
var ErrNotFound = errors.New("not found")

// readers is the size of the read-only pool. Measured: more gains nothing on two cores.
const readers = 4

// Options are what a Store is opened with.
type Options struct {
	Path  string           // of the SQLite file
	Now   func() time.Time // nil means time.Now
	Rules task.Rules       // by which deliveries act on tasks
	Log   *slog.Logger     // nil means slog.Default
	// Ask says when the provider is asked for its records; nil means never.
	Ask *task.Patience
	// ReadOnly opens an existing database for reading beside a running server.
	ReadOnly bool
}

// Store is the database. It is safe for concurrent use.
type Store struct {
	write *gorm.DB // one connection: several writers starve each other
	read  *gorm.DB
	now   func() time.Time
	rules task.Rules
	ask   *task.Patience
	hot   statements

	bounds      bounds
	refused     growth
	log         writeAheadLog
	checkpoints checkpoints

	lastTask     atomic.Int64 // the highest key given to a task
	lastDelivery atomic.Int64 // the highest id given to a delivery
}

// Open opens the database, brings its schema up to date and returns it ready for use.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &Store{now: o.Now, rules: o.Rules, ask: o.Ask, bounds: defaultBounds()}
	s.rules.Asks = o.Ask != nil
	if err := s.connect(ctx, o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) connect(ctx context.Context, o Options) (err error) {
	if !o.ReadOnly {
		if err := createPrivate(o.Path); err != nil {
			return fmt.Errorf("make database %s: %w", o.Path, err)
		}
		if s.write, err = open(writerDSN(o.Path), 1, o); err != nil {
			return fmt.Errorf("open database %s: %w", o.Path, err)
		}
		if err := s.migrate(ctx); err != nil {
			return fmt.Errorf("bring the schema of %s up to date: %w", o.Path, err)
		}
	}
	if s.read, err = open(readerDSN(o.Path), readers, o); err != nil {
		return fmt.Errorf("open database %s for reading: %w", o.Path, err)
	}
	if err := s.Ping(ctx); err != nil {
		return fmt.Errorf("read database %s: %w", o.Path, err)
	}
	if o.ReadOnly {
		return nil
	}
	if err := s.prepare(ctx); err != nil {
		return err
	}
	if err := s.readNumbers(ctx); err != nil {
		return err
	}
	if err := s.scheduleOld(ctx); err != nil {
		return err
	}
	if err := s.log.open(o.Path); err != nil {
		return fmt.Errorf("open the log of %s: %w", o.Path, err)
	}
	return s.startCheckpoints(o)
}

// createPrivate makes the file for its owner alone: it holds tokens. SQLite gives the files
// beside it the same mode.
func createPrivate(path string) error {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return file.Close()
}

func open(dsn string, connections int, o Options) (*gorm.DB, error) {
	db, err := gorm.Open(sqlite.Dialector{DriverName: "sqlite", DSN: dsn}, &gorm.Config{
		NowFunc:                func() time.Time { return o.Now().UTC() },
		PrepareStmt:            true,
		SkipDefaultTransaction: true,
		Logger:                 newLogger(o.Log, time.Second),
	})
	if err != nil {
		return nil, err
	}
	pool, err := db.DB()
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	return db, nil
}

// newLogger returns a logger of statements that take longer than slow. Values may be secrets, so
// only the statement's text may reach the log. GORM's Scan would put them into that text: this
// package uses Find instead.
func newLogger(log *slog.Logger, slow time.Duration) logger.Interface {
	return slowOnly{logger.NewSlogLogger(log, logger.Config{
		LogLevel: logger.Warn, SlowThreshold: slow, ParameterizedQueries: true,
	})}
}

// slowOnly logs slow statements. Errors are returned, and who returns one does not log it.
type slowOnly struct{ logger.Interface }

// Trace logs a statement without the error it ended in.
func (l slowOnly) Trace(ctx context.Context, begin time.Time, sql func() (string, int64), _ error) {
	l.Interface.Trace(ctx, begin, sql, nil)
}

// ParamsFilter keeps values out of the log.
func (l slowOnly) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}

// Pragmas belong in the DSN: executed on a pool they would reach one connection only.
func writerDSN(path string) string {
	return "file:" + escapePath(path) + "?_txlock=immediate&_pragma=busy_timeout(5000)" +
		"&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)" +
		"&_pragma=cache_size(-8192)&_pragma=temp_store(MEMORY)" +
		"&_pragma=wal_autocheckpoint(" + checkpointPages + ")"
}

// checkpointPages is how many pages of 4 KiB the log grows to before the writer itself writes them
// to the database, where nobody has done so before. Random ids touch the same pages again and
// again, and each then costs one write: measured, a sixth more callbacks a second than with
// SQLite's 1,000.
const checkpointPages = "20000"

func readerDSN(path string) string {
	return "file:" + escapePath(path) + "?mode=ro&_pragma=busy_timeout(5000)" +
		"&_pragma=query_only(1)&_pragma=cache_size(-2048)&_pragma=temp_store(MEMORY)"
}

// escapePath keeps characters of a path from ending it in a DSN.
func escapePath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
}

// readNumbers finds where the numbering of tasks and deliveries goes on. Numbers of removed
// rows are not given again, so a link to one never shows another.
func (s *Store) readNumbers(ctx context.Context) error {
	for into, text := range map[*atomic.Int64]string{
		&s.lastTask: `SELECT max(coalesce((SELECT max(key) FROM tasks), 0),
			coalesce((SELECT n FROM counters WHERE name = 'last_tasks'), 0))`,
		&s.lastDelivery: `SELECT max(coalesce((SELECT max(id) FROM deliveries), 0),
			coalesce((SELECT n FROM counters WHERE name = 'last_deliveries'), 0))`,
	} {
		var last int64
		if err := s.write.WithContext(ctx).Raw(text).Find(&last).Error; err != nil {
			return fmt.Errorf("read the last numbers: %w", err)
		}
		into.Store(last)
	}
	return nil
}

// Ping checks that the database can be read.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return s.read.WithContext(ctx).Raw("SELECT count(*) FROM sources").Find(&one).Error
}

// Close closes the database. It closes every part even if one fails.
func (s *Store) Close() error {
	s.checkpoints.end()
	errs := []error{s.hot.close(), s.log.close()}
	for _, db := range []*gorm.DB{s.read, s.checkpoints.side, s.write} {
		if db == nil {
			continue
		}
		pool, err := db.DB()
		if err == nil {
			err = pool.Close()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// inTx runs fn in one writing transaction. Inside, only tx may be used: the one writing
// connection is taken, so reaching for s.write would wait for itself. The line that Audited put
// into the context is written with it.
func (s *Store) inTx(ctx context.Context, fn func(tx *gorm.DB) error) error {
	if err := s.repairLog(ctx); err != nil {
		return err
	}
	fn, done := s.audited(ctx, fn)
	if err := s.write.WithContext(ctx).Transaction(fn, &sql.TxOptions{}); err != nil {
		return err
	}
	done()
	return nil
}
