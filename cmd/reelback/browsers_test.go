package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// TestBrowsersOpenAtEveryMount reads the tests of the whole program: what opens a browser does so
// by openBrowser, at a mount that eachMount gave it. Taking pictures is no test.
func TestBrowsersOpenAtEveryMount(t *testing.T) {
	t.Parallel()
	opened := 0
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		here := filepath.Dir(path) == "../../cmd/reelback"
		for _, i := range file.Imports {
			if strings.Contains(i.Path.Value, "chromedp/chromedp") && !here {
				t.Errorf("%s: tests in a browser belong into cmd/reelback", path)
			}
		}
		if here {
			opened += checkBrowsers(t, filepath.Base(path), file)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if opened < 4 {
		t.Errorf("only %d tests open a browser", opened)
	}
}

// checkBrowsers looks for ways around eachMount, and counts the browsers that are opened.
func checkBrowsers(t *testing.T, name string, file *ast.File) (opened int) {
	t.Helper()
	for _, word := range words(file) {
		switch {
		case word == "openBrowser":
			opened++
		case word == "openWindow" && name != "browser_test.go" && name != "screens_test.go",
			word == "mount{}" && name != "mount_test.go":
			t.Errorf("%s has %s: have eachMount run the test, and openBrowser at its mount", name, word)
		}
	}
	return opened
}

// words lists the functions that a file calls and the types whose values it writes down.
func words(file *ast.File) []string {
	var found []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if called, ok := n.Fun.(*ast.Ident); ok {
				found = append(found, called.Name)
			}
		case *ast.CompositeLit:
			if made, ok := n.Type.(*ast.Ident); ok {
				found = append(found, made.Name+"{}")
			}
		}
		return true
	})
	return found
}
