package static

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// files returns the text of every file of a folder, by name.
func files(t *testing.T, pattern string) map[string]string {
	t.Helper()
	names, err := fs.Glob(source(), pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no files like %s: %v", pattern, err)
	}
	texts := make(map[string]string, len(names))
	for _, name := range names {
		body, err := fs.ReadFile(source(), name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(body)
	}
	return texts
}

func TestEmbeddedFilesAreServed(t *testing.T) {
	t.Parallel()
	served, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range served.Names() {
		if answer := get(served, "GET", "/"+served.Name(name)); answer.StatusCode != 200 {
			t.Errorf("%s: status %d", name, answer.StatusCode)
		}
	}
	for _, name := range []string{Sheet, "js/main.js", "img/icons.svg", "img/icon.svg",
		"img/logo.svg"} {
		served.Name(name)
	}
}

func TestEveryStyleSheetIsInTheList(t *testing.T) {
	t.Parallel()
	for name := range files(t, "css/*.css") {
		if !slices.Contains(sheets(), path.Base(name)) {
			t.Errorf("%s is in no release", name)
		}
	}
}

func TestEveryImportResolves(t *testing.T) {
	t.Parallel()
	imports := regexp.MustCompile(`(?:from|import)\s*\(?\s*'([^']+)'`)
	modules := files(t, "js/*.js")
	used := map[string]bool{"js/main.js": true}
	for name, text := range modules {
		for _, match := range imports.FindAllStringSubmatch(text, -1) {
			target := path.Join(path.Dir(name), match[1])
			used[target] = true
			if _, ok := modules[target]; !ok || !strings.HasPrefix(match[1], "./") {
				t.Errorf("%s imports %q, which is not one of ours", name, match[1])
			}
		}
	}
	for name := range modules {
		if !used[name] {
			t.Errorf("%s is imported by nobody", name)
		}
	}
}

func TestStyleSheetsAreLogical(t *testing.T) {
	t.Parallel()
	physical := regexp.MustCompile(`^\s*(?:` +
		`(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right|top|bottom)[\w-]*|` +
		`left|right|top|bottom|(?:min-|max-)?(?:width|height)|` +
		`border-(?:top|bottom)-(?:left|right)-radius|float|clear)\s*:`)
	sides := regexp.MustCompile(`^\s*(?:margin|padding|inset):\s*\S+ \S+ \S+ \S+;`)
	for name, text := range files(t, "css/*.css") {
		for i, line := range strings.Split(text, "\n") {
			if physical.MatchString(line) || sides.MatchString(line) {
				t.Errorf("%s:%d: %s", name, i+1, strings.TrimSpace(line))
			}
		}
	}
}

func TestStyleSheetsHaveOneDeclarationALine(t *testing.T) {
	t.Parallel()
	for name, text := range files(t, "css/*.css") {
		for i, line := range strings.Split(text, "\n") {
			if strings.Count(line, ";") > 1 || strings.Contains(line, "data:") {
				t.Errorf("%s:%d: %s", name, i+1, strings.TrimSpace(line))
			}
		}
		if open, shut := strings.Count(text, "{"), strings.Count(text, "}"); open != shut {
			t.Errorf("%s opens %d braces and shuts %d", name, open, shut)
		}
		if !strings.HasPrefix(text, "/* ") {
			t.Errorf("%s does not begin by saying what it is", name)
		}
	}
}

func TestEveryTokenIsDefined(t *testing.T) {
	t.Parallel()
	uses := regexp.MustCompile(`var\((--[\w-]+)\)`)
	sets := regexp.MustCompile(`(?m)^\s*(--[\w-]+):`)
	defined, used := map[string]bool{}, map[string]string{}
	for name, text := range files(t, "css/*.css") {
		for _, match := range sets.FindAllStringSubmatch(text, -1) {
			defined[match[1]] = true
		}
		for _, match := range uses.FindAllStringSubmatch(text, -1) {
			used[match[1]] = name
		}
	}
	for token, name := range used {
		if !defined[token] {
			t.Errorf("%s uses %s, which nobody sets", name, token)
		}
	}
}

func TestModulesAreShortAndSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	for name, text := range files(t, "js/*.js") {
		if lines := strings.Count(text, "\n"); lines > 150 {
			t.Errorf("%s has %d lines", name, lines)
		}
		if !strings.HasPrefix(text, "// ") {
			t.Errorf("%s does not begin by saying what it is", name)
		}
		if strings.Contains(text, "innerHTML") || strings.Contains(text, "eval(") {
			t.Errorf("%s makes code or markup out of text", name)
		}
	}
}
