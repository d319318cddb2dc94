package app_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/reelback/reelback/"

// arrows says which packages of ours a package may import. What is not listed may import none.
func arrows() map[string][]string {
	return map[string][]string{
		"cmd/reelback": {"internal/app", "internal/auth", "internal/config", "internal/plain",
			"internal/sim", "internal/task", "internal/testkit"},
		"internal/app": {"internal/auth", "internal/config", "internal/diagnosis", "internal/fetch",
			"internal/i18n", "internal/inbox", "internal/live", "internal/media",
			"internal/oidc", "internal/provider/kie", "internal/route", "internal/store",
			"internal/tally", "internal/task", "internal/work", "static", "views", "web"},
		"web": {"internal/auth", "internal/diagnosis", "internal/i18n", "internal/inbox",
			"internal/live", "internal/mask", "internal/plain", "internal/query", "internal/route",
			"internal/store", "internal/task", "static", "views"},
		"views": {"internal/auth", "internal/i18n", "internal/query", "internal/route", "internal/task",
			"static", "views/ui"},
		"internal/work": {"internal/fetch", "internal/media", "internal/store",
			"internal/task"},
		"internal/inbox":        {"internal/store", "internal/task"},
		"internal/tally":        {"internal/store", "internal/task"},
		"internal/store":        {"internal/auth", "internal/task"},
		"internal/fetch":        {"internal/media", "internal/task"},
		"internal/media":        {"internal/task"},
		"internal/oidc":         {"internal/auth"},
		"internal/provider":     {"internal/task"},
		"internal/provider/kie": {"internal/provider", "internal/task"},
		"internal/diagnosis":    {"internal/task"},
		"internal/query":        {"internal/task"},
		"internal/mask":         {"internal/task"},
		"internal/testkit": {"internal/media", "internal/sim", "internal/store",
			"internal/task", "internal/testkit/master"},
		"internal/sim": {"internal/provider/kie", "internal/route"},
	}
}

// TestArrows holds the direction of every import between our packages.
func TestArrows(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	allowed := arrows()
	seen := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") ||
			strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		from := filepath.ToSlash(rel)
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			to, ours := strings.CutPrefix(name, module)
			if !ours {
				checkForeign(t, path, from, name)
				continue
			}
			seen++
			if !slices.Contains(allowed[from], to) {
				t.Errorf("%s: %s may not import %s", path, from, to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 40 {
		t.Fatalf("only %d imports of our own were seen: the walk has lost its way", seen)
	}
}

// checkForeign keeps libraries where they belong.
func checkForeign(t *testing.T, path, from, name string) {
	t.Helper()
	homes := map[string][]string{
		"github.com/labstack/echo/v4": {"web"},
		"gorm.io/":                    {"internal/store"},
		"modernc.org/":                {"internal/store"},
		"github.com/pressly/goose":    {"internal/store"},
		"net/http": {"web", "static", "cmd/reelback", "internal/app", "internal/fetch",
			"internal/inbox", "internal/oidc", "internal/oidc/oidctest", "internal/provider/kie",
			"internal/sim", "views"},
		"github.com/coreos/go-oidc": {"internal/oidc"},
		"golang.org/x/oauth2":       {"internal/oidc"},
	}
	for prefix, at := range homes {
		if strings.HasPrefix(name, prefix) && !slices.Contains(at, from) {
			t.Errorf("%s: %s may not import %s", path, from, name)
		}
	}
	standard := !strings.Contains(strings.SplitN(name, "/", 2)[0], ".")
	if from == "internal/task" && !standard {
		t.Errorf("%s: package task imports the standard library only, not %s", path, name)
	}
}
