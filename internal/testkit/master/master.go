// Package master makes a file once and gives every test a copy. It stands apart from testkit, so
// that the tests of what makes the file can use it as well.
package master

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Copies returns a function that puts a copy of a file at a path of a test. The file is made when
// the first copy is wanted, and has to be all there is once make returns.
func Copies(make func(path string) error) func(t testing.TB, path string) {
	content := sync.OnceValues(func() (_ []byte, err error) {
		dir, err := os.MkdirTemp("", "reelback")
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
		path := filepath.Join(dir, "master")
		if err := make(path); err != nil {
			return nil, err
		}
		return os.ReadFile(path)
	})
	return func(t testing.TB, path string) {
		t.Helper()
		bytes, err := content()
		if err == nil {
			err = os.WriteFile(path, bytes, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
