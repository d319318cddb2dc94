package store

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"

	"github.com/reelback/reelback/internal/task"
)

func (b *bundle) migrations() *goose.Provider {
	b.t.Helper()
	pool, err := b.write.DB()
	if err != nil {
		b.t.Fatal(err)
	}
	files, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		b.t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, pool, files)
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

// objects lists the tables and indexes with their text, but for SQLite's and goose's own.
func (b *bundle) objects() []string {
	b.t.Helper()
	var names []string
	err := b.write.Raw(`SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL
		AND tbl_name NOT LIKE 'sqlite%' AND tbl_name NOT LIKE 'goose%' ORDER BY name`).
		Scan(&names).Error
	if err != nil {
		b.t.Fatal(err)
	}
	return names
}

func TestMigrationsGoUpDownAndUpAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.succeed("t-1", "https://a/1")
	up := b.objects()
	if len(up) < 9 {
		t.Fatalf("only %d objects: %q", len(up), up)
	}
	if _, err := b.migrations().DownTo(b.ctx, 0); err != nil {
		t.Fatal(err)
	}
	if left := b.objects(); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	if _, err := b.migrations().Up(b.ctx); err != nil {
		t.Fatal(err)
	}
	if again := b.objects(); strings.Join(again, "\n") != strings.Join(up, "\n") {
		t.Errorf("the schema is another the second time:\n%q\n%q", up, again)
	}
}

func TestOpeningAgainChangesNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	want := b.succeed("t-1", "https://a/1")
	b.reopen()
	if got := b.find("t-1"); got.Key != want.Key || len(got.Assets) != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestDatabaseOfANewerProgramIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	err := b.write.Exec(`INSERT INTO goose_db_version (version_id, is_applied)
		VALUES (9999, 1)`).Error
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(b.ctx, b.options()); err == nil ||
		!strings.Contains(err.Error(), "9999") || !strings.Contains(err.Error(), "newer") {
		t.Errorf("it was opened, or with another reason: %v", err)
	}
}

func TestFolderThatIsNotThere(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "missing", "reelback.db")
	if _, err := Open(t.Context(), Options{Path: path}); err == nil ||
		!strings.Contains(err.Error(), path) {
		t.Errorf("the error does not name the file: %v", err)
	}
}

func TestPathsWithSpecialCharacters(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a b", "100%25", "what?x=1", "a#b", "视频"} {
		b := &bundle{t: t, ctx: t.Context(), clock: &clock{now: start()},
			path: filepath.Join(t.TempDir(), name)}
		b.open()
		b.succeed("t-1")
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
		if found, _ := filepath.Glob(filepath.Dir(b.path) + "/*"); len(found) != 1 ||
			found[0] != b.path {
			t.Errorf("%s: the files are %q", name, found)
		}
	}
}

func TestReadOnlyOpenBesideAWriter(t *testing.T) {
	t.Parallel()
	b := setup(t)
	source := task.Source{Name: "veo3.1", Provider: "kie", Product: "veo3.1"}
	token := func() string { return "a-token-of-24-characters" }
	if err := b.EnsureSources(b.ctx, []task.Source{source}, token); err != nil {
		t.Fatal(err)
	}
	options := b.options()
	options.ReadOnly = true
	reader, err := Open(b.ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	sources, err := reader.ListSources(b.ctx)
	if err != nil || len(sources) != 1 || sources[0].Tokens[0].Token != token() {
		t.Errorf("read %+v, %v", sources, err)
	}
	b.succeed("t-1") // the writer goes on
	if _, err := reader.FindTask(b.ctx, "kie", "t-1"); err != nil {
		t.Error(err)
	}
	if err := reader.read.Exec("DELETE FROM tasks").Error; err == nil {
		t.Error("it could write")
	}
}

func TestReadPoolCannotWrite(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for range 2 * readers {
		if err := b.read.Exec("DELETE FROM tasks").Error; err == nil {
			t.Fatal("a connection for reading could write")
		}
	}
}

func TestEveryConnectionHasItsPragmas(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000",
	} {
		var got string
		if err := b.write.Raw("PRAGMA " + pragma).Scan(&got).Error; err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", pragma, got, want, err)
		}
	}
}
