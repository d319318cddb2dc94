//go:build !unix

package app

import "os"

// lockFile does nothing where the system has no such locks; SQLite's own still keep the
// database whole.
func lockFile(*os.File) error { return nil }
